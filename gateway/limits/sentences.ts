import { GatewayError } from '../errors.ts';
import type { Notice } from '../host.ts';
import { type Words, wordsIn } from '../hosting/words.ts';
import type { Period, Span } from '../ledger/calendar.ts';
import { budgetOf } from './caps.ts';
import { type Periods, type Scope, sumOf } from './scope.ts';

/** Soon enough for what is reserved to have come back. */
const SOON_MS = 5_000;

/** Nano-dollars as people write them: cents, and finer where cents say nothing. */
function writeUsd(nano: number): string {
  const usd = nano / 1e9;
  if (usd >= 1 || usd === 0) return `$${usd.toFixed(2)}`;
  return `$${Number(usd.toPrecision(3))}`;
}

function writeTime(atMs: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return `${format.format(atMs)} (${timeZone})`;
}

function whose({ id, name }: Scope): string {
  return id === 'overall' ? 'all gateway keys together' : `the gateway key "${name}"`;
}

function howToRaise({ id }: Scope): string {
  return `Raise it in the dashboard under Limits, or with PATCH /api/limits/${id}.`;
}

interface Refused {
  scope: Scope;
  period: Period;
  periods: Periods;
  timeZone: string;
  nowMs: number;
  /** What the request could cost, and with which model; absent where it was not asked that far. */
  need?: { nano: number; model: string } | undefined;
}

/** Which budget has no room, when it resets, and how to raise it. */
export function budgetExceeded({ scope, period, periods, timeZone, nowMs, need }: Refused): GatewayError {
  const span: Span = periods[period];
  const cap = budgetOf(scope.caps, period) ?? 0;
  const { used, reserved } = sumOf(scope, period, span);
  const left = Math.max(0, cap - used - reserved);
  const state = `${writeUsd(used)} spent${reserved > 0 ? `, ${writeUsd(reserved)} reserved for requests under way` : ''}`;
  const asked =
    need === undefined
      ? ''
      : ` This request could cost up to ${writeUsd(need.nano)} with ${need.model}, and ${writeUsd(left)} is left.`;
  const fitsLater = need !== undefined && need.nano <= cap - used;
  return new GatewayError(
    'budget_exceeded',
    `The ${period}'s budget of ${writeUsd(cap)} for ${whose(scope)} has no room for this request (${state}).${asked} It resets on ${writeTime(span.toMs, timeZone)}. ${howToRaise(scope)}`,
    { retryAfterMs: fitsLater ? SOON_MS : Math.max(1_000, span.toMs - nowMs) },
  );
}

export function unknownPrice(scope: Scope, model: string): GatewayError {
  return new GatewayError(
    'budget_exceeded',
    `The price of ${model} is unknown, so it cannot be kept within the budget of ${whose(scope)}. Give the model a price in the dashboard under Models, or allow unknown prices under Settings.`,
  );
}

export function tooMany(scope: Scope, cap: number, unit: 'requests' | 'tokens', waitMs: number): GatewayError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new GatewayError(
    'rate_limited',
    `The limit of ${cap} ${unit} a minute for ${whose(scope)} is reached. Try again in ${seconds} s. ${howToRaise(scope)}`,
    { retryAfterMs: seconds * 1000 },
  );
}

export function tooLarge(scope: Scope, cap: number, tokens: number): GatewayError {
  return new GatewayError(
    'rate_limited',
    `This request has about ${tokens} tokens, more than the ${cap} tokens a minute for ${whose(scope)}: it can never pass. ${howToRaise(scope)}`,
  );
}

export function tooManyAtOnce(scope: Scope, cap: number): GatewayError {
  return new GatewayError(
    'rate_limited',
    `${cap} requests of ${whose(scope)} are under way, as many as the limit allows at once. Try again when one has ended. ${howToRaise(scope)}`,
    { retryAfterMs: 1_000 },
  );
}

interface Mark {
  scope: Scope;
  period: Period;
  percent: number;
  usedNano: number;
  capNano: number;
}

/** What a person is told when a share of a budget is reached. */
export function noticeOf({ scope, period: name, percent, usedNano, capNano }: Mark, say: Words = wordsIn()): Notice {
  const told = percent === 100 ? 'budget.spent' : 'budget.share';
  const holder = scope.id === 'overall' ? say('budget.all') : say('budget.key', { name: scope.name });
  const period = say(`period.${name}`);
  const sums = { used: writeUsd(usedNano), cap: writeUsd(capNano) };
  return {
    kind: 'budget',
    title: say(told, { period, percent }),
    body: say(`${told}About`, { ...sums, period, whose: holder }),
    page: '/keys',
  };
}
