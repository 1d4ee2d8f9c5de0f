import { readPeriod } from '../../period.ts';

export const statuses = ['ok', 'error', 'cancelled'] as const;
export const complexities = ['simple', 'medium', 'complex'] as const;
export const cacheUses = ['miss', 'hit', 'shared', 'off'] as const;
const sorts = ['newest', 'dearest', 'slowest'] as const;
/** Parameters of the address that narrow the list, apart from the period. */
export const filterNames = [
  'model',
  'provider',
  'client',
  'user',
  'status',
  'complexity',
  'cache',
  'above',
  'error',
] as const;

/** What the list is of, as the address says it. Values that mean nothing are left out. */
export function readFilters(parameters: URLSearchParams, nowMs: number) {
  const period = readPeriod(parameters, nowMs);
  const above = Number(parameters.get('above') ?? Number.NaN);
  const text = (name: string) => parameters.get(name)?.slice(0, 200) || undefined;
  const input = {
    fromMs: period.fromMs,
    toMs: period.toMs,
    sort: one(sorts, parameters.get('sort')) ?? 'newest',
    model: text('model'),
    provider: text('provider'),
    client: text('client'),
    user: text('user'),
    status: one(statuses, parameters.get('status')),
    complexity: one(complexities, parameters.get('complexity')),
    cache: one(cacheUses, parameters.get('cache')),
    // Dollars in the address, as people write them.
    minCostNano: above >= 0 ? Math.round(above * 1e9) : undefined,
    error: text('error'),
  };
  return { period, input };
}

export type FilterInput = ReturnType<typeof readFilters>['input'];

function one<Name extends string>(names: readonly Name[], value: string | null): Name | undefined {
  return names.find((name) => name === value);
}
