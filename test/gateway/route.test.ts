import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type Started, startGateway } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await startGateway();
});
afterAll(() => started.close());

interface Explanation {
  complexity: string;
  score: number;
  features: Record<string, unknown>;
  model: string;
  provider: string;
  why: string;
  candidates: { model: string; provider: string; estimatedCostUsd: number | null; verdict: string }[];
}

const post = (body: object, key = started.key) =>
  fetch(`${started.url}/v1/route`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const explain = async (body: object) => (await (await post(body)).json()) as Explanation;

const user = (content: string) => [{ role: 'user', content }];
const TRIVIAL = { model: 'auto', messages: user('What is the capital of France?') };
const HARD = {
  model: 'auto',
  messages: user(
    'Prove that every finite group of order p^2 is abelian, then design a lock-free concurrent hash map in Rust with a formal ' +
      'argument for its linearizability, analyse its memory ordering step by step, and derive its complexity bounds.',
  ),
};

describe('POST /v1/route', () => {
  it('says what would be chosen and why, and calls nobody', async () => {
    const answer = await explain(TRIVIAL);
    expect(answer).toMatchObject({
      complexity: 'simple',
      score: expect.any(Number),
      features: { inputTokens: expect.any(Number), turns: 1 },
      model: answer.candidates[0]?.model,
      provider: answer.candidates[0]?.provider,
    });
    expect(answer.candidates[0]?.verdict).toBe('chosen');
    expect(answer.candidates.length).toBeGreaterThan(20);
    for (const one of answer.candidates) {
      expect(Object.keys(one).sort()).toEqual([
        'estimatedCostUsd',
        'expectedMs',
        'id',
        'model',
        'provider',
        'rating',
        'verdict',
      ]);
      expect(one.verdict).not.toBe('');
    }
    expect(started.openai.requests.length + started.anthropic.requests.length + started.gemini.requests.length).toBe(0);
    expect(await started.rows()).toEqual([]);
  });

  it.each([
    ['a trivial question', TRIVIAL],
    ['a hard one', HARD],
    ['economy', { ...HARD, model: 'auto:economy' }],
    ['quality', { ...HARD, model: 'auto:quality' }],
    ['no model at all', { messages: TRIVIAL.messages, user: 'nobody' }],
    [
      'tools',
      { ...TRIVIAL, tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }] },
    ],
    ['a model by name', { ...TRIVIAL, model: 'gpt-4.1' }],
    ['provider/model', { ...TRIVIAL, model: 'anthropic/claude-haiku-4-5' }],
  ])('agrees with what is then chosen: %s', async (_, body) => {
    const { model, provider, complexity, why } = await explain(body);
    const response = await started.chat(body);
    await response.text();
    const header = (name: string) => response.headers.get(`x-gateway-${name}`);
    expect([header('model'), header('provider'), header('complexity')]).toEqual([model, provider, complexity]);
    expect(await started.row()).toMatchObject({ model, provider, complexity, why, status: 'ok' });
    expect(header('why')).toBe(why);
  });

  it('sends what is easy to a cheap model, and what is hard to a strong one', async () => {
    const [easy, hard, quality] = await Promise.all([
      explain(TRIVIAL),
      explain(HARD),
      explain({ ...HARD, model: 'auto:quality' }),
    ]);
    expect([easy.complexity, hard.complexity]).toEqual(['simple', 'complex']);
    const price = ({ candidates }: Explanation) => candidates[0]?.estimatedCostUsd ?? 0;
    expect(price(easy) * 5).toBeLessThan(price(hard));
    expect(price(quality)).toBeGreaterThan(price(hard));
  });

  it('wants a gateway key and a request that can be read', async () => {
    expect((await post(TRIVIAL, 'gw_nobody')).status).toBe(401);
    expect((await post({ model: 'auto' })).status).toBe(400);
    expect((await post({ ...TRIVIAL, model: 'gpt-4.1-minni' })).status).toBe(404);
  });
});

describe('names of models', () => {
  it.each(['auto', 'AUTO', 'auto:economy', 'auto:quality', ''])('%j is routed', async (name) => {
    expect((await started.chat(ask(name))).status).toBe(200);
    expect((await started.row()).why).toMatch(/good enough|the best there is/);
  });

  it.each([
    ['gpt-4.1', 'gpt-4.1'],
    ['openai/gpt-4.1', 'gpt-4.1'],
    ['gpt-4o-2024-08-06', 'gpt-4o-2024-08-06'],
    ['openai/gpt-4o-2024-11-20', 'gpt-4o-2024-11-20'],
  ])('%s is asked for as %s, and has a price', async (name, sent) => {
    expect((await started.chat(ask(name))).status).toBe(200);
    expect(await started.row()).toMatchObject({ provider: 'openai', model: sent, costKind: 'exact' });
    expect(JSON.parse(started.openai.calls().at(-1)?.body.toString() ?? '').model).toBe(sent);
  });

  it('models/NAME is how Google writes it', async () => {
    expect((await started.chat(ask('models/gemini-2.5-flash'))).status).toBe(200);
    expect(await started.row()).toMatchObject({ provider: 'gemini', model: 'gemini-2.5-flash' });
  });

  it('an unknown one is refused with the nearest names', async () => {
    const response = await started.chat(ask('gpt-4.1-minni'));
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      error: { code: 'unknown_model', param: 'model', message: expect.stringContaining('gpt-4.1-mini') },
    });
  });

  it('one of a provider without a key is refused, and the key is asked for', async () => {
    const response = await started.chat(ask('deepseek/deepseek-chat'));
    expect(response.status).toBeGreaterThanOrEqual(400);
    const few = await startGateway({ keys: ['openai'] });
    const refused = await few.chat(ask('claude-haiku-4-5'));
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      error: { code: 'no_provider_key', message: expect.stringContaining('anthropic') },
    });
    await few.close();
  });
});
