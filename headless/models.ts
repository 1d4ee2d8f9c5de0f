import { readFileSync } from 'node:fs';
import type { RegistryCheck } from '../contract/index.ts';
import { StartFailure } from '../gateway/hosting/start-failure.ts';
import { checkModels, compareModelFiles } from '../gateway/index.ts';
import type { ModelsCommand } from './arguments.ts';
import { aloneOrRunning } from './running.ts';

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

async function look({ action, dataDirectory }: ModelsCommand): Promise<RegistryCheck> {
  return aloneOrRunning(
    dataDirectory,
    (host) => checkModels(host, action === 'diff'),
    (ask) => ask('POST', `/registry/${action === 'update' ? 'check' : 'preview'}`),
  );
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
