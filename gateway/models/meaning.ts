import type { Usage } from '../chat.ts';
import type { Words } from '../hosting/words.ts';
import { chargeOf } from './cost.ts';
import { inForce } from './merge.ts';
import type { Model, Price } from './schema.ts';
import type { Quarantined } from './sense.ts';

/** What the owner used of one model in the last 30 days. */
export interface Used {
  provider: string | null;
  model: string | null;
  requests: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
}

/** When it is told, and in which words. */
interface Telling {
  nowMs: number;
  say: Words;
}

interface Meaning {
  /** The same change has the same key: nobody is told twice. */
  key: string;
  sentence: string;
}

const DAY_MS = 86_400_000;
const ANNOUNCE_DAYS = 14;
const RETIRE_DAYS = 30;

/** What changes of price and retirements, just read or soon to come, mean for someone who used models so. */
export function meaningsOf(
  change: {
    before: readonly Model[];
    after: readonly Model[];
    quarantined: readonly Quarantined[];
    removed: readonly string[];
  },
  used: readonly Used[],
  at: Telling,
): Meaning[] {
  const { say } = at;
  const before = new Map(change.before.map((model) => [model.id, model]));
  const usage = new Map(used.map((one) => [`${one.provider}/${one.model}`, one]));
  const odd = change.quarantined.flatMap(({ model, kind, why }) => {
    const sentence = say('prices.odd', { model, why: say(`odd.${kind}`) });
    return usage.has(model) ? [{ key: `${model} ${why}`, sentence }] : [];
  });
  const meanings = change.after.flatMap((model) => {
    const own = usage.get(model.id);
    if (own === undefined || own.requests === 0) return [];
    const known = before.get(model.id);
    return [...repriced(model, known, own, at), ...announced(model, own, at), ...retiring(model, own, at)];
  });
  const gone = change.removed.flatMap((id) => {
    const sentence = say('prices.gone', { model: id });
    return usage.has(id) ? [{ key: `${id} gone`, sentence }] : [];
  });
  return [...meanings, ...gone, ...odd];
}

function repriced(model: Model, known: Model | undefined, used: Used, { nowMs, say }: Telling): Meaning[] {
  const day = dayOf(nowMs);
  const [was, is] = [known && inForce(known.prices, day), inForce(model.prices, day)];
  if (was === undefined || is === undefined || sameBase(was, is)) return [];
  const key = `${model.id} ${day} ${is.input}/${is.output}`;
  const values = { model: model.title, was: pair(was), is: pair(is), effect: effect(was, is, used, say) };
  return [{ key, sentence: say(`prices.${verb(was, is, used)}`, values) }];
}

function announced(model: Model, used: Used, { nowMs, say }: Telling): Meaning[] {
  const [day, last] = [dayOf(nowMs), dayOf(nowMs + ANNOUNCE_DAYS * DAY_MS)];
  const was = inForce(model.prices, day);
  return model.prices.flatMap((price) => {
    const { from } = price;
    if (was === undefined || from === undefined || from <= day || from > last || sameBase(was, price)) return [];
    const values = { model: model.title, is: pair(price), day: say.day(from), effect: effect(was, price, used, say) };
    const sentence = say(`prices.${verb(was, price, used)}On`, values);
    return [{ key: `${model.id} ${from} ${price.input}/${price.output}`, sentence }];
  });
}

function retiring({ id, title, retires }: Model, { requests }: Used, { nowMs, say }: Telling): Meaning[] {
  if (retires === undefined || retires < dayOf(nowMs) || retires > dayOf(nowMs + RETIRE_DAYS * DAY_MS)) return [];
  const sentence = say('prices.retires', { model: title, day: say.day(retires), count: requests });
  return [{ key: `${id} retires ${retires}`, sentence }];
}

function sameBase(a: Price, b: Price): boolean {
  return (
    a.input === b.input && a.output === b.output && a.cacheRead === b.cacheRead && a.cacheWrite5m === b.cacheWrite5m
  );
}

/** Nano-dollars of a month's tokens. A sum over requests says nothing of their lengths, so that tiers for long prompts are left out. */
function monthNano(price: Price, used: Used): number {
  const usage: Usage = {
    input: used.inputTokens,
    output: used.outputTokens,
    cacheRead: used.cacheReadTokens,
    cacheWrite5m: used.cacheWriteTokens,
  };
  const { tiers: _, ...flat } = price;
  return chargeOf(usage, flat, false).totalNano ?? 0;
}

function differenceUsd(was: Price, is: Price, used: Used): number {
  return (monthNano(is, used) - monthNano(was, used)) / 1e9;
}

function verb(was: Price, is: Price, used: Used): 'rises' | 'falls' | 'changes' {
  const difference = differenceUsd(was, is, used) || is.input - was.input || is.output - was.output;
  return difference > 0 ? 'rises' : difference < 0 ? 'falls' : 'changes';
}

function effect(was: Price, is: Price, used: Used, say: Words): string {
  const usd = differenceUsd(was, is, used);
  if (Math.abs(usd) < 0.005) return say('prices.noEffect');
  return say('prices.effect', { usd: `${usd > 0 ? '+' : '−'}$${Math.abs(usd).toFixed(2)}` });
}

/** Input and output a million tokens: `$3/$15`. */
function pair({ input, output }: Price): string {
  return `$${input}/$${output}`;
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
