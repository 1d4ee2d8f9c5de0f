import type { Price } from './schema.ts';
import type { Found } from './sources/index.ts';

/** What is wrong with a price. */
interface Oddity {
  /** `order`: input dearer than output. `cache`: that of cached input does not fit the rest. `leap`: far from the one before. */
  kind: 'currency' | 'unit' | 'order' | 'cache' | 'free' | 'leap';
  /** The same with its figures, as the end of a sentence. */
  why: string;
}

/** A price that was not taken over. */
export interface Quarantined extends Oddity {
  model: string;
}

/** A list that is smaller than this share of what it was is taken for a broken one. */
const LEAST_SHARE = 0.8;
/** A list of which more than this share makes no sense is wrong as a whole: most likely in another unit. */
const MOST_ODD = 0.25;
const MOST_FACTOR = 5;
/** USD per million tokens: the dearest model of all costs a tenth of it. */
const MOST_USD = 10_000;
/** USD per million tokens: the cheapest model costs some hundred times as much. */
const LEAST_USD = 0.0005;

/** What is wrong with a price, looked at by itself and beside the one that holds; undefined where it makes sense. */
export function oddityOf(found: Found, current: Price | undefined): Oddity | undefined {
  const { currency } = found;
  if (currency !== undefined && currency.toUpperCase() !== 'USD')
    return { kind: 'currency', why: `is in ${currency.slice(0, 20)}, not in US dollars` };
  for (const price of found.prices) {
    const odd = oddByItself(price, current) ?? (current && oddBeside(price, current));
    if (odd !== undefined) return odd;
  }
  return undefined;
}

function oddByItself(price: Price, current: Price | undefined): Oddity | undefined {
  const { input, output, cacheRead, cacheWrite1h } = price;
  const rates = [input, output, cacheRead ?? input];
  if (rates.some((rate) => rate > MOST_USD))
    return { kind: 'unit', why: `is over $${MOST_USD} a million tokens: another unit, most likely` };
  if (input > 0 && output > 0 && Math.max(input, output) < LEAST_USD)
    return { kind: 'unit', why: `is under $${LEAST_USD} a million tokens: another unit, most likely` };
  // Where it was so before, it is how this provider charges.
  if (input > output && !(current && current.input > current.output))
    return { kind: 'order', why: `has input ($${input}) dearer than output ($${output})` };
  if (cacheRead !== undefined && cacheRead > input)
    return { kind: 'cache', why: `has cached input ($${cacheRead}) dearer than fresh input ($${input})` };
  if (cacheWrite1h !== undefined && input > 0 && (cacheWrite1h < input || cacheWrite1h > input * MOST_FACTOR)) {
    const why = `has a 1-hour cache write ($${cacheWrite1h}) that is not about twice the input ($${input})`;
    return { kind: 'cache', why };
  }
  return undefined;
}

function oddBeside(price: Price, current: Price): Oddity | undefined {
  for (const kind of ['input', 'output', 'cacheRead'] as const) {
    const [was, is] = [current[kind], price[kind]];
    if (was === undefined || is === undefined || was === 0) continue;
    if (is === 0) return { kind: 'free', why: `would be free (${kind} was $${was})` };
    const factor = Math.max(is / was, was / is);
    // A fall by exactly four fifths is real: binary fractions must not make more of it.
    if (factor > MOST_FACTOR * (1 + 1e-9))
      return { kind: 'leap', why: `goes from $${was} to $${is} (${kind}), by more than ${MOST_FACTOR} times` };
  }
  return undefined;
}

/** What is wrong with a list as a whole; undefined where it can be taken. `before`: how many models it had last. */
export function faultOf(models: number, odd: number, before: number | undefined): string | undefined {
  if (models === 0) return 'has no model in it';
  if (before !== undefined && models < before * LEAST_SHARE) {
    return `has shrunk from ${before} to ${models} models, by more than a fifth`;
  }
  if (odd > 3 && odd > models * MOST_ODD)
    return `has ${odd} prices of ${models} that make no sense: another unit, most likely`;
  return undefined;
}
