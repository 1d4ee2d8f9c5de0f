import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from '../host.ts';
import { readSecretFile } from './secret-file.ts';
import { StartFailure } from './start-failure.ts';

const variable = 'LLM_GATEWAY_OWNER_TOKEN';

/**
 * The token that opens `/api` and `/rpc`: from the environment, which then forgets it, or from `owner-token` in the data directory,
 * made at first start. Never from the command line, which every user of the machine can read.
 */
export async function readOwnerToken(
  dataDirectory: string,
  environment: NodeJS.ProcessEnv,
  log: Logger,
): Promise<string> {
  const given = environment[variable];
  delete environment[variable];
  if (given !== undefined) {
    if (!isToken(given)) throw new StartFailure(`${variable} must be printable ASCII without blanks.`);
    if (given.length < 16)
      log.warn(`${variable} is short: whoever guesses it owns the gateway. Use 32 characters or more.`);
    return given;
  }
  const path = join(dataDirectory, 'owner-token');
  const make = () => Buffer.from(`gwo_${randomBytes(32).toString('base64url')}\n`);
  const token = (await readSecretFile({ path, title: 'owner token', make }, log)).toString('utf8').trim();
  if (!isToken(token))
    throw new StartFailure(`The owner token ${path} is damaged. Delete it: the next start makes a new one.`);
  return token;
}

/** What fits into an `Authorization` header as it is. */
function isToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
