import { createRegistry } from '../gateway/models/registry.ts';
import type { Model } from '../gateway/models/schema.ts';
import type { Inputs } from '../gateway/routing/plan.ts';
import { DEFAULT_POLICY } from '../gateway/routing/policies.ts';
import type { Classification, Complexity, Conversation, DecideInput, Features } from '../gateway/routing/route.ts';

export interface Sketch {
  rating?: number;
  input?: number;
  output?: number;
  [field: string]: unknown;
}

export const NOW = Date.UTC(2026, 8, 1, 12);

/** A model from `provider/name` and what matters to a case; `rating`, `input` and `output` are its quality and rates. */
export function exampleModel(id: string, { rating = 3, input = 1, output = 4, ...more }: Sketch = {}): Model {
  const [provider = '', name = ''] = id.split('/');
  return {
    id,
    provider,
    name,
    title: name,
    contextTokens: 128_000,
    maxOutputTokens: 16_000,
    input: ['text', 'image', 'document', 'audio'],
    output: ['text'],
    capabilities: { tools: true, structuredOutput: true, reasoning: false, promptCaching: true, sampling: true },
    prices: [{ input, output }],
    quality: [{ rating, variant: 'default', basis: 'test', date: '2026-08-01' }],
    ...more,
  };
}

export const EXAMPLE_FEATURES: Features = {
  inputTokens: 1_000,
  lastTurnTokens: 100,
  turns: 1,
  tools: 0,
  images: 0,
  documents: 0,
  audio: 0,
  needsStructuredOutput: false,
  needsReasoning: false,
  streaming: false,
  signals: {},
};

export const exampleTier = (complexity: Complexity): Classification => ({
  score: 0.5,
  complexity,
  abstained: false,
  reasons: [],
});

/** What a decision for `auto` is made of, changed where a test says so. */
export function exampleInput(models: readonly Model[], more: Partial<DecideInput> = {}): DecideInput {
  return {
    wish: { kind: 'auto', preference: 'balanced' },
    features: EXAMPLE_FEATURES,
    classification: exampleTier('medium'),
    models,
    health: new Map(),
    nowMs: NOW,
    policy: DEFAULT_POLICY,
    ...more,
  };
}

/** What a plan is made of where all models can be used, changed where a test says so. */
export function examplePlan(models: readonly Model[], more: Partial<Inputs> = {}): Inputs {
  const requested = more.requested ?? 'auto';
  const usable = new Set(models.map(({ provider }) => provider));
  return {
    requested,
    clientId: undefined,
    tool: undefined,
    followed: { target: requested, path: [] },
    features: EXAMPLE_FEATURES,
    classification: exampleTier('medium'),
    models: { usable: models, lookup: createRegistry(models, 'v1'), providers: { known: usable, usable } },
    health: new Map(),
    policy: DEFAULT_POLICY,
    policyVersion: 1,
    corrections: undefined,
    conversation: undefined,
    boundary: 'fresh',
    budget: undefined,
    nowMs: NOW,
    ...more,
  };
}

/** A long conversation with a model, most of its prompt in the cache. */
export const exampleConversation = (model: string, more: Partial<Conversation> = {}): Conversation => ({
  model,
  requests: 10,
  cachedTokens: 40_000,
  need: 'simple',
  used: { fresh: 41_000, read: 200_000, output: 4_000 },
  spentNano: 0,
  ...more,
});
