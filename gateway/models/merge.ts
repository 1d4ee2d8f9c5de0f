/*
 * What a newly read price does to the prices that hold. In this order:
 *
 *   1. The owner's own price is over all others; it is not touched here.
 *   2. A figure that was weighed and overruled when the list was made stays overruled for as long as the source repeats it.
 *   3. What the source said when it was last read, it has said already: nothing changes. The first time, that is any price of the
 *      list, past or announced: sources lag behind the dates that the list knows.
 *   4. Anything else is news. It holds from the day on which it was read; prices before that day stay, and so do those that were
 *      announced for later.
 */

import type { Disagreement, Price } from './schema.ts';

const RATES = ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h', 'inputAudio', 'outputAudio'] as const;

interface Weighing {
  /** For people: `LiteLLM`. */
  source: string;
  /** `YYYY-MM-DD` */
  day: string;
  /** What the same source said when it was last read. */
  before: Price | undefined;
  /** Of this model. */
  disagreements: readonly Disagreement[];
}

/** The prices from now on; undefined: as they were. */
export function weighPrice(listed: readonly Price[], found: Price, weighing: Weighing): Price[] | undefined {
  const current = inForce(listed, weighing.day);
  if (current === undefined && listed.length === 0) return [found];
  const price = overrule(found, weighing.source, weighing.disagreements);
  const { before } = weighing;
  const isNews = before === undefined ? !listed.some((one) => sameRates(one, price)) : !same(before, found);
  if (!isNews || (current !== undefined && same(current, price))) return undefined;
  return from(weighing.day, listed, price, current);
}

/** The price that holds on a day. */
export function inForce(prices: readonly Price[], day: string): Price | undefined {
  return prices.find(({ from: first = '', until = '9999-12-31' }) => first <= day && day <= until);
}

/** The price with the figures that were decided against this source, where it repeats what was weighed then. */
export function overrule(found: Price, source: string, disagreements: readonly Disagreement[]): Price {
  const price = { ...found };
  for (const { field, values, chosen } of disagreements) {
    const rate = RATES.find((name) => name === field);
    if (rate !== undefined && values[source] === found[rate]) price[rate] = chosen;
  }
  return price;
}

/** A rate that one of them does not state is no difference. */
function sameRates(a: Price, b: Price): boolean {
  return RATES.every((kind) => a[kind] === undefined || b[kind] === undefined || a[kind] === b[kind]);
}

function same(a: Price, b: Price): boolean {
  const { from: _, until: __, ...left } = a;
  const { from: _from, until: _until, ...right } = b;
  return JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
}

function sorted(price: object): [string, unknown][] {
  return Object.entries(price).sort(([a], [b]) => (a < b ? -1 : 1));
}

function from(day: string, listed: readonly Price[], price: Price, current: Price | undefined): Price[] {
  const past = listed.filter(({ from: first = '' }) => first < day).map((one) => cut(one, before(day)));
  const announced = listed.filter(({ from: first = '' }) => first > day);
  const next = announced[0]?.from;
  // Fees by the call are in few lists: one that says nothing of them takes none away.
  const perCall = price.perCall ?? current?.perCall;
  const { from: _, until: __, ...rates } = price;
  const now: Price = {
    ...rates,
    from: day,
    ...(perCall && { perCall }),
    ...(next !== undefined && { until: before(next) }),
  };
  return [...past, now, ...announced];
}

function cut(price: Price, last: string): Price {
  return (price.until ?? '9999-12-31') > last ? { ...price, until: last } : price;
}

function before(day: string): string {
  return new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
}
