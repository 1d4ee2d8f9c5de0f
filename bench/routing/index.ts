/**
 * What the router can and cannot do, measured anew: `npm run bench:routing -- --from DIR`. DIR holds the prompts with measured answers that the
 * score was trained on (see `resources/router/card.md`); without it the score is left out. The same data give the same figures; only
 * the times are this machine's.
 */

import { parseArgs } from 'node:util';
import { loadRegistry } from '../../gateway/models/registry.ts';
import { printBacktest } from './backtest-report.ts';
import { printScore } from './score.ts';
import { printReplays, replaySessions } from './sessions-report.ts';

const { values } = parseArgs({ options: { from: { type: 'string' } } });
if (values.from === undefined) console.log('The score is left out. With it: npm run bench:routing -- --from DIR');
else printScore(values.from);

const { file } = loadRegistry(new URL('../../models.json', import.meta.url).pathname);
const modelsOf = (providers: readonly string[]) =>
  file.models.filter(({ provider, quality }) => providers.includes(provider) && quality.length > 0);

for (const providers of [['anthropic'], ['openai', 'anthropic', 'gemini']])
  printReplays(`Replays of agents' sessions, with ${providers.join(', ')}`, replaySessions(modelsOf(providers)));
await printBacktest(modelsOf(['openai', 'anthropic', 'gemini']));
