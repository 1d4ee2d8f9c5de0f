import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { PERIODS } from '../ledger/calendar.ts';
import type { RequestRow } from '../ledger/index.ts';
import { budgetOf } from '../limits/caps.ts';
import type { Limits } from '../limits/index.ts';
import { sumOf } from '../limits/scope.ts';

/** Metrics of this process since they were switched on. */
export interface Metrics {
  contentType: string;
  add(rows: readonly RequestRow[]): void;
  write(): Promise<string>;
}

/*
 * Names, units and buckets of `gen_ai_*` are those of OpenTelemetry's semantic conventions for generative AI metrics, in Prometheus' spelling
 * (https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/, read 2026-11). What has no name there is `llm_gateway_*`.
 */
const TOKEN_BUCKETS = Array.from({ length: 14 }, (_, power) => 4 ** power);
const DURATION_BUCKETS = Array.from({ length: 14 }, (_, power) => 0.01 * 2 ** power);
const FIRST_TOKEN_BUCKETS = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
/** Clients name models as they like, and each name would be a time series for good. */
const MAX_MODELS = 200;
const LABELS = ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model'] as const;

export function createMetrics({ limits, inProgress }: { limits: Limits; inProgress(): number }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const models = new Set<string>();

  const tokens = new Histogram({
    name: 'gen_ai_client_token_usage',
    help: 'Tokens of a request, by type',
    labelNames: [...LABELS, 'gen_ai_token_type'],
    buckets: TOKEN_BUCKETS,
    registers,
  });
  const duration = new Histogram({
    name: 'gen_ai_server_request_duration_seconds',
    help: 'From the first byte of a request to the last byte of its answer',
    labelNames: [...LABELS, 'error_type'],
    buckets: DURATION_BUCKETS,
    registers,
  });
  const firstToken = new Histogram({
    name: 'gen_ai_server_time_to_first_token_seconds',
    help: 'From the first byte of a request to the first byte of its answer',
    labelNames: LABELS,
    buckets: FIRST_TOKEN_BUCKETS,
    registers,
  });
  const requests = new Counter({
    name: 'llm_gateway_requests_total',
    help: 'Requests that have ended',
    labelNames: [...LABELS, 'client', 'status', 'cache', 'complexity'],
    registers,
  });
  const cost = new Counter({
    name: 'llm_gateway_cost_usd_total',
    help: 'What requests have cost, as far as it is known',
    labelNames: [...LABELS, 'client'],
    registers,
  });
  const unknown = new Counter({
    name: 'llm_gateway_unknown_costs_total',
    help: 'Requests whose cost is unknown',
    labelNames: LABELS,
    registers,
  });
  const retries = new Counter({
    name: 'llm_gateway_retries_total',
    help: 'Further tries on the same target',
    labelNames: LABELS,
    registers,
  });
  const fallbacks = new Counter({
    name: 'llm_gateway_fallbacks_total',
    help: 'Tries on another target, by the one that answered',
    labelNames: LABELS,
    registers,
  });
  new Gauge({
    name: 'llm_gateway_requests_in_progress',
    help: 'Requests under way',
    registers,
    collect() {
      this.set(inProgress());
    },
  });
  new Gauge({
    name: 'llm_gateway_budget_usd',
    help: 'Budgets: what is used, reserved and allowed in the current period',
    labelNames: ['client', 'period', 'state'],
    registers,
    collect() {
      this.reset();
      for (const scope of limits.scopes()) {
        for (const period of PERIODS) {
          const cap = budgetOf(scope.caps, period);
          if (cap === null) continue;
          const { used, reserved } = sumOf(scope, period, limits.periods()[period]);
          const labels = { client: scope.name, period };
          this.set({ ...labels, state: 'used' }, used / 1e9);
          this.set({ ...labels, state: 'reserved' }, reserved / 1e9);
          this.set({ ...labels, state: 'cap' }, cap / 1e9);
        }
      }
    },
  });

  function nameOf(row: RequestRow): string {
    const name = row.model ?? 'none';
    if (models.has(name)) return name;
    if (models.size >= MAX_MODELS) return 'other';
    models.add(name);
    return name;
  }

  function addOne(row: RequestRow): void {
    const labels = {
      gen_ai_operation_name: 'chat',
      gen_ai_provider_name: row.provider ?? 'none',
      gen_ai_request_model: nameOf(row),
    };
    const client = row.clientName ?? 'none';
    const { status, cache, complexity } = row;
    requests.inc({ ...labels, client, status, cache, complexity: complexity ?? 'none' });
    duration.observe({ ...labels, error_type: row.errorCode ?? '' }, row.latencyMs / 1000);
    if (row.firstByteMs !== null) firstToken.observe(labels, row.firstByteMs / 1000);
    if (row.costNano === null) unknown.inc(labels);
    else cost.inc({ ...labels, client }, row.costNano / 1e9);
    if (row.retries > 0) retries.inc(labels, row.retries);
    if (row.fallbacks > 0) fallbacks.inc(labels, row.fallbacks);
    // A copy used no tokens.
    if (cache === 'hit' || cache === 'shared') return;
    if (row.inputTokens !== null) tokens.observe({ ...labels, gen_ai_token_type: 'input' }, row.inputTokens);
    if (row.outputTokens !== null) tokens.observe({ ...labels, gen_ai_token_type: 'output' }, row.outputTokens);
  }

  return {
    contentType: registry.contentType,
    add: (rows) => rows.forEach(addOne),
    write: () => registry.metrics(),
  };
}
