import type { RouterModel } from '../../gateway/routing/learned.ts';
import probes from '../../gateway/routing/probes.json' with { type: 'json' };
import model from '../../resources/router/model.json' with { type: 'json' };
import { writeFigures } from '../../scripts/router/card.ts';
import { isTrained, readRows, TUNED } from '../../scripts/router/data.ts';
import { scoreHeldOut, scoreOf } from '../../scripts/router/evaluate.ts';
import { encode } from '../../scripts/router/learn.ts';

/** The score alone: the figures of its card, the probes, and the time that it takes. */
export function printScore(directory: string): void {
  const rows = readRows(directory);
  const examples = rows.filter(isTrained).map((row) => ({ row, encoded: encode(row.prompt) }));
  const tuning = rows.filter(({ src }) => (TUNED as readonly string[]).includes(src));
  const heldOut = scoreHeldOut(examples, tuning);
  console.log(writeFigures({ model: model as RouterModel, rows, heldOut }));
  printProbes();
  printTimes(rows.map(({ prompt }) => prompt));
}

function printProbes(): void {
  const right = probes.pairs.filter(([hard = '', easy = '']) => scoreOf(hard) > scoreOf(easy)).length;
  console.log('## Short and hard above long and easy\n');
  console.log(`${right} of ${probes.pairs.length} pairs of probes in six languages are ordered rightly.\n`);
}

const TEXT_CHARS = 10_000;

/** A text of 10 KB is made of real prompts; each is scored once, as no text is scored twice in use. */
function printTimes(prompts: readonly string[]): void {
  const texts: string[] = [];
  let text = '';
  for (const prompt of prompts) {
    text += `${prompt}\n`;
    if (text.length < TEXT_CHARS) continue;
    texts.push(text.slice(0, TEXT_CHARS));
    text = '';
  }
  for (const warm of texts.slice(0, 200)) scoreOf(warm);
  const times = texts
    .map((one) => {
      const startedAt = performance.now();
      scoreOf(one);
      return performance.now() - startedAt;
    })
    .sort((a, b) => a - b);
  const at = (share: number) => `${(times[Math.floor(share * (times.length - 1))] ?? Number.NaN).toFixed(3)} ms`;
  console.log('## Time for a score, prompts of 10 KB\n');
  console.log(`p50 ${at(0.5)}, p99 ${at(0.99)}, ${times.length} prompts`);
}
