import type { Kind } from './kinds.ts';
import type { Facts } from './tally.ts';

/**
 * What sums are kept by. `all` has the one value ''; `mix` is complexity and model; `saving` is what savings are reckoned from: how a
 * request was answered, and how long its prompt was.
 */
export const DIMENSIONS = ['all', 'provider', 'model', 'client', 'complexity', 'dialect', 'mix', 'saving'] as const;
/** `detail`: all of them together, kept of the clients of users beside the owner, who are shown sums of their own. */
export type Dimension = (typeof DIMENSIONS)[number] | 'detail';

/** Between the parts of a value; no id or name holds it. */
export const SEPARATOR = '\n';

/** Lengths of prompts, in tokens, above which some models have other prices. */
const BANDS = [272_000, 256_000, 200_000, 128_000] as const;

/** Histograms are kept of these, in this order. */
export const HISTOGRAMS: Readonly<Partial<Record<Dimension, number>>> = { all: 4, model: 2, detail: 4 };

type Names = Pick<Kind, 'clientId' | 'provider' | 'model' | 'complexity' | 'dialect'>;

export function valueIn(dimension: Dimension, kind: Kind, facts: Facts): string {
  const saving = dimension === 'saving' || dimension === 'detail' ? savingOf(kind, facts) : '';
  return named(dimension, kind, saving);
}

/** The value in another dimension of what has this one in `detail`. */
export function project(dimension: Dimension, detail: string): string {
  const [clientId = '', complexity = '', provider = '', model = '', dialect = '', ...saving] = detail.split(SEPARATOR);
  return named(dimension, { clientId, complexity, provider, model, dialect }, saving.join(SEPARATOR));
}

export function clientIn(detail: string): string {
  return detail.slice(0, detail.indexOf(SEPARATOR));
}

function named(dimension: Dimension, names: Names, saving: string): string {
  const { clientId, complexity, provider, model, dialect } = names;
  switch (dimension) {
    case 'all':
      return '';
    case 'provider':
      return provider;
    case 'model':
      return modelOf(names);
    case 'client':
      return clientId;
    case 'complexity':
      return complexity;
    case 'dialect':
      return dialect;
    case 'mix':
      return `${complexity}${SEPARATOR}${modelOf(names)}`;
    case 'saving':
      return saving;
    case 'detail':
      return [clientId, complexity, provider, model, dialect, saving].join(SEPARATOR);
  }
}

function savingOf(kind: Kind, facts: Facts): string {
  return `${answeredBy(kind, facts)}${SEPARATOR}${bandOf(facts.inputTokens)}`;
}

function modelOf({ provider, model }: Pick<Kind, 'provider' | 'model'>): string {
  return provider === '' && model === '' ? '' : `${provider}${SEPARATOR}${model}`;
}

/** `none`: no answer, or none whose cost is known. Nothing can have been saved by it, it can only have cost. */
export function answeredBy(
  { status, cache, provider }: Kind,
  { costNano }: Pick<Facts, 'costNano'>,
): 'call' | 'cache' | 'none' {
  if (status !== 'ok' || provider === '' || provider === 'demo') return 'none';
  if (cache === 'hit' || cache === 'shared') return 'cache';
  return costNano === null ? 'none' : 'call';
}

function bandOf(inputTokens: number): number {
  return BANDS.find((band) => inputTokens > band) ?? 0;
}
