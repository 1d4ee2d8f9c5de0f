import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EXAMPLE_FEATURES as FEATURES,
  exampleInput as input,
  exampleModel as model,
  NOW,
  type Sketch,
  exampleTier as tier,
} from '../../test/models.ts';
import { GatewayError } from '../errors.ts';
import { expectedCostNano } from '../models/price.ts';
import type { Model } from '../models/schema.ts';
import { decide } from './policy.ts';
import type { Complexity, DecideInput, Features, Preference, TargetHealth } from './route.ts';

const can = (more: Partial<Model['capabilities']>) => ({
  capabilities: { tools: true, structuredOutput: true, reasoning: false, promptCaching: true, sampling: true, ...more },
});

const chosen = (models: readonly Model[], more: Partial<DecideInput> = {}) => decide(input(models, more)).ranked[0]?.id;

function refusal(run: () => unknown): GatewayError {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof GatewayError) return thrown;
    throw thrown;
  }
  throw new Error('Nothing was thrown.');
}

const healthOf = (entries: Record<string, TargetHealth>) => new Map(Object.entries(entries));

describe('decide for auto', () => {
  const cheap = model('a/cheap', { rating: 2.2, input: 0.1, output: 0.4 });
  const middle = model('b/middle', { rating: 3.4, input: 1, output: 4 });
  const strong = model('c/strong', { rating: 4.7, input: 5, output: 25 });
  const all = [strong, cheap, middle];

  it('takes the cheapest model that is good enough for the tier and the preference', () => {
    const table: [Preference, Complexity, string][] = [
      ['balanced', 'simple', 'a/cheap'],
      ['balanced', 'medium', 'b/middle'],
      ['balanced', 'complex', 'c/strong'],
      ['economy', 'complex', 'b/middle'],
      ['quality', 'simple', 'b/middle'],
      ['quality', 'medium', 'c/strong'],
    ];
    for (const [preference, complexity, id] of table) {
      const wish = { kind: 'auto', preference } as const;
      expect(chosen(all, { wish, classification: tier(complexity) }), `${preference} ${complexity}`).toBe(id);
    }
  });

  it('says why, what it costs, and why each other one lost', () => {
    const decision = decide(
      input([...all, model('d/dear', { rating: 3.4, input: 3, output: 9 }), model('e/free', { prices: [] })]),
    );
    expect(decision.why).toBe(
      'medium (0.5): b/middle is the cheapest of 3 good enough (quality 3.4, needs 3), about $0.003800',
    );
    expect(decision.ranked.map(({ id, verdict }) => `${id}: ${verdict}`)).toEqual([
      'b/middle: chosen',
      'd/dear: fallback, good enough',
      'c/strong: fallback, good enough',
      'a/cheap: fallback, below the quality needed',
    ]);
    expect(decision.ranked[0]?.estimatedCostNano).toBe(3_800_000);
    expect(decision.rejected()).toMatchObject([{ id: 'e/free', estimatedCostNano: null }]);
    expect(decision.rejected()[0]?.verdict).toContain('price is unknown');
  });

  it('names the losers beyond the fallbacks by what they lost', () => {
    const many = [1, 2, 3, 4, 5].map((step) => model(`a/m${step}`, { rating: 3.5, input: step, output: step }));
    const rejected = decide(
      input([...many, model('b/weak', { rating: 1.2 }), model('b/weaker', { rating: 1.1 })]),
    ).rejected();
    expect(rejected.map(({ id, verdict }) => `${id}: ${verdict}`)).toEqual([
      'a/m4: good enough, but dearer',
      'a/m5: good enough, but dearer',
      'b/weaker: quality 1.1 is below the 3 needed',
    ]);
  });

  it('prefers the faster of two whose costs are within 10 %, as measured or as published', () => {
    const slow = model('a/slow', { input: 1, output: 1, tokensPerSecond: 40 });
    const fast = model('b/fast', { input: 1.05, output: 1.05, tokensPerSecond: 200 });
    const dear = model('c/dear', { input: 1.2, output: 1.2, tokensPerSecond: 900 });
    expect(chosen([slow, fast, dear])).toBe('b/fast');
    expect(decide(input([slow, fast, dear])).why).toContain('the fastest of the cheapest of 3');
    const measured = healthOf({ 'a/slow': { circuit: 'closed', firstByteMs: 100, tokensPerSecond: 500 } });
    expect(chosen([slow, fast, dear], { health: measured })).toBe('a/slow');
    const failing = healthOf({ 'b/fast': { circuit: 'closed', errorRate: 0.95 } });
    expect(chosen([slow, fast, dear], { health: failing })).toBe('a/slow');
  });

  it('breaks a full tie by id, whatever the order of the list', () => {
    const twins = ['b/x', 'a/x', 'c/x'].map((id) => model(id));
    expect(chosen(twins)).toBe('a/x');
    expect(chosen([...twins].reverse())).toBe('a/x');
  });

  it('takes the first fallback from another provider', () => {
    const list = [
      model('a/one', { input: 1 }),
      model('a/two', { input: 2 }),
      model('b/three', { input: 3 }),
      model('a/four', { input: 4 }),
    ];
    expect(decide(input(list)).ranked.map(({ id }) => id)).toEqual(['a/one', 'b/three', 'a/two', 'a/four']);
  });

  it('keeps the last fallback for another provider even if that is weaker', () => {
    const list = [...['a/m1', 'a/m2', 'a/m3', 'a/m4'].map((id) => model(id)), model('b/weak', { rating: 1.5 })];
    expect(decide(input(list)).ranked.map(({ id }) => id)).toEqual(['a/m1', 'a/m2', 'a/m3', 'b/weak']);
  });

  it('takes the best there is when none is good enough, and says so', () => {
    const decision = decide(input([cheap, middle], { classification: tier('complex') }));
    expect(decision.ranked[0]?.id).toBe('b/middle');
    expect(decision.why).toContain('none reaches quality 4, b/middle is the best there is (3.4)');
    expect(chosen([model('demo/echo', { quality: [], input: 0, output: 0 })])).toBe('demo/echo');
  });

  it('says that it is unsure where the classifier abstained', () => {
    expect(decide(input(all, { classification: { ...tier('medium'), abstained: true } })).why).toContain(
      'medium (unsure)',
    );
  });

  it('rates a model by the effort that is asked for', () => {
    const quality = ['none', 'high'].map((variant, i) => ({
      rating: i ? 4.5 : 2,
      variant,
      basis: '',
      date: '2026-08-01',
    }));
    const variable = model('a/variable', { quality, input: 0.1, output: 0.1, ...can({ reasoning: true }) });
    expect(chosen([variable, middle])).toBe('b/middle');
    expect(chosen([variable, middle], { features: { ...FEATURES, effort: 'high' } })).toBe('a/variable');
    expect(chosen([variable, middle], { features: { ...FEATURES, effort: 'strange' } })).toBe('b/middle');
  });

  it('counts the thinking of models that think first, and gives them no small output limit', () => {
    const thinker = model('a/thinker', { input: 0.8, output: 3, ...can({ reasoning: true }) });
    expect(chosen([thinker, middle])).toBe('b/middle');
    const cheaper = model('a/cheaper', { input: 0.01, output: 0.01, ...can({ reasoning: true }) });
    expect(chosen([cheaper, middle])).toBe('a/cheaper');
    const tight = { ...FEATURES, maxOutputTokens: 100 };
    expect(chosen([cheaper, middle], { features: tight })).toBe('b/middle');
    expect(chosen([cheaper, strong, thinker].slice(0, 1), { features: tight })).toBe('a/cheaper');
    const dearer = [2, 3, 4].map((step) => model(`b/m${step}`, { input: step }));
    const rejected = decide(input([cheaper, middle, ...dearer, model('c/m')], { features: tight })).rejected();
    expect(rejected.map(({ verdict }) => verdict).join()).toContain('dearer');
    const stuck = decide(input([cheaper, thinker, middle, ...dearer], { features: tight }));
    expect(stuck.rejected().find(({ id }) => id === 'a/thinker')?.verdict).toContain('thinks first');
  });

  it('expects reworked text to come back as long as it went in', () => {
    const talkative = { ...FEATURES, lastTurnTokens: 5_000, signals: { rework: 1 } };
    expect(decide(input([middle], { features: talkative })).ranked[0]?.estimatedCostNano).toBe(
      1_000 * 1_000 + 5_000 * 4_000,
    );
  });

  it('follows prices that change at midnight though the list stays the same', () => {
    const promoted = model('a/promoted', {
      prices: [
        { input: 0.1, output: 0.1, until: '2026-09-01' },
        { input: 9, output: 9, from: '2026-09-02' },
      ],
    });
    const list = [promoted, middle];
    expect(chosen(list)).toBe('a/promoted');
    expect(chosen(list, { nowMs: NOW + 86_400_000 })).toBe('b/middle');
  });
});

describe('the filter', () => {
  const lame = model('a/lame', {
    input: 0.001,
    ...can({ tools: false, structuredOutput: false }),
    contextTokens: 8_000,
    maxOutputTokens: 2_000,
  });
  const deafAndBlind = { ...lame, input: ['text'] } as Model;
  const able = model('b/able', can({ reasoning: true }));
  const cases: [string, Partial<Features>, string][] = [
    ['tools', { tools: 1 }, 'cannot call tools'],
    ['vision', { images: 1 }, 'cannot see images'],
    ['documents', { documents: 1 }, 'cannot read documents'],
    ['audio', { audio: 1 }, 'cannot hear audio'],
    ['structuredOutput', { needsStructuredOutput: true }, 'cannot keep to a JSON Schema'],
    ['reasoning', { needsReasoning: true }, 'does not reason'],
    ['outputLimit', { maxOutputTokens: 4_000 }, 'its output limit is lower than the one asked for'],
    ['context', { inputTokens: 7_000 }, 'its context window is too small'],
  ];

  it.each(cases)('asks for %s where the request needs it, and names it when nothing is left', (name, more, verdict) => {
    const features = { ...FEATURES, ...more };
    const decision = decide(input([deafAndBlind, able], { features }));
    expect(decision.ranked.map(({ id }) => id)).toEqual(['b/able']);
    expect(decision.rejected().find(({ id }) => id === 'a/lame')?.verdict).toBe(verdict);
    const error = refusal(() => decide(input([deafAndBlind], { features })));
    expect(error).toMatchObject({ code: 'no_candidate', status: 400 });
    expect(error.message).toContain(`constraint: ${name}`);
    expect(error.message).toContain(`1 × ${verdict}`);
  });

  it('keeps to a limit on the prompt alone', () => {
    const narrow = model('a/narrow', { maxInputTokens: 1_000, input: 0.01 });
    expect(chosen([narrow, able])).toBe('b/able');
  });

  it('leaves out models that are retired, deprecated, unpriced, or of a failing provider', () => {
    const retired = model('a/retired', { retires: '2026-09-01' });
    const later = model('a/later', { retires: '2026-09-02', input: 0.5 });
    const deprecated = model('a/old', { status: 'deprecated' });
    const unpriced = model('a/unpriced', { prices: [] });
    const health = healthOf({ 'a/failing': { circuit: 'open' }, 'b/half': { circuit: 'halfOpen' } });
    const { ranked } = decide(
      input([retired, later, deprecated, unpriced, model('a/failing'), model('b/half')], { health }),
    );
    expect(ranked.map(({ id }) => id)).toEqual(['a/later', 'b/half']);
    expect(refusal(() => decide(input([retired]))).message).toContain('constraint: retired');
    expect(refusal(() => decide(input([unpriced]))).message).toContain('Ask for the model by its name');
    expect(refusal(() => decide(input([model('a/failing')], { health })))).toMatchObject({
      code: 'no_candidate',
      status: 503,
    });
  });

  it('asks for a key when there is no model at all', () => {
    expect(refusal(() => decide(input([])))).toMatchObject({ code: 'no_provider_key' });
  });
});

describe('decide for a model asked for by name', () => {
  const here = model('a/x', { input: 2 });
  const there = model('b/x', { input: 1 });

  it('obeys, cheapest provider first, whatever the score', () => {
    const decision = decide(
      input([], { wish: { kind: 'model', models: [here, there], asked: 'x' }, classification: tier('complex') }),
    );
    expect(decision.ranked.map(({ id }) => id)).toEqual(['b/x', 'a/x']);
    expect(decision.why).toBe('b/x was asked for by name');
  });

  it('says what the model lacks and calls it all the same', () => {
    const blind = { ...here, input: ['text'] } as Model;
    const decision = decide(
      input([], { wish: { kind: 'model', models: [blind], asked: 'x' }, features: { ...FEATURES, images: 1 } }),
    );
    expect(decision.ranked[0]?.verdict).toBe('asked for, though cannot see images');
    expect(decision.why).toContain('cannot see images');
  });

  it('goes round a failing provider, and says so when all fail', () => {
    const wish = { kind: 'model', models: [here, there], asked: 'x' } as const;
    const one = decide(
      input([], { wish: { ...wish, models: [here, there] }, health: healthOf({ 'b/x': { circuit: 'open' } }) }),
    );
    expect(one.ranked.map(({ id }) => id)).toEqual(['a/x']);
    expect(one.rejected().map(({ id }) => id)).toEqual(['b/x']);
    const health = healthOf({ 'a/x': { circuit: 'open' }, 'b/x': { circuit: 'open' } });
    const error = refusal(() => decide(input([], { wish: { ...wish, models: [here, there] }, health })));
    expect(error).toMatchObject({ code: 'no_candidate', status: 503 });
  });

  it('sends a name that the registry does not know as asked, its cost unknown', () => {
    const decision = decide(input([], { wish: { kind: 'unknown', provider: 'a', name: 'new/one' } }));
    expect(decision.ranked).toMatchObject([{ id: 'a/new/one', model: null, estimatedCostNano: null }]);
  });

  it('thinks of the cost of thinking', () => {
    const thinker = model('a/t', { input: 1, output: 1, ...can({ reasoning: true }) });
    expect(
      decide(input([], { wish: { kind: 'model', models: [thinker], asked: 't' } })).ranked[0]?.estimatedCostNano,
    ).toBe(3_200_000);
  });
});

describe('the laws of decide', () => {
  const anyModel = fc
    .record({
      provider: fc.constantFrom('a', 'b', 'c'),
      name: fc.string({ unit: fc.constantFrom(...'mnopq'), minLength: 1, maxLength: 4 }),
      rating: fc.integer({ min: 10, max: 50 }).map((tenths) => tenths / 10),
      price: fc.option(fc.integer({ min: 0, max: 30 }), { freq: 8 }),
      speed: fc.integer({ min: 10, max: 300 }),
      tools: fc.boolean(),
      reasoning: fc.boolean(),
      vision: fc.boolean(),
      contextTokens: fc.constantFrom(8_000, 128_000, 1_000_000),
      status: fc.constantFrom(undefined, 'deprecated', 'beta'),
    })
    .map(({ provider, name, rating, price, speed, tools, reasoning, vision, contextTokens, status }) =>
      model(`${provider}/${name}`, {
        rating,
        tokensPerSecond: speed,
        contextTokens,
        input: price ?? 0,
        output: price ?? 0,
        ...(price === null ? { prices: [] } : { prices: [{ input: price, output: price * 4 }] }),
        ...can({ tools, reasoning }),
        ...(status === undefined ? {} : { status }),
        ...(vision ? {} : { input: ['text'] }),
      } as Sketch),
    )
    .map((made) => ({ ...made, input: Array.isArray(made.input) ? made.input : ['text'] }) as Model);
  const models = fc.uniqueArray(anyModel, { selector: ({ id }) => id, minLength: 1, maxLength: 12 });
  const situation = fc.record({
    preference: fc.constantFrom<Preference>('economy', 'balanced', 'quality'),
    complexity: fc.constantFrom<Complexity>('simple', 'medium', 'complex'),
    inputTokens: fc.constantFrom(50, 5_000, 100_000),
    tools: fc.nat(1),
    images: fc.nat(1),
    maxOutputTokens: fc.constantFrom(undefined, 100, 5_000),
    open: fc.constantFrom('a', 'none'),
  });

  type Situation = typeof situation extends fc.Arbitrary<infer T> ? T : never;

  function of(
    list: readonly Model[],
    { preference, complexity, inputTokens, tools, images, maxOutputTokens, open }: Situation,
  ) {
    const features = {
      ...FEATURES,
      inputTokens,
      tools,
      images,
      ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    };
    const health = new Map(
      list.filter(({ provider }) => provider === open).map(({ id }) => [id, { circuit: 'open' } as const]),
    );
    const asked = input(list, {
      wish: { kind: 'auto', preference },
      classification: tier(complexity),
      features,
      health,
    });
    try {
      const decision = decide(asked);
      return { ...decision, rejected: decision.rejected() };
    } catch (thrown) {
      if (thrown instanceof GatewayError) return thrown.message;
      throw thrown;
    }
  }

  it('only ever ranks models that can serve the request, and loses none', () => {
    fc.assert(
      fc.property(models, situation, (list, given) => {
        const decision = of(list, given);
        if (typeof decision === 'string') return;
        for (const { model: one, provider } of decision.ranked) {
          expect(one?.prices.length).toBeGreaterThan(0);
          expect(one?.status).not.toBe('deprecated');
          expect(provider).not.toBe(given.open);
          if (given.tools > 0) expect(one?.capabilities.tools).toBe(true);
          if (given.images > 0) expect(one?.input).toContain('image');
          expect(one?.contextTokens).toBeGreaterThanOrEqual(given.inputTokens);
        }
        const ids = [...decision.ranked, ...decision.rejected].map(({ id }) => id);
        expect([...ids].sort()).toEqual(list.map(({ id }) => id).sort());
      }),
    );
  });

  it('does not depend on the order of the list, nor on having been asked before', () => {
    fc.assert(
      fc.property(models, situation, fc.infiniteStream(fc.nat()), (list, given, keys) => {
        const shuffled = list.map((one) => ({ one, key: keys.next().value ?? 0 })).sort((a, b) => a.key - b.key);
        const first = of(list, given);
        expect(of(list, given)).toEqual(first);
        expect(
          of(
            shuffled.map(({ one }) => one),
            given,
          ),
        ).toEqual(first);
      }),
    );
  });

  it('tells costs as the price book does, above the thresholds of long prompts too', () => {
    const rate = fc.double({ min: 0, max: 100, noNaN: true });
    const tiers = fc.array(
      fc.record({ input: rate, output: rate, aboveInputTokens: fc.constantFrom(900, 1_000, 5_000) }),
    );
    fc.assert(
      fc.property(
        fc.record({ input: rate, output: rate, tiers }),
        fc.constantFrom(1, 999, 1_000, 1_001),
        (price, n) => {
          const one = model('a/x', { prices: [price] });
          const cost = decide(input([one], { features: { ...FEATURES, inputTokens: n } })).ranked[0]?.estimatedCostNano;
          expect(cost).toBe(expectedCostNano(one, { inputTokens: n, outputTokens: 700 }, NOW));
        },
      ),
    );
  });

  it('ranks the cheapest first whatever the list: the choice, another provider, then by cost', () => {
    fc.assert(
      fc.property(models, situation, (list, given) => {
        const decision = of(list, given);
        if (typeof decision === 'string') return;
        const good = decision.ranked.filter(({ verdict }) => verdict === 'fallback, good enough');
        const rest = [...good.slice(1).map((one) => one.estimatedCostNano ?? 0)];
        // Where the limit leaves no room to think, those that think first come behind all others, each group by cost.
        const isTight = (given.maxOutputTokens ?? Infinity) < 600;
        const group = (one: (typeof good)[0]) => Number(isTight && one.model?.capabilities.reasoning === true);
        const order = good.slice(1).map((one) => [group(one), one.estimatedCostNano ?? 0] as const);
        expect(order).toEqual([...order].sort((a, b) => a[0] - b[0] || a[1] - b[1]));
        const dearest = Math.max(...rest, -1);
        const left = decision.rejected.filter(({ verdict }) => verdict.startsWith('good enough'));
        if (good.length === 3)
          for (const one of left) expect(one.estimatedCostNano ?? 0).toBeGreaterThanOrEqual(dearest);
      }),
    );
  });

  it('never chooses otherwise because a dearer, weaker, slower model has come', () => {
    fc.assert(
      fc.property(models, situation, fc.nat(), (list, given, pick) => {
        const before = of(list, given);
        const better = list[pick % list.length];
        if (typeof before === 'string' || better === undefined) return;
        const worse: Model = {
          ...better,
          id: `z/${better.name}`,
          provider: 'z',
          prices: better.prices.map((price) => ({ ...price, input: price.input + 1, output: price.output + 1 })),
          quality: better.quality.map((one) => ({ ...one, rating: Math.max(1, one.rating - 0.5) })),
          tokensPerSecond: (better.tokensPerSecond ?? 60) / 2,
        };
        if (better.provider === given.open) return;
        const after = of([...list, worse], given);
        expect(typeof after === 'string' ? after : after.ranked[0]?.id).toBe(before.ranked[0]?.id);
      }),
    );
  });
});
