import { expect, it } from 'vitest';
import { writeExplanation } from './explain.ts';
import type { Inputs } from './plan.ts';
import { DEFAULT_POLICY } from './policies.ts';
import type { Candidate, Decision } from './route.ts';

const candidate = (id: string, more: Partial<Candidate>): Candidate => {
  const [provider = '', name = ''] = id.split('/');
  const figures = { model: null, estimatedCostNano: null, rating: null, expectedMs: null };
  return { id, provider, name, ...figures, verdict: 'chosen', ...more };
};

it('gives the choice, the numbers behind it, and every candidate, in dollars', () => {
  const features = { inputTokens: 5, signals: {} } as unknown as Inputs['features'];
  const inputs = {
    features,
    classification: { score: 0.7, complexity: 'complex', abstained: false, reasons: [{ signal: 'proof', weight: 2 }] },
    policy: DEFAULT_POLICY,
    policyVersion: 3,
    tool: 'codex',
    boundary: 'openTools',
    conversation: { model: 'a/x', requests: 4, cachedTokens: 1_000.4 },
  } as unknown as Inputs;
  const decision: Decision = {
    complexity: 'complex',
    needed: 4,
    obeyed: false,
    rule: 'Big ones',
    budgeted: false,
    why: 'because',
    ranked: [candidate('a/x', { estimatedCostNano: 1_500_000, rating: 4.2, expectedMs: 900 })],
    rejected: () => [candidate('b/y', { verdict: 'unpriced' })],
  };
  expect(writeExplanation(inputs, decision)).toEqual({
    complexity: 'complex',
    score: 0.7,
    abstained: false,
    features,
    model: 'x',
    provider: 'a',
    why: 'because',
    reasons: [{ signal: 'proof', weight: 2 }],
    candidates: [
      {
        id: 'a/x',
        model: 'x',
        provider: 'a',
        estimatedCostUsd: 0.0015,
        rating: 4.2,
        expectedMs: 900,
        verdict: 'chosen',
      },
      {
        id: 'b/y',
        model: 'y',
        provider: 'b',
        estimatedCostUsd: null,
        rating: null,
        expectedMs: null,
        verdict: 'unpriced',
      },
    ],
    needed: 4,
    rule: 'Big ones',
    tool: 'codex',
    policyVersion: 3,
    conversation: { model: 'a/x', requests: 4, cachedTokens: 1_000, boundary: 'openTools' },
  });
});
