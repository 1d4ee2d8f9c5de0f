import model from '../../resources/router/model.json' with { type: 'json' };
import { CUE_NAMES } from './cues.ts';
import type { Classification, Complexity, Features } from './route.ts';

/**
 * A term of the score: `weight` in units of log odds, reached in full when the signal is at `full`, in proportion below.
 * Weights were set by eye and checked against probes and public routing data; `score` is the logistic of their sum.
 */
interface Term {
  weight: number;
  full: number;
}

/** Log odds of a request of which nothing is known. */
const BASE = -0.95;

const TERMS: Readonly<Record<string, Term>> = {
  proof: { weight: 2.9, full: 1.6 },
  concurrency: { weight: 2.5, full: 2 },
  debugging: { weight: 1.7, full: 2 },
  design: { weight: 2.1, full: 2.5 },
  algorithm: { weight: 1.7, full: 2.5 },
  maths: { weight: 2, full: 3 },
  expertise: { weight: 1.9, full: 2 },
  reasoning: { weight: 1.3, full: 3 },
  composing: { weight: 0.6, full: 1.5 },
  building: { weight: 0.9, full: 3 },
  constraint: { weight: 1.2, full: 3 },
  rework: { weight: -1.5, full: 1 },
  digest: { weight: -1.2, full: 1 },
  factual: { weight: -1.4, full: 1 },
  greeting: { weight: -2.5, full: 1 },
  chat: { weight: -0.7, full: 1 },
  housekeeping: { weight: -3.5, full: 1 },
  words: { weight: 1.1, full: 120 },
  mathMarks: { weight: 1.1, full: 8 },
  digits: { weight: 0.25, full: 0.15 },
  symbols: { weight: 0.4, full: 1 },
  codeFences: { weight: 0.5, full: 1 },
  codeLines: { weight: 0.5, full: 20 },
  diffLines: { weight: 0.6, full: 20 },
  listItems: { weight: 0.7, full: 6 },
  questions: { weight: 0.3, full: 4 },
  options: { weight: 0.2, full: 8 },
  tools: { weight: 0.9, full: 10 },
  steps: { weight: 0.8, full: 12 },
  turns: { weight: 0.3, full: 30 },
  images: { weight: 0.3, full: 2 },
  documents: { weight: 0.3, full: 1 },
  inputTokens: { weight: 0.6, full: 30_000 },
  needsReasoning: { weight: 1.5, full: 1 },
};

/** Below `medium` a request is simple, from `complex` on it is complex. */
export const { thresholds: THRESHOLDS } = model;

/** Signals that name what is asked, whatever else the text holds. */
const LEXICAL: ReadonlySet<string> = new Set(CUE_NAMES);

/** Fewer words than this beside an attachment say nothing of the work that the attachment is. */
const WORDS_WITH_ATTACHMENT = 6;

/** Scores a request and places it in a tier. The same features always score the same. */
export function classify(features: Features): Classification {
  const reasons: { signal: string; weight: number }[] = [];
  let odds = BASE;
  const add = (signal: string, value: number | undefined) => {
    const term = TERMS[signal];
    if (term === undefined || value === undefined || value <= 0) return;
    const weight = term.weight * Math.min(1, value / term.full);
    odds += weight;
    if (Math.abs(weight) >= 0.05) reasons.push({ signal, weight: Math.round(weight * 100) / 100 });
  };
  for (const signal in features.signals) add(signal, features.signals[signal]);
  const { learned } = features.signals;
  if (learned !== undefined) {
    odds += learned;
    if (Math.abs(learned) >= 0.05) reasons.push({ signal: 'learned', weight: Math.round(learned * 100) / 100 });
  }
  add('tools', features.tools);
  add('turns', features.turns - 1);
  add('images', features.images);
  add('documents', features.documents);
  add('inputTokens', features.inputTokens);
  add('needsReasoning', features.needsReasoning ? 1 : 0);
  const score = Math.round(1_000 / (1 + Math.exp(-odds))) / 1_000;
  reasons.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || (a.signal < b.signal ? -1 : 1));
  const abstained = isUnlikeAnythingKnown(features);
  return { score, complexity: abstained ? 'medium' : tierOf(score), abstained, reasons };
}

function tierOf(score: number): Complexity {
  if (score < THRESHOLDS.medium) return 'simple';
  return score < THRESHOLDS.complex ? 'medium' : 'complex';
}

/** No words at all, a script or language without a lexicon, words that mean nothing to it, or an attachment with hardly a word beside it. */
function isUnlikeAnythingKnown({ signals, images, documents, audio }: Features): boolean {
  if ('noTurn' in signals || 'noWords' in signals) return !('digits' in signals) || 'noTurn' in signals;
  if ('unknownScript' in signals || 'unknownLanguage' in signals) return true;
  if ('unfamiliar' in signals && !Object.keys(signals).some((name) => LEXICAL.has(name))) return true;
  return images + documents + audio > 0 && (signals.words ?? 0) < WORDS_WITH_ATTACHMENT;
}
