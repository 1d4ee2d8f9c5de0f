import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXAMPLE_FEATURES, exampleConversation, exampleInput, exampleModel, exampleTier } from '../../test/models.ts';
import { DEFAULT_POLICY } from './policies.ts';
import { decide } from './policy.ts';
import type { Boundary, Complexity, Conversation, DecideInput } from './route.ts';

const prices = (input: number, output: number) => ({
  prices: [{ input, output, cacheRead: input / 10, cacheWrite5m: input * 1.25 }],
});
const cheap = exampleModel('a/cheap', { rating: 2.2, ...prices(1, 5) });
const strong = exampleModel('a/strong', { rating: 4.5, ...prices(5, 25) });
const all = [cheap, strong];

const SCORES: Record<Complexity, number> = { simple: 0.1, medium: 0.6, complex: 0.95 };

function decided(complexity: Complexity, more: Partial<DecideInput> = {}, models = all) {
  const features = { ...EXAMPLE_FEATURES, inputTokens: 42_000 };
  const input = exampleInput(models, {
    classification: { ...exampleTier(complexity), score: SCORES[complexity] },
    features,
    ...more,
  });
  const { ranked, why, rejected } = decide(input);
  return { id: ranked[0]?.id, why, verdicts: rejected().map(({ verdict }) => verdict) };
}

describe('a conversation', () => {
  it('stays where a move loses more prompt cache than it gains, and says both sums', () => {
    const young = exampleConversation('a/strong', { requests: 1, spentNano: 1e9 });
    const { id, why } = decided('simple', { conversation: young });
    expect(id).toBe('a/strong');
    expect(why).toMatch(
      /a\/strong stays with this conversation: a move to a\/cheap would gain about \$[\d.]+ over its rest, and \$0\.0460 of prompt cache lost/,
    );
  });

  it('moves to a cheaper model where the gain over its rest is worth it', () => {
    const { id, why } = decided('simple', { conversation: exampleConversation('a/strong', { requests: 40 }) });
    expect(id).toBe('a/cheap');
    expect(why).toContain('the conversation moves from a/strong to a/cheap: a gain of about $');
    const patient = { ...DEFAULT_POLICY, stay: { ...DEFAULT_POLICY.stay, gain: 20 } };
    expect(
      decided('simple', { conversation: exampleConversation('a/strong', { requests: 40 }), policy: patient }).id,
    ).toBe('a/strong');
  });

  it('stays with a model that falls hardly short of what is needed while its cache is warm, and moves once it is cold', () => {
    const nearly = exampleModel('a/nearly', { rating: 3.9, ...prices(1, 5) });
    const rich = exampleConversation('a/nearly', { spentNano: 1e8 });
    const of = (more: Partial<Conversation>) =>
      decided('complex', { conversation: { ...rich, ...more } }, [nearly, strong]).id;
    expect(of({})).toBe('a/nearly');
    expect(of({ cachedTokens: 0 })).toBe('a/strong');
  });

  it('does not move down while one of its last turns was hard, nor for a turn that nobody can read', () => {
    const hard = exampleConversation('a/strong', { requests: 20, need: 'complex' });
    expect(decided('simple', { conversation: hard })).toMatchObject({
      id: 'a/strong',
      why: expect.stringContaining('simple (0.1), complex in this conversation'),
    });
    const unsure = { ...exampleTier('medium'), abstained: true };
    expect(decided('medium', { conversation: exampleConversation('a/cheap'), classification: unsure }).id).toBe(
      'a/cheap',
    );
  });

  it('moves to a better model once what it saved pays for reading the conversation anew', () => {
    const rich = exampleConversation('a/cheap', { spentNano: 1e8 });
    expect(decided('complex', { conversation: rich })).toMatchObject({
      id: 'a/strong',
      why: expect.stringContaining('better quality is needed than its 2.2'),
    });
    const poor = exampleConversation('a/cheap', { spentNano: 4e8 });
    const { id, why, verdicts } = decided('complex', { conversation: poor });
    expect([id, verdicts]).toEqual(['a/cheap', []]);
    expect(why).toContain('a/strong is better, but reading it all anew would cost $0.2300, more than the $0.05');
  });

  it('moves for nothing once its cache has gone cold', () => {
    const cold = exampleConversation('a/cheap', {
      cachedTokens: 0,
      spentNano: 9e8,
      used: { fresh: 0, read: 0, output: 0 },
    });
    expect(decided('complex', { conversation: { ...cold, spentNano: 0 } }).id).toBe('a/strong');
    expect(decided('simple', { conversation: { ...cold, model: 'a/strong' } }).id).toBe('a/cheap');
  });

  it.each<[Boundary, string]>([
    ['openTools', 'while a tool call is open'],
    ['boundThinking', 'whose thinking only it can read'],
  ])('never moves at a boundary that is %s, whatever it would gain', (boundary, why) => {
    const rich = { boundary, conversation: exampleConversation('a/cheap', { requests: 30 }) };
    expect(decided('complex', rich)).toMatchObject({ id: 'a/cheap', why: expect.stringContaining(why) });
    const free = { ...DEFAULT_POLICY, stay: { ...DEFAULT_POLICY.stay, enabled: false } };
    expect(decided('complex', { ...rich, policy: free }).id).toBe('a/cheap');
    expect(decided('complex', { ...rich, boundary: 'fresh', policy: free }).id).toBe('a/strong');
  });

  it('moves among the models of its provider where that alone can read its thinking', () => {
    const foreign = exampleModel('b/strong', { rating: 4.5, ...prices(4, 20) });
    const near = exampleModel('a/strong', { rating: 4.5, ...prices(5, 25) });
    const rich = {
      conversation: exampleConversation('a/cheap', { cachedTokens: 0, used: { fresh: 9, read: 9, output: 9 } }),
    };
    const bound = { ...rich, boundary: 'boundProvider' } as const;
    expect(decided('complex', rich, [cheap, foreign, near]).id).toBe('b/strong');
    expect(decided('complex', bound, [cheap, foreign, near]).id).toBe('a/strong');
    expect(decided('complex', bound, [cheap, foreign])).toMatchObject({
      id: 'a/cheap',
      why: expect.stringContaining('whose thinking only its provider can read'),
    });
    const free = { ...DEFAULT_POLICY, stay: { ...DEFAULT_POLICY.stay, enabled: false } };
    expect(decided('complex', { ...bound, policy: free }, [cheap, foreign]).id).toBe('a/cheap');
    const failing = new Map([['a/cheap', { circuit: 'open' } as const]]);
    expect(decided('complex', { ...bound, health: failing }, [cheap, foreign]).id).toBe('b/strong');
    expect(decided('complex', { ...bound, health: failing }, [cheap, foreign, near]).id).toBe('a/strong');
  });

  it('moves from a model that fails, or whose window it has outgrown, and says so', () => {
    const bound = { boundary: 'openTools', conversation: exampleConversation('a/cheap') } as const;
    const failing = new Map([['a/cheap', { circuit: 'open' } as const]]);
    expect(decided('simple', { ...bound, health: failing })).toMatchObject({
      id: 'a/strong',
      why: expect.stringContaining('the conversation cannot go on with a/cheap: its provider has been failing'),
    });
    const small = { ...cheap, contextTokens: 40_000 };
    expect(decided('simple', bound, [small, strong]).why).toContain('its context window is too small');
    expect(decided('simple', bound, [strong]).why).toContain('no usable key any more');
  });

  it('is told the price of its own model with what is cached', () => {
    const input = exampleInput([cheap], {
      conversation: exampleConversation('a/cheap'),
      features: { ...EXAMPLE_FEATURES, inputTokens: 42_000 },
    });
    expect(decide(input).ranked[0]?.estimatedCostNano).toBe(2_000 * 1_000 + 40_000 * 100 + 700 * 5_000);
  });

  it('never moves where its boundary binds it and its model can go on', () => {
    const model = fc.record({ rating: fc.integer({ min: 10, max: 50 }), price: fc.integer({ min: 1, max: 30 }) });
    fc.assert(
      fc.property(
        fc.array(model, { minLength: 1, maxLength: 8 }),
        fc.nat(),
        fc.constantFrom<Boundary>('openTools', 'boundThinking'),
        fc.constantFrom<Complexity>('simple', 'medium', 'complex'),
        fc.record({ requests: fc.nat(80), cachedTokens: fc.nat(100_000), spentNano: fc.nat() }),
        (sketches, pick, boundary, complexity, state) => {
          const models = sketches.map(({ rating, price }, index) =>
            exampleModel(`p/m${index}`, { rating: rating / 10, ...prices(price, price * 5) }),
          );
          const own = models[pick % models.length]?.id ?? '';
          expect(decided(complexity, { boundary, conversation: exampleConversation(own, state) }, models).id).toBe(own);
        },
      ),
    );
  });

  it('never moves to a better model at a price above what it has saved', () => {
    fc.assert(
      fc.property(fc.nat(120_000), fc.nat(1_000_000_000), fc.nat(60), (cachedTokens, spentNano, requests) => {
        const state = exampleConversation('a/cheap', { cachedTokens, spentNano, requests });
        const { id } = decided('complex', { conversation: state });
        const { used } = state;
        const fromTheStart = used.fresh * 6_250 + used.read * 500 + used.output * 25_000;
        const lost = Math.min(cachedTokens, 42_000) * (6_250 - 500);
        expect(id).toBe(lost <= fromTheStart - spentNano ? 'a/strong' : 'a/cheap');
      }),
    );
  });
});
