import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from '../../scripts/bundle.mjs';
import { runAlone } from './alone.ts';
import { install } from './install.ts';
import { COMMAND_LINE_TOOLS } from './tools.ts';

/*
 * npm run test:tools [-- [TOOL …] [--by-hand] [--anew] [--show]]: real command-line tools, pointed at a real gateway by `connect` in an empty
 * home, or, with `--by-hand`, by what docs/tools.md says.
 * `--anew` takes the newest versions instead of those of the last time, `--show` prints what the tools print.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { anew: { type: 'boolean', default: false }, show: { type: 'boolean' }, 'by-hand': { type: 'boolean' } },
});
const ids = COMMAND_LINE_TOOLS.map(({ id }) => id);
const unknown = positionals.filter((id) => !ids.includes(id));
if (unknown.length > 0) throw new Error(`There is no tool ${unknown.join(', ')}; there are ${ids.join(', ')}.`);
const chosen = COMMAND_LINE_TOOLS.filter(({ id }) => positionals.length === 0 || positionals.includes(id));
for (const tool of chosen) {
  console.log(`Looking for ${tool.name} …`);
  await install(tool, values.anew).catch(({ message }: Error) => console.error(message));
}
await bundle(join(import.meta.dirname, '..', '..'), ['client', 'headless']);
process.exitCode = await runAlone(join(import.meta.dirname, 'tries.ts'), [
  ...chosen.map(({ id }) => id),
  ...(values.show ? ['--show'] : []),
  ...(values['by-hand'] ? ['--by-hand'] : []),
]);
