import type { Savings as SavingsInfo } from '../../contract/index.ts';
import type { SettingsStore } from '../db/settings.ts';
import { GatewayError } from '../errors.ts';
import { zoneOf } from '../ledger/calendar.ts';
import type { Ledger, Scope } from '../ledger/index.ts';
import { dearestFor, type Savings, savingsOf } from '../ledger/savings.ts';
import { type BucketsAsked, groupsOf } from '../ledger/series.ts';
import type { Catalogue } from '../models/catalogue.ts';
import { DEMO_PROVIDER } from '../providers/demo.ts';
import type { GatewayKeys } from '../vault/index.ts';
import type { Base } from './base.ts';
import { money, showByModel, showDaily } from './shown.ts';
import type { View } from './view.ts';

export interface AnalyticsDependencies {
  ledger: Ledger;
  settings: SettingsStore;
  catalogue: Pick<Catalogue, 'registry'>;
  gatewayKeys: Pick<GatewayKeys, 'list'>;
}

export function analyticsCalls({ analytics }: Base, dependencies: AnalyticsDependencies) {
  const { ledger, gatewayKeys, settings } = dependencies;
  const zone = (asked: string | undefined) => asked ?? zoneOf(settings.get().timeZone);

  /** Groups of clients by name as well: an id says nothing to a person. */
  function named<Key extends { clientId?: string | null }>(keys: readonly Key[]) {
    const names = new Map(gatewayKeys.list().map(({ id, name }) => [id, name]));
    return keys.map((key) => ({
      ...key,
      ...(typeof key.clientId === 'string' && { clientName: names.get(key.clientId) ?? null }),
    }));
  }

  return {
    overview: analytics.overview.handler(async ({ input, context: { view } }) => {
      const { fromMs, toMs, user, earlierMs = toMs - fromMs } = input;
      const clients = view.clients(user);
      const earlier = { fromMs: Math.max(0, fromMs - earlierMs), toMs: Math.max(0, toMs - earlierMs) };
      const [now, before] = await Promise.all([
        ledger.overview({ fromMs, toMs, clients }),
        ledger.overview({ ...earlier, clients }),
      ]);
      return { ...now, ...money(now), before: { ...before, ...money(before), ...earlier } };
    }),
    breakdown: analytics.breakdown.handler(async ({ input: { by, ...range }, context: { view } }) => ({
      groups: named(await ledger.breakdown(scopeOf(range, view), by)).map((group) => ({ ...group, ...money(group) })),
    })),
    series: analytics.series.handler(async ({ input, context: { view } }) => {
      const { by, bucket, timeZone, groups: most, ...range } = input;
      const series = await ledger.series(scopeOf(range, view), { by, bucket, timeZone: zone(timeZone), most });
      const shown = { ...series, keys: named(series.keys) };
      return {
        buckets: series.buckets.map((one, index) => ({
          ...one,
          ...money(one),
          groups: groupsOf(shown, index).map((group) => ({ ...group, ...money(group) })),
        })),
      };
    }),
    distribution: analytics.distribution.handler(async ({ input: { of, ...range }, context: { view } }) => ({
      buckets: await ledger.distribution(scopeOf(range, view), of),
    })),
    savings: analytics.savings.handler(({ input, context: { view } }) => {
      const { baseline, bucket, timeZone, ...range } = input;
      return reckon(dependencies, scopeOf(range, view), { baseline, bucket, timeZone: zone(timeZone) });
    }),
    daily: analytics.daily.handler(async ({ input: { timeZone, ...range }, context: { view } }) =>
      showDaily(await ledger.daily(scopeOf(range, view), zone(timeZone))),
    ),
    byModel: analytics.byModel.handler(async ({ input, context: { view } }) =>
      showByModel(await ledger.byModel(scopeOf(input, view))),
    ),
  };
}

interface Asked {
  fromMs: number;
  toMs: number;
  user?: string | undefined;
}

function scopeOf({ fromMs, toMs, user }: Asked, view: View): Scope {
  return { fromMs, toMs, clients: view.clients(user) };
}

interface SavingsAsked extends BucketsAsked {
  baseline: string | undefined;
}

async function reckon(
  { ledger, settings, catalogue: { registry } }: AnalyticsDependencies,
  range: Scope,
  { baseline: asked, ...course }: SavingsAsked,
): Promise<SavingsInfo> {
  const [buckets, total, models] = await Promise.all([
    ledger.used(range, course),
    ledger.overview(range),
    ledger.byModel(range),
  ]);
  const used = buckets.flatMap((bucket) => bucket.used);
  const chosen = asked ?? settings.get().savingsBaseline ?? undefined;
  const named = chosen === undefined ? undefined : registry.find(chosen);
  if (asked !== undefined && named === undefined)
    throw new GatewayError('invalid_request', `The registry knows no model "${asked}".`, { field: 'baseline' });
  // What the demo provider simulates costs nobody anything.
  const real = models.filter(({ provider }) => provider !== DEMO_PROVIDER.id);
  const candidates = real.flatMap(({ provider, model }) => registry.find(`${provider}/${model}`) ?? []);
  const model = named ?? dearestFor(used, candidates);
  const from = named === undefined ? 'dearest' : asked === undefined ? 'setting' : 'asked';
  const { actualNano, baselineNano, parts } = savingsOf(used, model, total.switchLossNano);
  return {
    baseline: model === undefined ? null : { id: model.id, title: model.title, from },
    actualNano,
    actualUsd: actualNano / 1e9,
    baselineNano,
    baselineUsd: baselineNano / 1e9,
    ...savedOf({ actualNano, baselineNano }),
    parts,
    unknownCosts: total.unknownCosts,
    buckets: buckets.map(({ used, ...bucket }) => ({ ...bucket, ...savedOf(savingsOf(used, model, 0)) })),
  };
}

function savedOf({ baselineNano, actualNano }: Pick<Savings, 'baselineNano' | 'actualNano'>) {
  const savedNano = baselineNano - actualNano;
  return { savedNano, savedUsd: savedNano / 1e9 };
}
