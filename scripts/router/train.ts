/**
 * Makes `resources/router/model.json` and its card: `npm run train:router -- --from DIR [--to DIR]`. DIR holds the four files of prompts with
 * measured answers. The same files give the same bytes on the same Node.
 */

import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { RouterModel } from '../../gateway/routing/learned.ts';
import { writeCard } from './card.ts';
import { isTrained, readRows, TRAINED, TUNED } from './data.ts';
import { isMeasured, scoreHeldOut } from './evaluate.ts';
import { encode, learn, SETTINGS } from './learn.ts';
import { calibrate } from './measure.ts';
import { pack } from './pack.ts';

/** Set by eye on the tune-only sources and the probes, so that a mixed stream falls into all three tiers; see the card. */
const THRESHOLDS = { medium: 0.33, complex: 0.65 };

const { values } = parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' } } });
if (values.from === undefined) {
  console.error('Say where the data are: npm run train:router -- --from DIR');
  process.exit(2);
}
const target = values.to ?? join(import.meta.dirname, '../../resources/router');

const rows = readRows(values.from);
const examples = rows.filter(isTrained).map((row) => ({ row, encoded: encode(row.prompt) }));
const tuning = rows.filter(({ src }) => (TUNED as readonly string[]).includes(src));
console.log(`Training on ${examples.length} prompts of ${TRAINED.length} sources …`);
const weights = learn(examples);
console.log('Training again without each source, to see what is known of the unknown …');
const heldOut = scoreHeldOut(examples, tuning);
const judged = examples.flatMap(({ row }) => (isMeasured(row) ? [{ ...row, score: heldOut.get(row.id) ?? 0 }] : []));
const parts = {
  ...pack(weights, { examples, tuning }),
  thresholds: THRESHOLDS,
  gaps: calibrate(judged),
};
const version = createHash('sha256')
  .update(JSON.stringify([SETTINGS, parts]))
  .digest('hex')
  .slice(0, 12);
const model: RouterModel = { version, ...parts };
mkdirSync(target, { recursive: true });
writeFileSync(join(target, 'model.json'), `${JSON.stringify(model, null, 1)}\n`);
console.log(`Wrote the weights, version ${version}. Measuring them for the card …`);
writeFileSync(join(target, 'card.md'), writeCard({ model, rows, heldOut }));
console.log('Done.');
