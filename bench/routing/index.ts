/**
 * What the router can and cannot do, measured anew: `npm run bench:routing -- --from DIR`. DIR holds the prompts with measured answers that it
 * was trained on (see `resources/router/card.md`). The same data give the same figures; only the times are this machine's.
 */

import { parseArgs } from 'node:util';
import { printScore } from './score.ts';

const { values } = parseArgs({ options: { from: { type: 'string' } } });
if (values.from === undefined) {
  console.error('Say where the prompts are: npm run bench:routing -- --from DIR');
  process.exit(2);
}
printScore(values.from);
