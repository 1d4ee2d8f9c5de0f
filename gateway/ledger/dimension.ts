import type { Kind } from './kinds.ts';
import type { Facts } from './tally.ts';

/**
 * What sums are kept by. `all` has the one value ''; `mix` is complexity and model; `saving` is what savings are reckoned from: how a
 * request was answered, and how long its prompt was.
 */
export const DIMENSIONS = ['all', 'provider', 'model', 'client', 'complexity', 'dialect', 'mix', 'saving'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Between the parts of a value; no id or name holds it. */
export const SEPARATOR = '\n';

/** Lengths of prompts, in tokens, above which some models have other prices. */
const BANDS = [272_000, 256_000, 200_000, 128_000] as const;

/** Histograms are kept of these, in this order. */
export const HISTOGRAMS: Readonly<Partial<Record<Dimension, number>>> = { all: 4, model: 2 };

export function valueIn(dimension: Dimension, kind: Kind, facts: Facts): string {
  switch (dimension) {
    case 'all':
      return '';
    case 'provider':
      return kind.provider;
    case 'model':
      return modelOf(kind);
    case 'client':
      return kind.clientId;
    case 'complexity':
      return kind.complexity;
    case 'dialect':
      return kind.dialect;
    case 'mix':
      return `${kind.complexity}${SEPARATOR}${modelOf(kind)}`;
    case 'saving':
      return `${answeredBy(kind, facts)}${SEPARATOR}${bandOf(facts.inputTokens)}`;
  }
}

function modelOf({ provider, model }: Kind): string {
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
