import { createScorer, gapOf, type RouterModel } from '../../gateway/routing/learned.ts';
import type { Row } from './data.ts';
import { type Contest, contest, isMeasured, savingsOf, scoreOf } from './evaluate.ts';
import { SETTINGS } from './learn.ts';
import { binsOf, type Interval } from './measure.ts';

export interface CardInput {
  model: RouterModel;
  rows: readonly Row[];
  /** Scores of the trained rows by models that never saw their source. */
  heldOut: ReadonlyMap<string, number>;
}

/**
 * Prices of current pairs, cheap over dear, for the same tokens (USD per million, input and output, as models.json had them when this was
 * written): Claude Haiku 4.5 at 1/5 beside Claude Opus 5 at 5/25; GPT-5.6 Terra at 2/12 beside GPT-5.6 Sol at 5/30.
 */
const PAIRS = [
  { name: 'Claude Haiku 4.5 → Claude Opus 5', priceRatio: 1 / 5 },
  { name: 'GPT-5.6 Terra → GPT-5.6 Sol', priceRatio: 2 / 5 },
] as const;

/** Everything that is measured of the score, as sections of Markdown. `npm run bench:routing` prints the same. */
export function writeFigures({ model, rows, heldOut }: CardInput): string {
  const measured = rows.filter(isMeasured).filter((row) => heldOut.has(row.id));
  const contests = contest(measured, heldOut);
  return [
    '## Does it order prompts rightly?',
    '',
    `APGR (average performance gap recovered) over ${measured.length} prompts, each scored by a model that was trained without its source;`,
    '95 % intervals by the bootstrap within sources. Chance gives 0.5.',
    '',
    '| | all sources together | interval |',
    '|---|---|---|',
    ...contests.map(({ name, pooled }) => `| ${name} | ${digits(pooled.value)} | ${range(pooled)} |`),
    '',
    'Each source by itself, left out of training:',
    '',
    ...sourceTable(contests),
    '',
    '## What would it save?',
    '',
    "Share of the strong model's price that is saved while this much of its quality is kept. The right and wrong answers are those of the",
    "data's own weak and strong models; the prices are of current pairs. So it is a figure of this data, not a promise for yours.",
    '',
    '| pair of prices | 95 % of the quality | 98 % of the quality |',
    '|---|---|---|',
    ...savingRows(savingsOf(measured, heldOut, PAIRS)),
    '',
    '## Is it calibrated?',
    '',
    'Expected quality gap by score (how much more often the strong model is right), and what was measured in ten bins:',
    '',
    '| score | expected gap | measured gap | prompts |',
    '|---|---|---|---|',
    ...binsOf(
      measured.map((row) => ({ ...row, score: heldOut.get(row.id) ?? 0 })),
      10,
    ).map(
      (bin) => `| ${digits(bin.score)} | ${digits(gapOf(bin.score, model.gaps))} | ${digits(bin.gap)} | ${bin.rows} |`,
    ),
    '',
    '## Do the thresholds carry over?',
    '',
    `Below ${model.thresholds.medium} simple, from ${model.thresholds.complex} on complex. Shares of prompts on which nothing was trained:`,
    '',
    '| | prompts | simple | medium | complex |',
    '|---|---|---|---|---|',
    ...tierRows(rows, model),
    '',
  ].join('\n');
}

/** The card that lies beside the weights. */
export function writeCard(input: CardInput): string {
  return [
    "# Card of the router's trained part",
    '',
    `Version ${input.model.version}. Written by \`npm run train:router\`; not to be edited by hand.`,
    '',
    `A linear model over hashed words, pairs of words and runs of four letters (${SETTINGS.buckets} weights of one byte), trained by logistic regression`,
    `(AdaGrad, ${SETTINGS.epochs} epochs, seed ${SETTINGS.seed}) to tell how hard a prompt is: 1 − the mean quality of all models measured on it. Its odds are`,
    'added, within ±1, to the rules of `gateway/routing/classifier.ts`. Where it knows few words of a text it says nothing.',
    '',
    '**Data**: multiple-choice, mathematics, code and reasoning questions in English with measured answers (ARC, WinoGrande, MBPP through',
    'RouterBench; MATH and CRUXEval through ZeroEval; MMLU-Pro without the questions of MMLU; OpenBookQA, CommonsenseQA, HumanEval, logic grids,',
    'CommonGen through LLMRouter). Only absolute correctness, and only sources in which the strong model is better. AlpacaEval, FLASK and WizardLM',
    'were used to see where ordinary traffic lies, never to train. Licences: MIT, Apache-2.0, CC BY and CC BY-SA of the single sets; see `NOTICE`.',
    '',
    '**What it cannot do**: exams are not conversations. It has seen no tool calls, no turns before the last, no language but English and no',
    'small talk; for those the rules speak alone. Within most sources it is near chance: what a model gets wrong on an exam can hardly be read off',
    'the question. More features would not change that; more data from real use would.',
    '',
    writeFigures(input),
  ].join('\n');
}

function sourceTable(contests: readonly Contest[]): string[] {
  const sources = [...(contests[0]?.sources.keys() ?? [])];
  const named = contests.filter(({ name }) => name !== 'random');
  return [
    `| source | ${named.map(({ name }) => name).join(' | ')} |`,
    `|---|${named.map(() => '---|').join('')}`,
    ...sources.map(
      (source) =>
        `| ${source} | ${named.map(({ sources: own }) => digits(own.get(source) ?? Number.NaN)).join(' | ')} |`,
    ),
  ];
}

function savingRows(found: ReturnType<typeof savingsOf>): string[] {
  return PAIRS.map(({ name }) => {
    const cells = found
      .filter(({ pair }) => pair === name)
      .map(({ saved }) => `${percent(saved.value)} (${percent(saved.low)} to ${percent(saved.high)})`);
    return `| ${name} | ${cells.join(' | ')} |`;
  });
}

function tierRows(rows: readonly Row[], model: RouterModel): string[] {
  const { thresholds } = model;
  const scorer = createScorer(model);
  const streams: [string, Row[]][] = [
    'arena-hard',
    'alpaca',
    'flask',
    'wizardlm',
    'lr-nq',
    'lr-triviaqa',
    'lr-math',
  ].map((source) => [source, rows.filter((row) => row.src === source)]);
  streams.push(['all of these', streams.flatMap(([, own]) => own)]);
  return streams.map(([name, own]) => {
    const scores = own.map((row) => scoreOf(row.prompt, scorer));
    const share = (is: (score: number) => boolean) => percent(scores.filter(is).length / Math.max(1, scores.length));
    return `| ${name} | ${own.length} | ${share((score) => score < thresholds.medium)} | ${share(
      (score) => score >= thresholds.medium && score < thresholds.complex,
    )} | ${share((score) => score >= thresholds.complex)} |`;
  });
}

function digits(value: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(3);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function range({ low, high }: Interval): string {
  return `${low.toFixed(3)} to ${high.toFixed(3)}`;
}
