import type { Caps as CapsInfo, LimitEvent, LimitInfo, UnsettledCalls } from '../../contract/index.ts';
import { PERIODS, type Period } from '../ledger/calendar.ts';
import { budgetOf, type Caps } from '../limits/caps.ts';
import { clock } from '../limits/counts.ts';
import type { Hold } from '../limits/holds.ts';
import type { Limits, Reached } from '../limits/index.ts';
import type { Minute } from '../limits/minute.ts';
import { type Scope, sumOf } from '../limits/scope.ts';
import type { Base } from './base.ts';

export interface LimitDependencies {
  limits: Limits;
}

export function limitCalls(base: Base, { limits }: LimitDependencies) {
  const calls = base.limits;
  const names = () => new Map(limits.scopes().map(({ id, name }) => [id, name]));
  return {
    list: calls.list.handler(({ context: { view } }) => ({
      limits: limits.scopes().flatMap((scope) => (view.sees(scope.id) ? showLimit(scope, limits.periods()) : [])),
    })),
    one: calls.one.handler(({ input: { id }, context: { view } }) => {
      view.check(id);
      return showLimit(limits.scope(id), limits.periods());
    }),
    unsettled: calls.unsettled.handler(() => showUnsettled(limits.unsettled.list(), names())),
    release: calls.release.handler(({ input: { ids } }) => showUnsettled(limits.unsettled.release(ids), names())),
    update: calls.update.handler(({ input: { id, ...changes } }) =>
      showLimit(limits.update(id, readCaps(changes)), limits.periods()),
    ),
  };
}

export function showReached({ scope, period, percent, usedNano, capNano, resetsAtMs }: Reached): LimitEvent {
  const { id, name } = scope;
  return { type: 'limit', id, name, period, percent, usedUsd: toUsd(usedNano), capUsd: toUsd(capNano), resetsAtMs };
}

type Changes = { [Name in keyof CapsInfo]?: CapsInfo[Name] | undefined };

function readCaps({ dayUsd, weekUsd, monthUsd, ...counts }: Changes): Partial<Caps> {
  const all = { ...counts, dayNano: toNano(dayUsd), weekNano: toNano(weekUsd), monthNano: toNano(monthUsd) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function showLimit(scope: Scope, periods: ReturnType<Limits['periods']>): LimitInfo {
  const { id, name, caps } = scope;
  const { requestsPerMinute, tokensPerMinute, concurrentRequests } = caps;
  return {
    id,
    name,
    caps: {
      requestsPerMinute,
      tokensPerMinute,
      concurrentRequests,
      dayUsd: toUsd(caps.dayNano),
      weekUsd: toUsd(caps.weekNano),
      monthUsd: toUsd(caps.monthNano),
    },
    use: {
      requestsPerMinute: showMinute(scope.requests, requestsPerMinute),
      tokensPerMinute: showMinute(scope.tokens, tokensPerMinute),
      concurrentRequests: { used: scope.concurrent, cap: concurrentRequests, resetsAtMs: null },
      ...showMoney(scope, periods),
    },
  };
}

function showUnsettled(holds: readonly Hold[], names: ReadonlyMap<string, string>): UnsettledCalls {
  const heldNano = holds.reduce((sum, { nano }) => sum + nano, 0);
  const calls = holds.map(({ id, clientId, atMs, nano, isGivenUp = false }) => ({
    id,
    requestId: id.split('.')[0] ?? id,
    clientId,
    clientName: names.get(clientId) ?? null,
    atMs,
    heldNano: nano,
    heldUsd: toUsd(nano),
    why: isGivenUp ? ('givenUp' as const) : ('killed' as const),
  }));
  return { calls, heldNano, heldUsd: toUsd(heldNano) };
}

function showMinute(minute: Minute, cap: number | null): LimitInfo['use']['requestsPerMinute'] {
  const waitMs = minute.waitFor(0, clock());
  const resetsAtMs = waitMs === 0 ? null : Math.round(Date.now() + waitMs);
  return { used: Math.max(0, minute.total(clock())), cap, resetsAtMs };
}

function showMoney(scope: Scope, periods: ReturnType<Limits['periods']>): Pick<LimitInfo['use'], Period> {
  const [day, week, month] = PERIODS.map((period) => {
    const { used, reserved } = sumOf(scope, period, periods[period]);
    const capNano = budgetOf(scope.caps, period);
    return {
      usedNano: used,
      usedUsd: toUsd(used),
      reservedNano: reserved,
      reservedUsd: toUsd(reserved),
      capNano,
      capUsd: toUsd(capNano),
      fromMs: periods[period].fromMs,
      resetsAtMs: periods[period].toMs,
    };
  });
  return { day, week, month } as Pick<LimitInfo['use'], Period>;
}

function toUsd<Nano extends number | null>(nano: Nano): Nano | number {
  return nano === null ? nano : nano / 1e9;
}

function toNano(usd: number | null | undefined): number | null | undefined {
  return typeof usd === 'number' ? Math.round(usd * 1e9) : usd;
}
