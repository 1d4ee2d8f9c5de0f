import { describe, expect, it } from 'vitest';
import { type RoutingPolicyPatch, routingPolicySchema } from '../../contract/routing.ts';
import { EXAMPLE_FEATURES, exampleModel, examplePlan, exampleTier } from '../../test/models.ts';
import { type Inputs, plan } from './plan.ts';
import { DEFAULT_POLICY, merge } from './policies.ts';
import { toolOf } from './tools.ts';

const models = [
  exampleModel('a/cheap', { rating: 2.2, input: 0.1, output: 0.4 }),
  exampleModel('b/middle', { rating: 3.4, aliases: ['middle-2026'] }),
  exampleModel('c/strong', { rating: 4.7, input: 5, output: 25 }),
];
const inputs = (policy: RoutingPolicyPatch, more: Partial<Inputs> = {}): Inputs =>
  examplePlan(models, { policy: merge(DEFAULT_POLICY, policy), ...more });

const rules = (...sketches: object[]): RoutingPolicyPatch => ({
  rules: routingPolicySchema.shape.rules.parse(
    sketches.map((sketch, index) => ({ id: `r${index}`, name: `Rule ${index}`, ...sketch })),
  ),
});

function outcome(policy: RoutingPolicyPatch, more: Partial<Inputs> = {}) {
  try {
    const { ranked, why, rule } = plan(inputs(policy, more));
    return { ids: ranked.map(({ id }) => id), why, rule };
  } catch (thrown) {
    return { ids: [], why: thrown instanceof Error ? thrown.message : '', rule: null };
  }
}

describe('the owner’s rules', () => {
  it('send a model that a client asks for elsewhere, and say so', () => {
    const policy = rules({ when: { models: ['gpt-*'], clients: ['gwk_1'] }, use: ['c/strong'] });
    const { ids, why, rule } = outcome(policy, { requested: 'gpt-5', clientId: 'gwk_1' });
    expect([ids, rule]).toEqual([['c/strong'], 'Rule 0']);
    expect(why).toBe('the rule "Rule 0" wants c/strong; c/strong was asked for by name');
    expect(outcome(policy, { requested: 'gpt-5', clientId: 'gwk_2' }).why).toContain('No model is called');
    expect(outcome(policy, { requested: 'middle', clientId: 'gwk_1' }).rule).toBeNull();
  });

  it('hold by length, complexity and tool; no model at all is auto', () => {
    const long = rules({ when: { models: ['auto'], overTokens: 999 }, use: ['a/cheap'] });
    expect(outcome(long, { requested: '' }).rule).toBe('Rule 0');
    expect(outcome(long, { features: { ...EXAMPLE_FEATURES, inputTokens: 999 } }).rule).toBeNull();
    const hard = rules({ when: { complexities: ['complex'], tools: ['codex'] }, use: ['c/strong'] });
    expect(outcome(hard, { tool: 'codex' }).rule).toBeNull();
    expect(outcome(hard, { tool: 'codex', classification: exampleTier('complex') }).rule).toBe('Rule 0');
    expect(outcome(hard, { classification: exampleTier('complex') }).rule).toBeNull();
  });

  it('go in order: the first that holds and names models chooses, one that is switched off does not hold', () => {
    const policy = rules(
      { enabled: false, use: ['a/cheap'] },
      { never: ['x/*'] },
      { use: ['c/strong'] },
      { use: ['a/cheap'] },
    );
    expect(outcome(policy)).toMatchObject({ ids: ['c/strong'], rule: 'Rule 2' });
  });

  it('make a chain of fallbacks, in order, without what is not there', () => {
    const policy = rules({ use: ['nobody/knows', 'c/strong', 'auto:economy', 'c/strong'] });
    const { ids } = outcome(policy, { classification: exampleTier('simple') });
    expect(ids).toEqual(['c/strong', 'a/cheap', 'b/middle']);
    expect(outcome(rules({ use: ['nothing-like-it'] })).why).toContain(
      'The rule "Rule 0" cannot be followed: No model',
    );
    const open = new Map([['c/strong', { circuit: 'open' } as const]]);
    expect(outcome(policy, { health: open }).ids).toEqual(['b/middle', 'a/cheap']);
  });

  it('keep a client from a provider, for auto and by name, and name the rule when nothing is left', () => {
    const policy = rules({ name: 'Not there', when: { clients: ['gwk_1'] }, never: ['a', 'b/*'] });
    const mine = { clientId: 'gwk_1' };
    expect(outcome(policy, mine).ids).toEqual(['c/strong']);
    expect(
      plan(inputs(policy, mine))
        .rejected()
        .map(({ id, verdict }) => `${id}: ${verdict}`),
    ).toEqual([
      'a/cheap: kept from this client by the rule "Not there"',
      'b/middle: kept from this client by the rule "Not there"',
    ]);
    expect(outcome(policy, { ...mine, requested: 'middle' }).why).toMatch(/constraint: rule.*"Not there"/);
    expect(outcome(policy, { requested: 'middle' }).ids).toEqual(['b/middle']);
    expect(outcome(rules({ never: ['*'] })).why).toContain('constraint: rule');
  });
});

describe('what else the owner says', () => {
  it('allows only some models for a complexity, and names that when nothing is left', () => {
    expect(outcome({ allowed: { medium: ['c/*'] } }).ids).toEqual(['c/strong']);
    expect(outcome({ allowed: { medium: ['nobody'] } }).why).toContain('constraint: allowed');
    expect(outcome({ allowed: { simple: ['c/*'] } }).ids[0]).toBe('b/middle');
  });

  it('sets what is good enough, what plain auto means, and where tiers begin', () => {
    expect(outcome({ adequate: { balanced: { medium: 4 } } }).ids[0]).toBe('c/strong');
    expect(outcome({ preference: 'quality' }).why).toContain('medium (0.5), quality: c/strong');
    expect(outcome({ preference: 'quality' }, { requested: 'auto:economy' }).ids[0]).toBe('b/middle');
    expect(outcome({ thresholds: { medium: 0.6, complex: 0.8 } }).why).toContain('simple (0.5): a/cheap');
    const unsure = { ...exampleTier('medium'), abstained: true };
    expect(outcome({ thresholds: { medium: 0.6, complex: 0.8 } }, { classification: unsure }).why).toContain(
      'medium (unsure): b/middle',
    );
  });

  it('obeys or routes the names that are built into a tool; an alias of the owner’s goes before', () => {
    const claude = { requested: 'claude-haiku-4-5', tool: 'claude-code' };
    expect(outcome({}, claude).why).toContain('No model is called');
    const routed = outcome({ tools: { 'claude-code': 'auto' } }, claude);
    expect(routed.why).toContain('"claude-haiku-4-5" is built into claude-code and routed as auto:economy; ');
    expect(routed.ids[0]).toBe('b/middle');
    expect(outcome({ tools: { 'claude-code': 'auto' } }, { ...claude, requested: 'c/strong' }).ids).toEqual([
      'c/strong',
    ]);
    const followed = { target: 'c/strong', path: ['claude-haiku-4-5'] };
    expect(outcome({ tools: { 'claude-code': 'auto' } }, { ...claude, followed }).ids).toEqual(['c/strong']);
  });

  it('counts what was learned from use, unless that is switched off', () => {
    const corrections = new Map([['b/middle', { simple: 0, medium: -0.6, complex: 0 }]]);
    expect(outcome({}, { corrections }).ids[0]).toBe('c/strong');
    expect(outcome({ learning: false }, { corrections }).ids[0]).toBe('b/middle');
  });

  it('takes what a budget has room for, with a shorter answer if need be, and refuses when nothing is left', () => {
    const bounds = {
      inputTokens: 1_000,
      maxOutputTokens: undefined,
      answers: 1,
      longCache: false,
      hostedTools: 0,
      serviceTier: undefined,
    };
    const left = (roomNano: number) => ({ budget: { roomNano, bounds, allowsUnknown: false } });
    const hard = { classification: exampleTier('complex') };
    expect(outcome({}, { ...hard, ...left(1e9) }).ids[0]).toBe('c/strong');
    expect(outcome({}, { ...hard, ...left(1e8) })).toMatchObject({
      ids: ['b/middle', 'a/cheap'],
      why: expect.stringMatching(/b\/middle is the best there is.*, of those that the budget has room for$/),
    });
    expect(outcome({}, left(3e6)).ids).toEqual(['a/cheap']);
    expect(outcome({}, left(10)).why).toContain('constraint: budget');
    expect(outcome({}, { requested: 'c/strong', ...left(10) }).ids).toEqual(['c/strong']);
  });

  it('sends a dated snapshot by the name that the client gave', () => {
    expect(plan(inputs({}, { requested: 'middle-2026' })).ranked[0]).toMatchObject({
      id: 'b/middle',
      name: 'middle-2026',
    });
  });
});

describe('toolOf', () => {
  it('knows tools by their user agent', () => {
    const agents = [
      'claude-cli/2.0.1 (external, cli)',
      'codex_cli_rs/0.72.0 (Debian)',
      'GeminiCLI/0.9 (linux)',
      'curl/8',
    ];
    expect(agents.map(toolOf)).toEqual(['claude-code', 'codex', 'gemini-cli', undefined]);
    expect(toolOf(undefined)).toBeUndefined();
  });
});
