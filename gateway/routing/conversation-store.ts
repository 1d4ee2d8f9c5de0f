import { z } from 'zod';
import type { Database } from '../db/open.ts';
import type { Logger } from '../host.ts';

const complexity = z.enum(['simple', 'medium', 'complex']);
const count = z.number().nonnegative();

const schema = z.object({
  /** See `Conversation` in `route.ts`. */
  conversation: z.object({
    model: z.string(),
    requests: count,
    used: z.object({ fresh: count, read: count, output: count }),
    spentNano: count,
  }),
  /** Messages of its first request: one with no more is a new conversation that begins alike. */
  opening: count,
  cachedTokens: count,
  cachedUntilMs: count,
  /** Complexities of its last turns, newest last. */
  turns: z.array(complexity),
});

/** What is kept of a conversation between its requests. */
export type Kept = z.infer<typeof schema>;

/** Where conversations outlive the process. */
export interface ConversationStore {
  /** Those used since then, the one used last at the end. */
  load(sinceMs: number): [key: string, kept: Kept][];
  /** Writes some down and forgets those last used before `sinceMs`. Throws SQLite's error. */
  save(kept: readonly [key: string, kept: Kept][], times: { nowMs: number; sinceMs: number }): void;
}

export function createConversationStore({ client }: Database, log: Logger): ConversationStore {
  const read = client.prepare<[number], { key: string; kept: string }>(
    'SELECT key, kept FROM conversations WHERE used_at_ms >= ? ORDER BY used_at_ms',
  );
  const write = client.prepare(
    `INSERT INTO conversations (key, used_at_ms, kept) VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET used_at_ms = excluded.used_at_ms, kept = excluded.kept`,
  );
  const forget = client.prepare('DELETE FROM conversations WHERE used_at_ms < ?');

  function parse({ key, kept }: { key: string; kept: string }): [string, Kept][] {
    try {
      return [[key, schema.parse(JSON.parse(kept))]];
    } catch {
      log.warn('A conversation cannot be read and begins anew.');
      return [];
    }
  }

  return {
    load: (sinceMs) => read.all(sinceMs).flatMap(parse),
    save: client.transaction((kept, { nowMs, sinceMs }) => {
      for (const [key, one] of kept) write.run(key, nowMs, JSON.stringify(one));
      forget.run(sinceMs);
    }),
  };
}
