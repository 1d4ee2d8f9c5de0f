import type { Database as SqliteDatabase } from 'better-sqlite3';
import type { RoutingPolicy } from '../../contract/routing.ts';
import { asGatewayError } from '../errors.ts';
import { unpack } from '../ledger/block.ts';
import { type PastLine, readPastLine } from '../ledger/line.ts';
import type { Model } from '../models/schema.ts';
import { createFollower, type Leading } from './aliases.ts';
import { createContexts } from './contexts.ts';
import { createFixedLives, createLives } from './lives.ts';
import { type Inputs, plan } from './plan.ts';
import { DEFAULT_POLICY } from './policies.ts';
import { readDecision } from './replay.ts';
import type { Complexity, Features } from './route.ts';
import { tierOf } from './tier.ts';

/** Which requests are decided again, and by what. */
export interface BacktestOptions {
  fromMs: number;
  toMs: number;
  /** Null: each request by the policy that it was decided by, which tells whether decisions can be repeated. */
  policy: RoutingPolicy | null;
  /** Names followed through these; null: as they were followed. */
  aliases: readonly Leading[] | null;
  /** `provider/name` that all of it is compared with; null: the dearest model that was used, by what a token of it cost. */
  baseline: string | null;
}

export interface Progress {
  done: number;
  total: number;
}

export interface Sum {
  requests: number;
  costNano: number;
  /** Requests whose cost is not known. */
  unknownCosts: number;
}

interface Mix extends Sum {
  models: (Sum & { id: string })[];
}

interface Difference {
  id: string;
  startedAtMs: number;
  complexity: Complexity;
  /** `provider/model` that answered. */
  from: string;
  /** Null: refused. */
  to: string | null;
  fromCostNano: number | null;
  toCostNano: number | null;
  why: string;
}

export interface BacktestResult {
  /** Requests that were decided, and can be again. */
  decided: number;
  /** Others of the time: answered from the cache, refused before they were decided, or decided by what is gone. */
  left: number;
  /** Requests for which the choice is the same. */
  same: number;
  /** Requests that would be refused. */
  refused: number;
  actual: Mix;
  tested: Mix;
  /** All of it with one model, whose prompt cache never goes cold for another's sake. Null: nothing was decided. */
  baseline: (Sum & { id: string }) | null;
  complexities: Record<Complexity, number>;
  /** The first of them. */
  differences: Difference[];
}

const DIFFERENCES = 500;
/** Requests after which it tells how far it is. */
const TOLD_ROWS = 1_000;

/** Decides requests of the past again, without calling anyone. A generator, so that it tells how far it is and can be left. */
export function* backtest(client: SqliteDatabase, options: BacktestOptions): Generator<Progress, BacktestResult> {
  const { fromMs, toMs } = options;
  const count = 'SELECT count(*) FROM request_rows WHERE started_at_ms >= ? AND started_at_ms < ?';
  const total = client.prepare<[number, number], number>(count).pluck().get(fromMs, toMs) ?? 0;
  const nextBlock = client.prepare<[number, number], { id: number; data: Buffer }>(
    'SELECT id, data FROM row_blocks WHERE id > ? AND last_ms >= ? ORDER BY id LIMIT 1',
  );
  const test = createTest(client, options, options.baseline ?? dearestUsed(client, options));
  let done = 0;
  let told = 0;
  yield { done, total };
  for (let block = nextBlock.get(0, fromMs); block !== undefined; block = nextBlock.get(block.id, fromMs)) {
    for (const text of unpack(block.data)) {
      const line = readPastLine(text);
      if (line.startedAtMs < fromMs || line.startedAtMs >= toMs) continue;
      test.add(line);
      done += 1;
    }
    if (done - told < TOLD_ROWS) continue;
    told = done;
    yield { done, total };
  }
  return test.result();
}

/** By what a token of it cost. */
function dearestUsed(client: SqliteDatabase, { fromMs, toMs }: BacktestOptions): string | null {
  const sql = `SELECT k.provider || '/' || k.model FROM request_rows r JOIN request_kinds k ON k.id = r.kind
    WHERE r.started_at_ms >= ? AND r.started_at_ms < ? AND k.provider <> '' AND k.model <> '' GROUP BY k.provider, k.model
    ORDER BY CAST(sum(r.cost_nano) AS REAL) / max(1, sum(r.input_tokens + r.output_tokens)) DESC, k.provider, k.model LIMIT 1`;
  return client.prepare<[number, number], string>(sql).pluck().get(fromMs, toMs) ?? null;
}

/** Policies by version, as they were written. */
function policiesIn(client: SqliteDatabase): (version: number) => RoutingPolicy | undefined {
  const find = client.prepare<[number], { policy: string }>('SELECT policy FROM routing_policies WHERE version = ?');
  return (version) => {
    if (version === 0) return DEFAULT_POLICY;
    const text = find.get(version)?.policy;
    return text === undefined ? undefined : (JSON.parse(text) as RoutingPolicy);
  };
}

function createTest(
  client: SqliteDatabase,
  { policy, aliases }: Pick<BacktestOptions, 'policy' | 'aliases'>,
  baselineId: string | null,
) {
  const follow = aliases === null ? undefined : createFollower(aliases);
  const contextOf = createContexts(client, policiesIn(client));
  const lifeOf = createLives();
  const fixedCost = createBaseline(baselineId);
  const actual = createTally();
  const tested = createTally();
  const baseline = createTally();
  const counts = { decided: 0, left: 0, same: 0, refused: 0 };
  const complexities: Record<Complexity, number> = { simple: 0, medium: 0, complex: 0 };
  const differences: Difference[] = [];

  function add(line: PastLine): void {
    const { id, provider, model, startedAtMs, costNano } = line;
    const past = readDecision({ ...line, features: line.features as Features | null }, contextOf);
    if (past === undefined || provider === null || model === null) {
      counts.left += 1;
      return;
    }
    counts.decided += 1;
    const from = `${provider}/${model}`;
    const use = { startedAtMs, costNano, usage: usageOf(line, past.inputs.features) };
    actual.add(from, costNano);
    if (baselineId !== null) baseline.add(baselineId, fixedCost(use, past));
    const life = lifeOf(use, past);
    const { requested, clientId, followed } = past.inputs;
    const inputs: Inputs =
      policy === null
        ? past.inputs
        : {
            ...past.inputs,
            policy,
            conversation: life.before(),
            followed: follow?.(requested, clientId) ?? followed,
          };
    const complexity = tierOf(inputs.classification, inputs.policy);
    complexities[complexity] += 1;
    const differ = (to: string | null, toCostNano: number | null, why: string) => {
      if (differences.length >= DIFFERENCES) return;
      differences.push({ id, startedAtMs, complexity, from, to, fromCostNano: costNano, toCostNano, why });
    };
    try {
      const { ranked, why } = plan(inputs);
      // Who answered in the place of a choice that failed would have done so again.
      const answered = ranked[past.place];
      const isSame = answered?.provider === provider && answered.name === model;
      const choice = isSame ? answered : ranked[0];
      if (choice === undefined) return;
      const cost = life.serve(choice, isSame);
      const to = `${choice.provider}/${choice.name}`;
      tested.add(to, cost);
      if (isSame) counts.same += 1;
      else differ(to, cost, why);
    } catch (thrown) {
      counts.refused += 1;
      differ(null, null, asGatewayError(thrown).message);
    }
  }

  return {
    add,
    result(): BacktestResult {
      const [fixed] = baseline.mix().models;
      const sums = { actual: actual.mix(), tested: tested.mix(), baseline: fixed ?? null };
      return { ...counts, ...sums, complexities, differences };
    },
  };
}

/** What was not said is what was expected. */
function usageOf(line: PastLine, { inputTokens }: Features) {
  const { cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens } = line;
  return {
    input: line.inputTokens ?? inputTokens,
    output: line.outputTokens ?? 0,
    cacheRead: cacheReadTokens ?? 0,
    cacheWrite5m: cacheWrite5mTokens ?? 0,
    cacheWrite1h: cacheWrite1hTokens ?? 0,
  };
}

/** The baseline as the registry knew it at the time of each request. */
function createBaseline(id: string | null): ReturnType<typeof createFixedLives> {
  let known: { model: Model; costOf: ReturnType<typeof createFixedLives> } | undefined;
  return (use, past) => {
    const model = id === null ? undefined : past.inputs.models.lookup.find(id);
    if (model === undefined) return known?.costOf(use, past) ?? null;
    if (known?.model.id !== model.id) known = { model, costOf: createFixedLives(model) };
    return known.costOf(use, past);
  };
}

function createTally() {
  const all: Sum = { requests: 0, costNano: 0, unknownCosts: 0 };
  const models = new Map<string, Sum>();

  function count(sum: Sum, costNano: number | null): void {
    sum.requests += 1;
    if (costNano === null) sum.unknownCosts += 1;
    else sum.costNano += costNano;
  }

  return {
    add(id: string, costNano: number | null): void {
      let sum = models.get(id);
      if (sum === undefined) {
        sum = { requests: 0, costNano: 0, unknownCosts: 0 };
        models.set(id, sum);
      }
      count(sum, costNano);
      count(all, costNano);
    },
    mix: (): Mix => ({
      ...all,
      models: [...models]
        .map(([id, sum]) => ({ id, ...sum }))
        .sort((a, b) => b.requests - a.requests || (a.id < b.id ? -1 : 1)),
    }),
  };
}
