import type { Database } from '../../gateway/db/open.ts';
import { createInserter } from '../../gateway/ledger/insert.ts';
import { writeLine } from '../../gateway/ledger/line.ts';
import { createRequestId, type RequestRow } from '../../gateway/ledger/request-row.ts';
import { createZone } from '../../gateway/ledger/zone.ts';
import { createRegistry } from '../../gateway/models/registry.ts';
import type { Model } from '../../gateway/models/schema.ts';
import { createHealth } from '../../gateway/providers/health.ts';
import { createAliases } from '../../gateway/routing/aliases.ts';
import { classify } from '../../gateway/routing/classifier.ts';
import { cachesUnmarked } from '../../gateway/routing/conversations.ts';
import { createRouting } from '../../gateway/routing/index.ts';
import { plan } from '../../gateway/routing/plan.ts';
import { writeDecision } from '../../gateway/routing/replay.ts';
import type { Features } from '../../gateway/routing/route.ts';
import { turnOf } from '../../gateway/routing/stay.ts';
import { createRandom, type Random } from './random.ts';

const EVERY_MS = 20_000;

/** Fills a ledger with requests of a busy past, each decided as the gateway does it: conversations, names, and health that changes. */
export function writePast(
  database: Database,
  models: readonly Model[],
  { rows, toMs }: { rows: number; toMs: number },
): void {
  const random = createRandom(7);
  const registry = createRegistry([...models], 'bench');
  const usable = new Set(models.map(({ provider }) => provider));
  const health = createHealth();
  const providers = {
    usableModels: () => models,
    offered: () => [],
    health,
    ids: { known: usable, usable, offering: () => undefined },
  };
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const aliases = createAliases(database, {});
  const routing = createRouting({ database, log, registry, aliases, providers });
  const { insert } = createInserter(database, createZone(database, 'UTC', () => {}).calendar);
  let batch: RequestRow[] = [];
  for (let index = 0; index < rows; index++) {
    const startedAtMs = toMs - (rows - index) * EVERY_MS;
    const turns = 1 + (index % 8) * 2;
    const features = featuresOf(random, turns);
    const classification = classify(features);
    const boundary = turns > 1 && random.next() < 0.5 ? 'openTools' : 'fresh';
    const thread = { key: `conversation-${Math.floor(index / 8)}`, boundary, messages: turns, turn: '' } as const;
    const requested = random.next() < 0.9 ? 'auto' : (models[index % models.length]?.id ?? 'auto');
    const asking = {
      requested,
      clientId: 'gwk_bench',
      tool: undefined,
      features,
      classification,
      thread,
      budget: undefined,
      nowMs: startedAtMs,
    };
    const inputs = routing.inputsOf(asking);
    const decision = plan(inputs);
    const [choice] = decision.ranked;
    if (choice === undefined) continue;
    const pace = 0.7 + random.next() * 0.6;
    health.succeeded(choice.id, { firstByteMs: 800 * pace, tokensPerSecond: 70 * pace });
    const usage = { input: features.inputTokens, output: random.between(50, 900) };
    routing.conversations.ended(thread, {
      model: choice.id,
      complexity: turnOf(inputs),
      unsure: classification.abstained,
      usage,
      costNano: choice.estimatedCostNano ?? 0,
      caches: choice.model !== null && cachesUnmarked(choice.model),
      nowMs: startedAtMs,
    });
    batch.push({
      ...EMPTY,
      id: createRequestId(startedAtMs),
      startedAtMs,
      requestedModel: requested,
      provider: choice.provider,
      model: choice.name,
      complexity: decision.complexity,
      score: classification.score,
      why: decision.why,
      features: JSON.stringify(features),
      inputTokens: usage.input,
      outputTokens: usage.output,
      costNano: choice.estimatedCostNano,
      decision: writeDecision(inputs, { context: routing.contextOf(inputs), place: 0, key: thread.key }),
    });
    if (batch.length < 100 && index < rows - 1) continue;
    insert(batch.map((row) => ({ row, line: writeLine(row) })));
    batch = [];
  }
}

const EMPTY: Omit<RequestRow, 'id' | 'startedAtMs' | 'requestedModel' | 'provider' | 'model' | 'complexity' | 'score'> =
  {
    clientId: 'gwk_bench',
    clientName: 'bench',
    dialect: 'openai-chat',
    why: null,
    features: null,
    stream: true,
    inputTokens: null,
    outputTokens: null,
    cacheReadTokens: null,
    cacheWrite5mTokens: null,
    cacheWrite1hTokens: null,
    reasoningTokens: null,
    audioInputTokens: null,
    audioOutputTokens: null,
    costNano: null,
    costKind: 'exact',
    priceVersion: 'bench',
    firstByteMs: 400,
    latencyMs: 2_000,
    cache: 'miss',
    status: 'ok',
    httpStatus: 200,
    errorCode: null,
    errorMessage: null,
    retries: 0,
    fallbacks: 0,
    losses: null,
    billing: null,
    switchLossNano: 0,
    givenUpNano: 0,
    queueMicros: null,
    routeMicros: null,
    attempts: null,
    answerHeaders: null,
    decision: null,
  };

function featuresOf(random: Random, turns: number): Features {
  const hard = random.next() < 0.3;
  return {
    inputTokens: random.between(200, 3_000) * turns,
    lastTurnTokens: random.between(10, 400),
    turns,
    tools: random.next() < 0.5 ? 8 : 0,
    images: random.next() < 0.05 ? 1 : 0,
    documents: 0,
    audio: 0,
    needsStructuredOutput: random.next() < 0.05,
    needsReasoning: false,
    streaming: true,
    signals: {
      words: random.between(5, 120),
      ...(hard && { proof: 1.6, algorithm: 1 }),
      ...(random.next() < 0.3 && { factual: 1 }),
    },
  };
}
