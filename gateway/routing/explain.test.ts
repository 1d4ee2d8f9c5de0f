import { describe, expect, it } from 'vitest';
import { writeExplanation, writeWhy } from './explain.ts';
import type { Classification, Decision, Features } from './route.ts';

const features = { inputTokens: 5, signals: {} } as unknown as Features;
const classification: Classification = {
  score: 0.7,
  complexity: 'complex',
  abstained: false,
  reasons: [{ signal: 'proof', weight: 2 }],
};
const decision: Decision = {
  wish: { kind: 'auto', preference: 'balanced' },
  complexity: 'complex',
  why: 'because',
  ranked: [{ id: 'a/x', provider: 'a', name: 'x', model: null, estimatedCostNano: 1_500_000, verdict: 'chosen' }],
  rejected: () => [{ id: 'b/y', provider: 'b', name: 'y', model: null, estimatedCostNano: null, verdict: 'unpriced' }],
};

describe('writeExplanation', () => {
  it('gives the choice, the numbers behind it and every candidate, in dollars', () => {
    expect(writeExplanation(features, classification, decision)).toEqual({
      complexity: 'complex',
      score: 0.7,
      abstained: false,
      features,
      model: 'x',
      provider: 'a',
      why: 'because',
      reasons: [{ signal: 'proof', weight: 2 }],
      candidates: [
        { model: 'x', provider: 'a', estimatedCostUsd: 0.0015, verdict: 'chosen' },
        { model: 'y', provider: 'b', estimatedCostUsd: null, verdict: 'unpriced' },
      ],
    });
  });
});

describe('writeWhy', () => {
  it('is one line of ASCII shorter than 200 characters', () => {
    expect(writeWhy(decision)).toBe('because');
    const line = writeWhy({ ...decision, why: `größer\r\nx-evil: 1 ${'y'.repeat(500)}` });
    expect(line).toMatch(/^gr\?\?er\?\?x-evil: 1 y+\.\.\.$/);
    expect(line.length).toBeLessThan(200);
  });
});
