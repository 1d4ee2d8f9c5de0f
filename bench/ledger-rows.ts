import { createRequestId, type RequestRow } from '../gateway/ledger/index.ts';

const DAY_MS = 86_400_000;
/** A year that ends now: what a busy person or a small team leaves behind. */
export const DAYS = 365;

interface Use {
  provider: string;
  model: string;
  inputUsd: number;
  outputUsd: number;
  weight: number;
}

const USES: Use[] = [
  { provider: 'anthropic', model: 'claude-sonnet-4-5', inputUsd: 3, outputUsd: 15, weight: 30 },
  { provider: 'anthropic', model: 'claude-haiku-4-5', inputUsd: 1, outputUsd: 5, weight: 14 },
  { provider: 'anthropic', model: 'claude-opus-4-1', inputUsd: 15, outputUsd: 75, weight: 2 },
  { provider: 'openai', model: 'gpt-5', inputUsd: 1.25, outputUsd: 10, weight: 12 },
  { provider: 'openai', model: 'gpt-5-mini', inputUsd: 0.25, outputUsd: 2, weight: 18 },
  { provider: 'openai', model: 'gpt-5-nano', inputUsd: 0.05, outputUsd: 0.4, weight: 8 },
  { provider: 'gemini', model: 'gemini-2.5-flash', inputUsd: 0.3, outputUsd: 2.5, weight: 9 },
  { provider: 'gemini', model: 'gemini-2.5-pro', inputUsd: 1.25, outputUsd: 10, weight: 4 },
  { provider: 'deepseek', model: 'deepseek-chat', inputUsd: 0.28, outputUsd: 0.42, weight: 2 },
  { provider: 'mistral', model: 'mistral-small', inputUsd: 0.1, outputUsd: 0.3, weight: 0.95 },
  { provider: 'xai', model: 'grok-4', inputUsd: 3, outputUsd: 15, weight: 0.05 },
];
/** Each speaks one dialect and uses a few models. */
const CLIENTS = [
  { name: 'Claude Code', dialect: 'anthropic', uses: [0, 1, 2] },
  { name: 'Cursor', dialect: 'openai-chat', uses: [0, 3, 4, 7] },
  { name: 'Codex', dialect: 'openai-responses', uses: [3, 4] },
  { name: 'Open WebUI', dialect: 'openai-chat', uses: [1, 4, 5, 6, 7, 8] },
  { name: 'Zed', dialect: 'anthropic', uses: [0, 1, 6] },
  { name: 'A script', dialect: 'openai-chat', uses: [5, 6, 8, 9, 10] },
] as const;

/** The same rows at every run. */
export function createRows(endMs: number, count: number): (index: number) => RequestRow {
  let seed = 42;
  const random = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const pick = (uses: readonly number[]): Use => {
    const all = uses.flatMap((index) => USES[index] ?? []);
    let at = random() * all.reduce((sum, { weight }) => sum + weight, 0);
    for (const use of all) {
      at -= use.weight;
      if (at < 0) return use;
    }
    return all[0] as Use;
  };
  /** Most are small, a few are large. */
  const skewed = (most: number): number => Math.floor(most * random() ** 6);
  const hex = (): string => Math.floor(random() * 2 ** 32).toString(16);
  const stepMs = (DAYS * DAY_MS) / count;

  return (index) => {
    const clientIndex = Math.floor(random() ** 2 * CLIENTS.length);
    const { name, dialect, uses } = CLIENTS[clientIndex] ?? CLIENTS[0];
    const use = pick(uses);
    const { provider, model } = use;
    const startedAtMs = Math.floor(endMs - DAYS * DAY_MS + (index + random()) * stepMs);
    const chance = random();
    const status = chance < 0.02 ? 'error' : chance < 0.035 ? 'cancelled' : 'ok';
    const cache = random() < 0.06 ? 'hit' : 'miss';
    const inputTokens = 200 + skewed(300_000);
    const outputTokens = status === 'error' ? 0 : 20 + skewed(16_000);
    const cacheReadTokens = provider === 'anthropic' ? Math.floor(inputTokens * random()) : 0;
    const paid = status === 'error' || cache === 'hit' ? 0 : 1;
    const costNano = paid * Math.round((inputTokens * use.inputUsd + outputTokens * use.outputUsd) * 1000);
    const complexity = (['simple', 'medium', 'complex'] as const)[Math.floor(random() * 3)] ?? 'simple';
    const score = Math.round(random() * 1e4) / 1e4;
    const turns = 1 + Math.floor(random() * 40);
    return {
      id: createRequestId(startedAtMs),
      startedAtMs,
      clientId: `gwk_00000000-0000-4000-8000-00000000000${clientIndex}`,
      clientName: name,
      dialect,
      requestedModel: random() < 0.7 ? 'auto' : model,
      provider,
      model,
      complexity,
      score,
      why: `${complexity} (${score}): ${provider}/${model} is the cheapest of ${5 + (turns % 30)} good enough (quality 3.4, needs 3), about $${(costNano / 1e9).toFixed(6)}`,
      features: `{"inputTokens":${inputTokens},"lastTurnTokens":${inputTokens % 977},"maxOutputTokens":8192,"turns":${turns},"tools":${turns % 20},"images":0,"documents":0,"audio":0,"needsStructuredOutput":false,"needsReasoning":false,"streaming":true,"signals":{"code":${Math.round(random() * 100) / 100},"question":${turns % 3}}}`,
      stream: random() < 0.8,
      inputTokens,
      outputTokens,
      cacheReadTokens,
      cacheWrite5mTokens: provider === 'anthropic' ? Math.floor((inputTokens - cacheReadTokens) / 2) : null,
      cacheWrite1hTokens: null,
      reasoningTokens: Math.floor(outputTokens / 3),
      audioInputTokens: null,
      audioOutputTokens: null,
      costNano,
      costKind: 'exact',
      priceVersion: '0123456789ab',
      firstByteMs: 200 + skewed(8_000),
      latencyMs: 300 + skewed(120_000),
      cache,
      status,
      httpStatus: status === 'error' ? 502 : 200,
      errorCode: status === 'error' ? (turns % 2 ? 'provider_rate_limited' : 'provider_timeout') : null,
      errorMessage:
        status === 'error' ? `${provider} did not answer request ${index % 5000} in time. Try again.` : null,
      retries: status === 'error' ? 2 : 0,
      fallbacks: 0,
      losses: null,
      billing: null,
      decision: `{"context":${Math.floor(index / 5000)},"place":0,"key":"${turns}${score}"}`,
      switchLossNano: paid === 1 && random() < 0.01 ? Math.round(costNano / 10) : 0,
      givenUpNano: 0,
      queueMicros: 150 + (index % 400),
      routeMicros: 200 + (index % 300),
      attempts:
        status === 'error'
          ? `[{"target":"${provider}/${model}","startMs":1,"endMs":${skewed(8_000)},"errorCode":"provider_timeout"}]`
          : null,
      answerHeaders:
        cache === 'hit' ? null : `0=req_${hex()}${hex()}${hex()}${hex()} 5=${9000 + (turns % 999)} 6=${inputTokens}`,
    };
  };
}
