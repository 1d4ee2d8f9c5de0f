import type { Database } from '../db/open.ts';

/** Whether tools were put back as they were when the gateway quit, and wait to be connected again. */
export function hasWaiting({ client }: Database): boolean {
  return client.prepare('SELECT 1 FROM connections WHERE restored_at_ms IS NOT NULL LIMIT 1').get() !== undefined;
}

/** Whether there is a tool to put back as it was. */
export function hasConnected({ client }: Database): boolean {
  return client.prepare('SELECT 1 FROM connections WHERE restored_at_ms IS NULL LIMIT 1').get() !== undefined;
}
