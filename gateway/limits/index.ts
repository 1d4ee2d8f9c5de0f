import type { Database } from '../db/open.ts';
import type { SettingsStore } from '../db/settings.ts';
import { GatewayError } from '../errors.ts';
import type { Logger } from '../host.ts';
import { type Calendar, createCalendar, PERIODS, type Period, zoneOf } from '../ledger/calendar.ts';
import type { Ledger } from '../ledger/index.ts';
import { openJournal } from '../ledger/journal.ts';
import { isMadeHere, type RequestRow } from '../ledger/request-row.ts';
import { readRecent, readSpent } from '../ledger/spent.ts';
import type { Client, GatewayKeys } from '../vault/gateway-keys.ts';
import { type Admission, admitted } from './admission.ts';
import { type Budget, createBudget } from './budget.ts';
import { budgetOf, type Caps, createCapsStore, hasBudget, NO_CAPS } from './caps.ts';
import { clock, enter } from './counts.ts';
import { headersOf } from './headers.ts';
import { createHolds } from './holds.ts';
import {
  addMoney,
  createScope,
  emptySums,
  forgetTold,
  newlyReached,
  type Periods,
  type Scope,
  sumOf,
} from './scope.ts';
import { createUnsettled, isOver, type Unsettled } from './unsettled.ts';

const OVERALL = 'overall';
const MINUTE_MS = 60_000;
/** Back to the beginning of any month and week that is not over. */
const SEED_MS = 40 * 24 * 3_600_000;

/** A share of a budget that was reached. */
export interface Reached {
  scope: Scope;
  period: Period;
  percent: 50 | 80 | 100;
  usedNano: number;
  capNano: number;
  resetsAtMs: number;
}

interface LimitsOptions {
  database: Database;
  /** A file of the reservations' own. */
  journalPath: string;
  settings: SettingsStore;
  gatewayKeys: Pick<GatewayKeys, 'list'>;
  ledger: Pick<Ledger, 'flush' | 'one'>;
  log: Logger;
  onReached(reached: Reached): void;
}

/** Who may ask how much: limits of each gateway key and of all together. Everything is counted in memory. */
export interface Limits {
  /** Lets a request in, or throws `rate_limited`. It waits while the counts of an earlier process are still being read. */
  admit(client: Client): Admission | Promise<Admission>;
  /** The same without being let in or counted. */
  look(client: Client): Admission;
  budget: Budget;
  /** What a settled request has cost: counts it, and tells of budgets that it has brought to a mark. `inDoubt`: see `Budget.settle`. */
  settle(exchange: { startedAtMs: number; admission: Admission }, costNano: number, inDoubt?: boolean): void;
  /** Calls whose end nobody saw, and whose money is held back therefore. */
  unsettled: Pick<Unsettled, 'list' | 'release'>;
  /** Writes down what no longer is held back. To be called when the rows of those exchanges are in the ledger. */
  flush(): void;
  /** `x-ratelimit-*` of a reply; undefined where no limit applies. */
  headers(admission: Admission): Record<string, string> | undefined;
  /** All together first, then each usable key. */
  scopes(): Scope[];
  periods(): Periods;
  /** Throws `not_found`. */
  scope(id: string): Scope;
  update(id: string, caps: Partial<Caps>): Scope;
  /** Rows that came into the database; those of an earlier process count from now on. */
  recorded(rows: readonly RequestRow[]): void;
  close(): void;
}

export function createLimits(options: LimitsOptions): Limits {
  const { database, settings, gatewayKeys, ledger, log, onReached } = options;
  const store = createCapsStore(database);
  const caps = store.all();
  const holds = createHolds(openJournal(options.journalPath), log);
  const overall = createScope(OVERALL, 'All keys', caps.get(OVERALL) ?? NO_CAPS);
  const scopes = new Map<string, Scope>([[OVERALL, overall]]);
  let calendar = createCalendarFor(settings);
  const unsettled = createUnsettled({
    holds,
    calendar: () => calendar,
    count: ({ clientId, atMs }, nano) => count(clientId, atMs, 0, nano),
  });
  let limited = [...caps.values()].some(isAny);

  function scopeOf({ id, name }: { id: string; name: string }): Scope {
    let scope = scopes.get(id);
    if (scope === undefined) {
      scope = createScope(id, name, caps.get(id) ?? NO_CAPS);
      scopes.set(id, scope);
    } else if (scope.name !== name) scope.name = name;
    return scope;
  }

  function count(clientId: string | null, atMs: number, usedNano: number, reservedNano = 0): void {
    const periods = calendar.periodsAt(atMs);
    addMoney(overall, periods, usedNano, reservedNano);
    if (clientId !== null && clientId !== '') addMoney(scopeById(clientId), periods, usedNano, reservedNano);
  }

  function scopeById(id: string): Scope {
    return scopes.get(id) ?? scopeOf({ id, name: gatewayKeys.list().find((key) => key.id === id)?.name ?? id });
  }

  function seed(): void {
    for (const scope of scopes.values()) scope.sums = emptySums();
    for (const { startMs, clientId, costNano } of readSpent(database, Date.now() - SEED_MS, calendar.timeZone))
      count(clientId, startMs, costNano);
  }

  function seedMinute(): void {
    const nowMs = Date.now();
    for (const { startedAtMs, clientId, tokens } of readRecent(database, nowMs - MINUTE_MS)) {
      const at = clock() - Math.max(0, nowMs - startedAtMs);
      for (const scope of clientId === '' ? [overall] : [overall, scopeById(clientId)]) {
        scope.requests.add(1, at);
        scope.tokens.add(tokens, at);
      }
    }
  }

  /** Marks that were passed before are not told again. */
  function tellNothingOld(): void {
    for (const scope of scopes.values()) newlyReached(scope, calendar.periodsAt(Date.now()));
  }

  /** What counts by the day is summed anew for other days. */
  async function recount(): Promise<void> {
    await ledger.flush();
    seed();
    for (const { clientId, atMs, nano } of unsettled.list()) count(clientId, atMs, 0, nano);
    budget.reserveAgain();
    tellNothingOld();
  }

  /** What an earlier process left behind: rows that only its journal has, and reservations whose cost nobody tells any more. */
  async function restore(): Promise<void> {
    await ledger.flush();
    const nowMs = Date.now();
    for (const hold of holds.left()) {
      if (isOver(hold, calendar, nowMs) || (await ledger.one(hold.id)) !== null) holds.drop(hold.id);
      else {
        unsettled.adopt(hold);
        count(hold.clientId, hold.atMs, 0, hold.nano);
      }
    }
    holds.flush();
    tellNothingOld();
  }

  const budget = createBudget({
    calendar: () => calendar,
    holds,
    unsettled,
    allowsUnknown: () => settings.get().budgets.unknownPrice === 'allow',
  });

  seed();
  seedMinute();
  tellNothingOld();
  let restoring: Promise<void> | undefined = restore()
    .catch(() => log.error('What an earlier run reserved could not be read; budgets count without it.'))
    .finally(() => {
      restoring = undefined;
    });

  settings.onChange(() => {
    const next = createCalendarFor(settings);
    if (next.timeZone === calendar.timeZone && next.weekStartsOn === calendar.weekStartsOn) return;
    calendar = next;
    void recount();
  });

  return {
    admit(client) {
      const both = [overall, scopeOf(client)] as const;
      if (restoring !== undefined && both.some((scope) => hasBudget(scope.caps)))
        return restoring.then(() => enter(both));
      return enter(both);
    },
    look: (client) => admitted([overall, scopeOf(client)]),
    budget,
    unsettled,
    settle({ startedAtMs, admission }, costNano, inDoubt) {
      budget.settle({ startedAtMs, admission }, costNano, inDoubt);
      if (!limited || costNano === 0) return;
      const periods = calendar.periodsAt(startedAtMs);
      for (const scope of admission.scopes) tell(scope, periods);
    },
    flush: holds.flush,
    headers: (admission) => (limited ? headersOf(admission, calendar.periodsAt(Date.now())) : undefined),
    scopes: () => [overall, ...gatewayKeys.list().flatMap((key) => (key.revokedAtMs === null ? [scopeOf(key)] : []))],
    periods: () => calendar.periodsAt(Date.now()),
    scope,
    update(id, changes) {
      const changed = scope(id);
      const next = { ...changed.caps, ...changes };
      store.save(id, next);
      caps.set(id, next);
      changed.caps = next;
      limited = [...caps.values()].some(isAny);
      forgetTold(changed);
      newlyReached(changed, calendar.periodsAt(Date.now()));
      return changed;
    },
    recorded(rows) {
      for (const row of rows) {
        if (!isMadeHere(row.id)) count(row.clientId, row.startedAtMs, row.costNano ?? 0);
      }
    },
    close: holds.close,
  };

  function scope(id: string): Scope {
    if (id === OVERALL) return overall;
    const key = gatewayKeys.list().find((one) => one.id === id);
    if (key !== undefined) return scopeOf(key);
    throw new GatewayError('not_found', 'There is no gateway key with this id.', { field: 'id' });
  }

  function tell(scope: Scope, periods: Periods): void {
    for (const { period, percent } of newlyReached(scope, periods)) {
      const usedNano = sumOf(scope, period, periods[period]).used;
      const capNano = budgetOf(scope.caps, period) ?? 0;
      onReached({ scope, period, percent, usedNano, capNano, resetsAtMs: periods[period].toMs });
    }
  }
}

function createCalendarFor(settings: SettingsStore): Calendar {
  const { timeZone, budgets } = settings.get();
  return createCalendar(zoneOf(timeZone), budgets.weekStartsOn);
}

function isAny(caps: Caps): boolean {
  return (
    caps.requestsPerMinute !== null ||
    caps.tokensPerMinute !== null ||
    caps.concurrentRequests !== null ||
    PERIODS.some((period) => budgetOf(caps, period) !== null)
  );
}
