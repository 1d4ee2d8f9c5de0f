import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isEnough, printMatrix, writeSection } from './report.ts';
import { PAIRS } from './rows.ts';
import { runMatrix } from './run.ts';

/** `npm run conformance [-- --write]`: the matrix; `--write` puts what the pairs cannot carry into docs/dialects.md. */
const { values } = parseArgs({ options: { write: { type: 'boolean' } } });
console.log('Asking every provider in the words of every client …\n');
const cells = await runMatrix(PAIRS);
console.log(printMatrix(cells));
if (values.write) {
  const page = new URL('../../docs/dialects.md', import.meta.url);
  writeFileSync(page, writeSection(readFileSync(page, 'utf8'), cells));
}
process.exitCode = isEnough(cells) ? 0 : 1;
