import type { Ledger, RequestRow } from '../ledger/index.ts';
import { writeBilling } from '../models/bill.ts';
import { writeKeptHeaders } from '../providers/kept-headers.ts';
import { writeDecision } from '../routing/replay.ts';
import type { Exchange, Outcome } from './exchange.ts';
import type { Step } from './step.ts';

/** Writes the rows, those of exchanges that settle together in one go. What a stranger without a key sends leaves none. */
export function store(ledger: Ledger): Step {
  let rows: RequestRow[] = [];
  return {
    name: 'store',
    settled(exchange, outcome) {
      if (exchange.client !== undefined) rows.push(rowOf(exchange, outcome));
    },
    allSettled() {
      if (rows.length === 0) return;
      ledger.record(...rows);
      rows = [];
    },
  };
}

function rowOf(exchange: Exchange, outcome: Outcome): RequestRow {
  const { client, request, routed, losses } = exchange;
  const { usage, cost, error } = outcome;
  return {
    id: exchange.id,
    startedAtMs: exchange.startedAtMs,
    clientId: client?.id ?? null,
    clientName: client?.name ?? null,
    dialect: exchange.inbound.name,
    requestedModel: request?.model.slice(0, 200) ?? '',
    provider: routed?.candidate.provider ?? null,
    model: routed?.candidate.name ?? null,
    complexity: routed?.complexity ?? exchange.classification?.complexity ?? null,
    score: routed?.score ?? exchange.classification?.score ?? null,
    why: routed?.why ?? null,
    features: exchange.features === undefined ? null : JSON.stringify(exchange.features),
    stream: request?.stream ?? false,
    inputTokens: usage?.input ?? null,
    outputTokens: usage?.output ?? null,
    cacheReadTokens: usage?.cacheRead ?? null,
    cacheWrite5mTokens: usage?.cacheWrite5m ?? null,
    cacheWrite1hTokens: usage?.cacheWrite1h ?? null,
    reasoningTokens: usage?.reasoning ?? null,
    audioInputTokens: usage?.inputAudio ?? null,
    audioOutputTokens: usage?.outputAudio ?? null,
    costNano: cost?.totalNano ?? null,
    costKind: cost?.kind ?? 'unknown',
    priceVersion: cost?.priceVersion ?? null,
    firstByteMs: exchange.firstByteMs === undefined ? null : Math.round(exchange.firstByteMs),
    latencyMs: Math.round(outcome.latencyMs),
    cache: exchange.cache,
    status: outcome.status,
    httpStatus: outcome.httpStatus,
    errorCode: error?.code ?? null,
    errorMessage: error?.message.slice(0, 500) ?? null,
    retries: exchange.retries,
    fallbacks: exchange.fallbacks,
    losses: losses.length === 0 ? null : JSON.stringify(losses),
    decision: decisionOf(exchange),
    billing: usage === undefined ? null : writeBilling(usage),
    switchLossNano: outcome.switchLossNano ?? 0,
    givenUpNano: cost?.givenUpNano ?? 0,
    queueMicros: microsBetween(exchange.startedAt, exchange.admittedAt),
    routeMicros: microsBetween(exchange.admittedAt, exchange.routedAt),
    attempts: exchange.attempts === undefined ? null : JSON.stringify(exchange.attempts),
    answerHeaders: exchange.answerHeaders === undefined ? null : writeKeptHeaders(exchange.answerHeaders),
  };
}

function microsBetween(from: number | undefined, to: number | undefined): number | null {
  return from === undefined || to === undefined ? null : Math.round((to - from) * 1000);
}

/** What the row needs for its decision to be read back; null where nothing was decided for it. */
function decisionOf({ planned, decision, routed, thread }: Exchange): string | null {
  if (planned === undefined || routed === undefined) return null;
  const { inputs, context, ranked } = planned;
  return writeDecision(decision?.budgeted === true ? inputs : { ...inputs, budget: undefined }, {
    context,
    place: ranked.indexOf(routed.candidate),
    key: thread?.key ?? '',
  });
}
