import { answeredBy } from './dimension.ts';
import type { Kind } from './kinds.ts';
import type { RequestRow } from './request-row.ts';

/** A part of what was saved: the rows that it was reckoned from. */
type Saving = 'models' | 'cache' | 'retries' | 'failures' | 'switching';

/** All given conditions hold. `client` is a client's id; `error` is looked for in code and message, in any case. */
export interface RequestFilter {
  fromMs?: number | undefined;
  toMs?: number | undefined;
  model?: string | undefined;
  provider?: string | undefined;
  client?: string | undefined;
  /** Any of them. */
  clients?: readonly string[] | undefined;
  status?: RequestRow['status'] | undefined;
  complexity?: RequestRow['complexity'] | undefined;
  dialect?: RequestRow['dialect'] | undefined;
  cache?: RequestRow['cache'] | undefined;
  minCostNano?: number | undefined;
  error?: string | undefined;
  saving?: Saving | undefined;
}

/** What a filter asks of single rows, beside their kinds. */
interface RowConditions {
  minCostNano: number | null;
  /** A condition that few rows meet, as SQL, and the index that holds those alone. */
  few: { where: string; index: string } | null;
}

const DEAR_NANO = 1e9;
const FEW = {
  dear: { where: `cost_nano >= ${DEAR_NANO}`, index: 'request_rows_dear' },
  switching: { where: 'switch_loss_nano > 0', index: 'request_rows_switched' },
  retries: { where: 'given_up_nano > 0', index: 'request_rows_given_up' },
} as const;

export function conditionsOf({ minCostNano, saving }: RequestFilter): RowConditions {
  // A failure that cost nothing is no part of it, nor is an answer of unknown cost.
  const least = saving === 'failures' ? 1 : saving === 'models' ? 0 : undefined;
  const isDear = (minCostNano ?? 0) >= DEAR_NANO;
  return {
    minCostNano: least === undefined ? (minCostNano ?? null) : Math.max(minCostNano ?? 0, least),
    few: saving === 'switching' || saving === 'retries' ? FEW[saving] : isDear ? FEW.dear : null,
  };
}

export function matches(kind: Kind, filter: RequestFilter): boolean {
  const { model, provider, client, clients, status, complexity, dialect, cache, saving } = filter;
  return (
    (model === undefined || kind.model === model) &&
    (provider === undefined || kind.provider === provider) &&
    (client === undefined || kind.clientId === client) &&
    (clients === undefined || clients.includes(kind.clientId)) &&
    (status === undefined || kind.status === status) &&
    (complexity === undefined || kind.complexity === complexity) &&
    (dialect === undefined || kind.dialect === dialect) &&
    (cache === undefined || kind.cache === cache) &&
    (saving === undefined || isOf(saving, kind))
  );
}

function isOf(saving: Saving, kind: Kind): boolean {
  if (saving === 'models') return answeredBy(kind, { costNano: 0 }) === 'call';
  if (saving === 'cache') return answeredBy(kind, { costNano: 0 }) === 'cache';
  return saving === 'failures' ? kind.status !== 'ok' : saving !== 'retries' || kind.status === 'ok';
}
