import type { RegistryCheck } from '../contract/index.ts';
import type { Connections } from './connect/index.ts';
import type { Host } from './host.ts';

// What the command line can do where no gateway runs on the data. Each part is loaded when it is asked for.

/** Looks for new models and prices where no gateway runs on the data; `isPreview`: changes nothing. */
export async function checkModels(host: Host, isPreview: boolean): Promise<RegistryCheck> {
  const { checkAlone } = await import('./models/alone.ts');
  return checkAlone(host, isPreview);
}

/** What changed between two lists of models, each as parsed JSON. */
export async function compareModelFiles(before: unknown, after: unknown): Promise<RegistryCheck['diff']> {
  const { compareFiles } = await import('./models/alone.ts');
  return compareFiles(before, after);
}

/** The tools on this machine, where no gateway runs on the data. `url`: where one is going to answer. Throws as `createGateway` does. */
export async function openConnections(host: Host, url: string): Promise<Connections & { close(): void }> {
  const { openConnectionsAlone } = await import('./connect/alone.ts');
  return openConnectionsAlone(host, url);
}
