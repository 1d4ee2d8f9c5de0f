import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify } from './classifier.ts';
import type { Features } from './route.ts';

const PLAIN: Features = {
  inputTokens: 20,
  lastTurnTokens: 12,
  turns: 1,
  tools: 0,
  images: 0,
  documents: 0,
  audio: 0,
  needsStructuredOutput: false,
  needsReasoning: false,
  streaming: false,
  signals: { words: 10 },
};

const anyFeatures = fc.record({
  inputTokens: fc.nat(3_000_000),
  lastTurnTokens: fc.nat(100_000),
  turns: fc.nat(500),
  tools: fc.nat(300),
  images: fc.nat(20),
  documents: fc.nat(5),
  audio: fc.nat(5),
  needsStructuredOutput: fc.boolean(),
  needsReasoning: fc.boolean(),
  streaming: fc.boolean(),
  signals: fc.dictionary(
    fc.constantFrom('proof', 'maths', 'greeting', 'rework', 'words', 'unknownScript', 'noTurn', 'other'),
    fc.double({ min: 0.001, max: 1e6, noNaN: true }),
  ),
});

describe('classify', () => {
  it('scores within 0 and 1, the same way each time, with reasons strongest first', () => {
    fc.assert(
      fc.property(anyFeatures, (features) => {
        const result = classify(features);
        expect(result.score).toBeGreaterThanOrEqual(0);
        expect(result.score).toBeLessThanOrEqual(1);
        expect(classify(structuredClone(features))).toEqual(result);
        const weights = result.reasons.map(({ weight }) => Math.abs(weight));
        expect(weights).toEqual([...weights].sort((a, b) => b - a));
      }),
    );
  });

  it('never scores lower for more of a hard signal', () => {
    fc.assert(
      fc.property(anyFeatures, fc.constantFrom('proof', 'maths', 'design'), (features, name) => {
        const more = { ...features, signals: { ...features.signals, [name]: (features.signals[name] ?? 0) + 1 } };
        expect(classify(more).score).toBeGreaterThanOrEqual(classify(features).score);
      }),
    );
  });

  it('gives its reasons by name', () => {
    const { reasons } = classify({ ...PLAIN, signals: { proof: 2, factual: 1 } });
    expect(reasons).toEqual([
      { signal: 'proof', weight: 2.9 },
      { signal: 'factual', weight: -1.4 },
    ]);
  });

  it('places agentic work with many tools and a long context high, a question among tools not', () => {
    const agent = { ...PLAIN, tools: 14, turns: 30, inputTokens: 40_000 };
    expect(classify({ ...agent, signals: { words: 20, building: 2, steps: 6 } }).complexity).toBe('complex');
    expect(classify({ ...agent, turns: 1, inputTokens: 9_000, signals: { words: 6, factual: 1 } }).complexity).toBe(
      'simple',
    );
  });

  it('takes the middle tier when a request is unlike what it knows', () => {
    const unsure = [
      { ...PLAIN, images: 1, signals: { words: 2 } },
      { ...PLAIN, documents: 1, signals: { noWords: 1, noTurn: 1 } },
      { ...PLAIN, signals: { words: 30, unknownScript: 0.9, proof: 3 } },
      { ...PLAIN, signals: { words: 30, unknownLanguage: 1 } },
      { ...PLAIN, signals: { noWords: 1 } },
    ];
    for (const features of unsure) expect(classify(features)).toMatchObject({ abstained: true, complexity: 'medium' });
    expect(classify({ ...PLAIN, signals: { noWords: 1, digits: 0.5 } }).abstained).toBe(false);
    expect(classify({ ...PLAIN, images: 1, signals: { words: 12 } }).abstained).toBe(false);
  });
});
