import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { RegistryCheck } from '../contract/index.ts';
import { defaultDataDirectory, openDataDirectory } from '../gateway/hosting/data-directory.ts';
import { createFileCipher } from '../gateway/hosting/key-file.ts';
import { createLog } from '../gateway/hosting/log.ts';
import { readOwnerToken } from '../gateway/hosting/owner-token.ts';
import { StartFailure, sentenceFor } from '../gateway/hosting/start-failure.ts';
import { checkModels, compareModelFiles } from '../gateway/index.ts';
import type { ModelsCommand } from './arguments.ts';
import { createNodeHost } from './host.ts';

type Diff = RegistryCheck['diff'];

/** Looks for new models and prices, with the gateway that runs on the data or, where none does, alone. Gives the exit code. */
export async function models(command: ModelsCommand): Promise<number> {
  const [before, after] = command.files;
  if (before !== undefined && after !== undefined) {
    const diff = await compareModelFiles(readJson(before), readJson(after)).catch((thrown: unknown) => {
      throw new StartFailure(thrown instanceof Error ? thrown.message : 'The files cannot be compared.', thrown);
    });
    process.stdout.write(
      command.json ? `${JSON.stringify(diff)}\n` : `${diffLines(diff).join('\n') || 'No change.'}\n`,
    );
    return 0;
  }
  const check = await look(command);
  process.stdout.write(command.json ? `${JSON.stringify(check)}\n` : checkText(check));
  return check.result === 'failed' || check.result === 'refused' ? 1 : 0;
}

async function look({ action, dataDirectory: given }: ModelsCommand): Promise<RegistryCheck> {
  const { platform, env: environment } = process;
  const home = { platform, environment, home: homedir() };
  const dataDirectory = await openDataDirectory(given ?? defaultDataDirectory(home));
  const log = createLog(process.stderr);
  const quiet = { ...log, info: () => {} };
  const host = createNodeHost({ dataDirectory, cipher: await createFileCipher(dataDirectory, log), log: quiet });
  try {
    return await checkModels(host, action === 'diff');
  } catch (thrown) {
    const sentence = await sentenceFor(thrown, { port: 0, hostname: '', dataDirectory });
    if (sentence === undefined) throw thrown;
    if (!sentence.includes('in use by another LLM Gateway')) throw new StartFailure(sentence, thrown);
  }
  const token = await readOwnerToken(dataDirectory, environment, log);
  return askRunning(dataDirectory, token, action === 'update' ? 'check' : 'preview');
}

/** Only of a gateway that holds the data: whoever else listens at an address that was left behind must not see the owner's token. */
async function askRunning(dataDirectory: string, token: string, call: string): Promise<RegistryCheck> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await readFile(join(dataDirectory, 'address'), 'utf8')
    .then((url) => fetch(`${url.trim()}/api/registry/${call}`, { method: 'POST', headers }))
    .catch(() => undefined);
  if (response?.ok === true) return (await response.json()) as RegistryCheck;
  throw new StartFailure('The gateway that runs on this data does not answer. Try again, or stop it first.');
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (thrown) {
    throw new StartFailure(`The file ${path} cannot be read, or is no JSON.`, thrown);
  }
}

/** What a person reads of a check. */
export function checkText({ message, diff, quarantined, notices }: RegistryCheck): string {
  const odd = quarantined.map(({ model, why }) => `! ${model} ${why}`);
  return `${[message, ...diffLines(diff), ...odd, ...notices].join('\n')}\n`;
}

/** One line a model: `+` new, `-` gone, `~` other than it was. Prices are USD per million tokens. */
function diffLines({ added, removed, changed }: Diff): string[] {
  return [
    ...added.map((id) => `+ ${id}`),
    ...removed.map((id) => `- ${id}`),
    ...changed.map((one) => `~ ${one.id}: ${changeWords(one).join(', ')}`),
  ];
}

function changeWords({ id: _, price, otherPrice, limits, ...single }: Diff['changed'][number]): string[] {
  const named = { ...price, ...limits, ...single };
  const words = Object.entries(named).flatMap(([name, change]) =>
    change === undefined ? [] : [`${name} ${change.from ?? 'none'} → ${change.to ?? 'none'}`],
  );
  return otherPrice === undefined ? words : [...words, `also ${otherPrice.join(', ')}`];
}
