import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../gateway/host.ts';
import { defaultDataDirectory, openDataDirectory } from '../gateway/hosting/data-directory.ts';
import { createFileCipher } from '../gateway/hosting/key-file.ts';
import { createLog } from '../gateway/hosting/log.ts';
import { readOwnerToken } from '../gateway/hosting/owner-token.ts';
import { StartFailure, sentenceFor } from '../gateway/hosting/start-failure.ts';
import { createNodeHost } from './host.ts';

/** A call of the running gateway's `/api`. Throws `StartFailure` with its own sentence where it refuses. */
export type Ask = <Answer>(method: string, path: string, body?: unknown) => Promise<Answer>;

/** Does something with a data directory: alone, or where a gateway holds it, through that one. */
export async function aloneOrRunning<Value>(
  given: string | undefined,
  alone: (host: Host) => Promise<Value>,
  running: (ask: Ask) => Promise<Value>,
): Promise<Value> {
  const { platform, env: environment } = process;
  const home = { platform, environment, home: homedir() };
  const dataDirectory = await openDataDirectory(given ?? defaultDataDirectory(home));
  const log = createLog(process.stderr);
  const quiet = { ...log, info: () => {} };
  const host = createNodeHost({ dataDirectory, cipher: await createFileCipher(dataDirectory, log), log: quiet });
  try {
    return await alone(host);
  } catch (thrown) {
    const sentence = await sentenceFor(thrown, { port: 0, hostname: '', dataDirectory });
    if (sentence === undefined) throw thrown;
    if (!sentence.includes('in use by another LLM Gateway')) throw new StartFailure(sentence, thrown);
  }
  return running(createAsk(dataDirectory, await readOwnerToken(dataDirectory, environment, log)));
}

/** Only of a gateway that holds the data: whoever else listens at an address that was left behind must not see the owner's token. */
function createAsk(dataDirectory: string, token: string): Ask {
  return async (method, path, body) => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const response = await readFile(join(dataDirectory, 'address'), 'utf8')
      .then((url) =>
        fetch(`${url.trim()}/api${path}`, {
          method,
          headers,
          ...(body !== undefined && { body: JSON.stringify(body) }),
        }),
      )
      .catch(() => undefined);
    if (response?.ok === true) return (await response.json()) as never;
    const refusal = (await response?.json().catch(() => undefined)) as { message?: unknown } | undefined;
    if (typeof refusal?.message === 'string') throw new StartFailure(refusal.message);
    throw new StartFailure('The gateway that runs on this data does not answer. Try again, or stop it first.');
  };
}
