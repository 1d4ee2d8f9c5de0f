import type { Usage } from '../chat.ts';
import { type CompiledRates, chooseRates, compiled, INPUT_PARTS, OUTPUT_PARTS, type RateKind } from './price.ts';
import type { Price } from './schema.ts';

/** One line of a bill: how many of what, at which rate, and where the rate is from. The lines of a cost add up to its total. */
export interface CostLine {
  /** A kind of token (`input`, `cacheRead`, …), a hosted tool (`webSearch`), or `billed` for what the provider said it charged. */
  kind: string;
  tokens?: number;
  calls?: number;
  usdPerMillion?: number;
  usdPerCall?: number;
  amountNano: number;
  source: string;
}

export interface Charge {
  /** Nano-dollars; null: no price is known. */
  totalNano: number | null;
  kind: 'exact' | 'estimated' | 'unknown';
}

interface Cost extends Charge {
  lines: CostLine[];
}

interface CostContext {
  /** Where the price is from, such as `LiteLLM 2026-08-01`. */
  source: string;
  /** True where the usage is not the provider's whole final count (a cancelled or failed call). */
  estimated?: boolean;
}

/** A count as a provider may send it, made a whole number that is not negative. */
function whole(count: number | undefined): number {
  return count === undefined || !(count > 0) ? 0 : Math.floor(Math.min(count, Number.MAX_SAFE_INTEGER));
}

const CACHE_PARTS = new Set<RateKind>(['cacheRead', 'cacheWrite5m', 'cacheWrite1h']);

/** Tells a part of the usage that has a line of its own: how many tokens, at which rate in micro-dollars per million. */
type Tell = (kind: string, tokens: number, micro: number, note: string) => void;

/**
 * Splits one side of the usage into what has a rate of its own and the rest, which is told last. A cached part without one pays the full input
 * rate (a 1-hour write the 5-minute one first) and stays a line of its own, so that the reader sees it; audio, images and
 * reasoning without one are plain tokens. Parts that claim more than the whole are cut to it.
 */
function splitSide(side: 'input' | 'output', usage: Usage, rates: CompiledRates, tell: Tell): void {
  const full = side === 'input' ? rates.input : rates.output;
  const total = whole(usage[side]);
  let rest = total;
  const kinds = side === 'input' ? INPUT_PARTS : OUTPUT_PARTS;
  for (let at = 0; at < kinds.length; at += 1) {
    const kind = kinds[at] as RateKind;
    const tokens = Math.min(whole(usage[kind]), rest);
    if (tokens === 0) continue;
    const own = rates.micro.get(kind);
    if (own === undefined && !CACHE_PARTS.has(kind)) continue;
    const nearest = kind === 'cacheWrite1h' ? rates.micro.get('cacheWrite5m') : undefined;
    const note =
      own !== undefined
        ? ''
        : nearest !== undefined
          ? ', no 1-hour rate: 5-minute rate'
          : ', no rate of its own: input rate';
    tell(kind, tokens, own ?? nearest ?? full, note);
    rest -= tokens;
  }
  if (rest > 0 || rest === total) tell(side, rest, full, '');
}

interface Item {
  kind: string;
  tokens: number;
  micro: number;
  note: string;
}

/** What is left of a side stands before its parts. */
function itemsOf(side: 'input' | 'output', usage: Usage, rates: CompiledRates): Item[] {
  const items: Item[] = [];
  splitSide(side, usage, rates, (kind, tokens, micro, note) => {
    const item = { kind, tokens, micro, note };
    if (kind === side) items.unshift(item);
    else items.push(item);
  });
  return items;
}

/** Rounds so that the amounts add up to the rounded total: each line gets what the running total grew by. */
function tokenLines(items: Item[], source: string): CostLine[] {
  let pico = 0n;
  let before = 0n;
  return items.map(({ kind, tokens, micro, note }) => {
    pico += BigInt(tokens) * BigInt(micro);
    const after = (pico + 500n) / 1000n;
    const amountNano = Number(after - before);
    before = after;
    return { kind, tokens, usdPerMillion: micro / 1e6, amountNano, source: source + note };
  });
}

let sumPico = 0;
const addPico: Tell = (_kind, tokens, micro) => {
  sumPico += tokens * micro;
};

/** Nano-dollars of all token lines together, without making them; undefined where the sum is too large to be exact. */
function tokenNano(usage: Usage, rates: CompiledRates): number | undefined {
  sumPico = 0;
  splitSide('input', usage, rates, addPico);
  splitSide('output', usage, rates, addPico);
  return sumPico < Number.MAX_SAFE_INTEGER - 500 ? Math.floor((sumPico + 500) / 1000) : undefined;
}

function callLines(usage: Usage, price: Price, source: string): CostLine[] {
  return Object.entries(usage.hostedCalls ?? {}).flatMap(([kind, count]) => {
    const usdPerCall = price.perCall?.[kind];
    const calls = whole(count);
    if (usdPerCall === undefined || calls === 0) return [];
    return [{ kind, calls, usdPerCall, amountNano: calls * Math.round(usdPerCall * 1e9), source }];
  });
}

/** Whether writes to the cache for an hour are priced at the rate of those for five minutes. */
function borrows(usage: Usage, { micro }: CompiledRates): boolean {
  return whole(usage.cacheWrite1h) > 0 && !micro.has('cacheWrite1h') && micro.has('cacheWrite5m');
}

/**
 * What an exchange cost, from the provider's own usage and the price that held at its time, to the nano-dollar. What the
 * provider says it charged wins over any calculation. Null price: unknown, never zero. It is an estimate where the usage is
 * not final, or where a rate that the provider applies (its service tier, a fee by the call) is not known.
 */
export function costOf(usage: Usage, price: Price | null, context: CostContext): Cost {
  const estimated = context.estimated === true;
  if (usage.billedUsd !== undefined && usage.billedUsd >= 0) {
    const amountNano = Math.round(usage.billedUsd * 1e9);
    const line = { kind: 'billed', amountNano, source: 'billed by the provider' };
    return { totalNano: amountNano, kind: estimated ? 'estimated' : 'exact', lines: [line] };
  }
  if (price === null) return { totalNano: null, kind: 'unknown', lines: [] };
  const { rates, note, guessed } = chooseRates(usage, compiled(price), whole(usage.input));
  const items = [...itemsOf('input', usage, rates), ...itemsOf('output', usage, rates)];
  const lines = [...tokenLines(items, context.source + note), ...callLines(usage, price, context.source)];
  const feeMissing = Object.entries(usage.hostedCalls ?? {}).some(
    ([kind, count]) => whole(count) > 0 && price.perCall?.[kind] === undefined,
  );
  const totalNano = lines.reduce((sum, line) => sum + line.amountNano, 0);
  return {
    totalNano,
    kind: estimated || guessed || feeMissing || borrows(usage, rates) ? 'estimated' : 'exact',
    lines,
  };
}

/** The total and the kind of what `costOf` gives, without the lines: asked for as each exchange settles. */
export function chargeOf(usage: Usage, price: Price | null, estimated: boolean): Charge {
  if (price !== null && usage.billedUsd === undefined && usage.hostedCalls === undefined) {
    const { rates, guessed } = chooseRates(usage, compiled(price), whole(usage.input));
    const totalNano = tokenNano(usage, rates);
    if (totalNano !== undefined)
      return { totalNano, kind: estimated || guessed || borrows(usage, rates) ? 'estimated' : 'exact' };
  }
  const { totalNano, kind } = costOf(usage, price, { source: '', estimated });
  return { totalNano, kind };
}
