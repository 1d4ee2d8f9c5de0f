import { homedir } from 'node:os';
import { defaultDataDirectory, openDataDirectory } from '../gateway/hosting/data-directory.ts';
import { createFileCipher } from '../gateway/hosting/key-file.ts';
import { createLog } from '../gateway/hosting/log.ts';
import { readOwnerToken } from '../gateway/hosting/owner-token.ts';
import { StartFailure, sentenceFor } from '../gateway/hosting/start-failure.ts';
import { createGateway, type Gateway } from '../gateway/index.ts';
import type { ExportCommand } from './arguments.ts';
import { createNodeHost, readVersion } from './host.ts';

/**
 * Prints the configuration of a data directory. Where a gateway runs on it, that one is asked: only then is there reason to trust
 * the program at the port with the owner's token.
 */
export async function exportConfiguration(command: ExportCommand): Promise<void> {
  const { platform, env: environment } = process;
  const log = createLog(process.stderr);
  const home = { platform, environment, home: homedir() };
  const dataDirectory = await openDataDirectory(command.dataDirectory ?? defaultDataDirectory(home));
  const ownerToken = await readOwnerToken(dataDirectory, environment, log);
  const host = createNodeHost({ dataDirectory, cipher: await createFileCipher(dataDirectory, log), log });
  const place = { hostname: '127.0.0.1', port: 0 };
  const options = { ...place, version: readVersion(), ownerToken, environmentKeys: [], baseUrls: {} };
  let gateway: Gateway | undefined;
  try {
    gateway = await createGateway(host, options);
  } catch (thrown) {
    const sentence = await sentenceFor(thrown, { ...place, dataDirectory });
    if (sentence === undefined) throw thrown;
    if (!sentence.includes('in use by another LLM Gateway')) throw new StartFailure(sentence, thrown);
  }
  process.stdout.write(await ask(gateway?.url ?? `http://127.0.0.1:${command.port}`, ownerToken));
  await gateway?.close({ drainMs: 0 });
}

async function ask(url: string, ownerToken: string): Promise<string> {
  const headers = { authorization: `Bearer ${ownerToken}` };
  const response = await fetch(`${url}/api/config/export`, { headers }).catch(() => undefined);
  if (response?.ok) return `${JSON.stringify(await response.json(), null, 2)}\n`;
  throw new StartFailure(`A gateway runs on this data, but not at ${url}. Name its port with --port.`);
}
