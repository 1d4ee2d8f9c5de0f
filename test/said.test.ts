import { describe, expect, it } from 'vitest';
import { routingPolicySchema } from '../contract/routing.ts';
import { TOOLS } from '../gateway/connect/tools/index.ts';
import { fetchList } from '../gateway/models/fetch.ts';
import { createRegistry } from '../gateway/models/registry.ts';
import { reportOf } from '../gateway/models/report.ts';
import { faultOf } from '../gateway/models/sense.ts';
import { banVerdict, type Constraint, verdictOf } from '../gateway/routing/constraint.ts';
import { type Inputs, plan } from '../gateway/routing/plan.ts';
import { DEFAULT_POLICY, merge } from '../gateway/routing/policies.ts';
import type { Boundary, Complexity } from '../gateway/routing/route.ts';
import en from '../renderer/i18n/en.json' with { type: 'json' };
import es from '../renderer/i18n/es.json' with { type: 'json' };
import { createReadBack } from '../renderer/i18n/read-back.ts';
import { EXAMPLE_FEATURES, exampleConversation, exampleModel, examplePlan, exampleTier } from './models.ts';

const models = [
  exampleModel('a/cheap', { rating: 2.2, input: 0.1, output: 0.4 }),
  exampleModel('a/twin', { rating: 2.3, input: 0.101, output: 0.4, tokensPerSecond: 200 }),
  exampleModel('b/middle', { rating: 3.4 }),
  exampleModel('b/other', { rating: 3.4, input: 2, output: 8 }),
  exampleModel('b/third', { rating: 3.5, input: 3, output: 9 }),
  exampleModel('c/strong', { rating: 4.7, input: 5, output: 25 }),
  exampleModel('c/free', { prices: [] }),
  exampleModel('d/weak', { rating: 1.1 }),
  exampleModel('d/weaker', { rating: 1 }),
  exampleModel('d/weakest', { rating: 1 }),
];
function sentencesOf(more: Partial<Inputs>): string[] {
  const decision = plan(examplePlan(models, more));
  return [decision.why, ...[...decision.ranked, ...decision.rejected()].map(({ verdict }) => verdict)];
}

const rules = (...sketches: object[]) =>
  merge(DEFAULT_POLICY, {
    rules: routingPolicySchema.shape.rules.parse(
      sketches.map((sketch, index) => ({ id: `r${index}`, name: `Nur ${index}`, ...sketch })),
    ),
  });

const tiers = ['simple', 'medium', 'complex'] as const satisfies Complexity[];
const boundaries = ['fresh', 'openTools', 'boundThinking', 'boundProvider'] as const satisfies Boundary[];

/** What the gateway says of decisions of every kind. */
function everySentence(): string[] {
  const long = { ...EXAMPLE_FEATURES, inputTokens: 42_000 };
  const talks = ['a/cheap', 'b/middle', 'c/strong', 'a/vanished'].flatMap((model) => [
    exampleConversation(model),
    exampleConversation(model, { requests: 40, spentNano: 1e9, cachedTokens: 0 }),
    exampleConversation(model, { need: 'complex', spentNano: 1e8 }),
  ]);
  const asked = [
    ...tiers.flatMap((tier) =>
      ['auto', 'auto:economy', 'auto:quality'].map((requested) => ({ requested, classification: exampleTier(tier) })),
    ),
    { classification: { ...exampleTier('medium'), abstained: true } },
    ...tiers.flatMap((tier) =>
      boundaries.flatMap((boundary) =>
        talks.flatMap((one) =>
          [DEFAULT_POLICY, merge(DEFAULT_POLICY, { stay: { enabled: false } })].map((policy) => ({
            classification: exampleTier(tier),
            boundary,
            conversation: one,
            features: long,
            policy,
          })),
        ),
      ),
    ),
    { policy: merge(DEFAULT_POLICY, { adequate: { balanced: { simple: 5, medium: 5, complex: 5 } } }) },
    { policy: rules({ use: ['b/middle', 'auto'], never: ['c/*'] }) },
    { requested: 'a/cheap' },
    { requested: 'c/free' },
    { requested: 'a/unheard-of' },
    { requested: 'mine', followed: { target: 'auto', path: ['mine'] } },
    {
      tool: 'claude-code',
      requested: 'claude-sonnet-4-5',
      policy: merge(DEFAULT_POLICY, { tools: { 'claude-code': 'auto' } }),
    },
  ] satisfies Partial<Inputs>[];
  return asked.flatMap(sentencesOf);
}

const constraints = {
  retired: true,
  deprecated: true,
  tools: true,
  vision: true,
  documents: true,
  audio: true,
  structuredOutput: true,
  reasoning: true,
  outputLimit: true,
  context: true,
  rule: true,
  allowed: true,
  price: true,
  circuit: true,
  budget: true,
} satisfies Record<Constraint, true>;

const saidIn = (messages: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(messages).flatMap(([key, text]) =>
      key.startsWith('said.') ? [[key.slice('said.'.length), text]] : [],
    ),
  );
const spanishTexts = saidIn(es);
const inWords = createReadBack(
  saidIn(en),
  (name, told) => (spanishTexts[name] ?? '').replaceAll(/\{(\w+)\}/g, (_, place: string) => told[place] ?? ''),
  (part) => part,
);

const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}]{2,}/gu) ?? [];
const wordsIn = (texts: Record<string, string>) =>
  Object.values(texts).flatMap((text) => wordsOf(text.replaceAll(/\{\w+\}/g, '')));
const spanish = new Set(wordsIn(spanishTexts));
const onlyEnglish = new Set(wordsIn(saidIn(en)).filter((word) => !spanish.has(word)));

describe('reasons of the router', () => {
  it('are told in Spanish, whatever was decided', () => {
    const said = new Set(everySentence().map((sentence) => sentence.replaceAll(/\b[abcd]\/[\w-]+/g, 'x/1')));
    expect(said.size).toBeGreaterThan(30);
    const left = [...said].filter((sentence) => wordsOf(inWords(sentence)).some((word) => onlyEnglish.has(word)));
    expect(left.map((sentence) => [sentence, inWords(sentence)])).toEqual([]);
  });

  it('are told in Spanish for all that keeps a model from a request', () => {
    const verdicts = Object.keys(constraints).map((name) => verdictOf(name as Constraint));
    const banned = banVerdict('a/cheap', [{ rule: 'Nur heute', covers: () => true }]);
    for (const verdict of [...verdicts, banned]) expect(inWords(verdict)).not.toBe(verdict);
  });

  it('keep what they name, and what nobody has said before', () => {
    expect(
      inWords('medium (0.5): b/middle is the cheapest of 3 good enough (quality 3.4, needs 3), about $0.003800'),
    ).toBe(
      'media (0.5): b/middle es el más barato de 3 con calidad suficiente (tiene 3.4, hace falta 3), unos $0.003800',
    );
    expect(inWords('Whatever else is said')).toBe('Whatever else is said');
  });
});

describe('what is left to do by hand', () => {
  it('is told in Spanish once a tool is connected, whichever it is', () => {
    const steps = TOOLS.flatMap((tool) => tool.steps({ url: 'http://127.0.0.1:4556', key: 'gw_1' }));
    const sentences = steps.filter((step) => step.includes(' '));
    expect(sentences.length).toBeGreaterThanOrEqual(10);
    expect(sentences.filter((sentence) => inWords(sentence) === sentence)).toEqual([]);
    expect(inWords('"auth.type" in /home/ana/settings.json was changed by somebody else and stays as it is.')).toBe(
      '"auth.type" en /home/ana/settings.json lo cambió otra persona y se queda como está.',
    );
  });
});

describe('checks for new prices', () => {
  const englishLeft = (sentence: string) => wordsOf(inWords(sentence)).filter((word) => onlyEnglish.has(word));
  const changed = (repriced: boolean) => ({ id: 'a/cheap', name: 'Cheap', ...(repriced ? { otherPrice: {} } : {}) });
  const found = (count: number) => {
    const digest = {
      diff: {
        added: Array.from({ length: count }, () => changed(false)),
        removed: Array.from({ length: count }, () => changed(false)),
        changed: Array.from({ length: 2 * count }, (_, index) => changed(index % 2 === 0)),
      },
      quarantined: Array.from({ length: count }, () => ({})),
    };
    const options = { catalogue: { registry: createRegistry(models, 'v1') } } as unknown as Parameters<
      typeof reportOf
    >[0];
    return reportOf(
      options,
      'https://a.example/list.json',
      digest as unknown as Parameters<typeof reportOf>[2],
      'updated',
    ).message;
  };

  it('are told in Spanish, whatever they found', () => {
    for (const count of [0, 1, 2]) expect([found(count), englishLeft(found(count))]).toEqual([found(count), []]);
    expect(inWords(found(2))).toBe(
      'a.example: 2 modelos nuevos, 2 modelos menos, 2 precios cambiados, 2 cambios más, 2 precios sin sentido descartados.',
    );
  });

  it('are told in Spanish where nothing could be taken over', async () => {
    const faults = [faultOf(0, 0, 10), faultOf(5, 0, 10), faultOf(10, 8, 10)].map(
      (fault) => `The list of a.example ${fault}`,
    );
    const failed = await fetchList('http://127.0.0.1:1/list.json', {}, { server: '', except: [] });
    const reasons = [...faults, `127.0.0.1:1 ${failed.state === 'failed' ? failed.why : ''}`];
    for (const reason of reasons) {
      const sentence = `Models and prices stay as they are. ${reason}; b.example did not answer in time.`;
      expect([sentence, englishLeft(sentence)]).toEqual([sentence, []]);
    }
  });
});
