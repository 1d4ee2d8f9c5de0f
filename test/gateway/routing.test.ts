import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RoutingExplanation, RoutingPolicy } from '../../contract/index.ts';
import { post } from './clients.ts';
import { ask, type Started, startGateway } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await startGateway();
});
afterEach(() => started.api('POST', '/routing/policy/restore', { version: 0 }));
afterAll(() => started.close());

const call = async <T>(method: string, path: string, body?: object) =>
  (await started.api(method, `/routing${path}`, body)) as T;
const setPolicy = (policy: object, note = '') => call<{ version: number }>('PATCH', '/policy', { policy, note });
const decision = (id: string) => call<RoutingExplanation>('GET', `/decisions/${id}`);

const user = (content: string) => ({ role: 'user', content });
const assistant = (content: string) => ({ role: 'assistant', content });

async function chat(body: object, headers: Record<string, string> = {}) {
  const response = await started.chat(body, { headers });
  const text = await response.text();
  const { id, why, model, provider } = (await started.row()) as Awaited<ReturnType<Started['row']>> & { id: string };
  return { status: response.status, text, id, why, target: `${provider}/${model}` };
}

describe('a decision of the past', () => {
  it('is read back as it was, whatever has changed since', async () => {
    const { id, why, target } = await chat(ask('auto'));
    await setPolicy({ adequate: { balanced: { simple: 5, medium: 5, complex: 5 } } });
    const past = await decision(id);
    expect([past.why, `${past.provider}/${past.model}`, past.policyVersion]).toEqual([why, target, 0]);
    expect(past.candidates[0]).toMatchObject({ id: target, verdict: 'chosen' });
    expect(past.candidates.length).toBeGreaterThan(20);
    const now = await chat(ask('auto'));
    expect(now.target).not.toBe(target);
    expect((await decision(now.id)).policyVersion).toBeGreaterThan(0);
  });

  it('is told of a model that was asked for by name too, and of nobody who was answered from the cache', async () => {
    const body = ask('gpt-4o-2024-08-06');
    const { id } = await chat(body);
    expect(await decision(id)).toMatchObject({ model: 'gpt-4o-2024-08-06', needed: null });
    const copy = await chat(body);
    await expect(decision(copy.id)).rejects.toThrow('answered from the cache');
    await expect(decision('req_nobody')).rejects.toThrow('no request with this id');
  });
});

describe('a conversation', () => {
  const turns = [
    user('Prove that every finite group of order p^2 is abelian, step by step, and say where each lemma is needed.'),
    assistant('Let G be a group of order p^2 …'),
    user('Thanks! What is the capital of France?'),
  ];

  it('stays with its model, and says so in the same words in header, row, route and past', async () => {
    const first = await chat({ model: 'auto', messages: turns.slice(0, 1) });
    const alone = await chat({ model: 'auto', messages: turns.slice(2) });
    expect(alone.target).not.toBe(first.target);
    const route = await fetch(`${started.url}/v1/route`, {
      method: 'POST',
      headers: { authorization: `Bearer ${started.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'auto', messages: turns }),
    });
    const explained = (await route.json()) as RoutingExplanation;
    const second = await chat({ model: 'auto', messages: turns });
    expect(second.target).toBe(first.target);
    expect(second.why).toContain(`${first.target} stays with this conversation`);
    expect(explained.why).toBe(second.why);
    expect(explained.conversation).toMatchObject({ model: first.target, requests: 1, boundary: 'fresh' });
    const past = await decision(second.id);
    expect(past).toEqual({ ...explained, reasons: [] });
  });

  it('is told from others by the session that its tool names', async () => {
    const session = (id: string) => ({ 'x-session-id': id });
    const first = await chat({ model: 'auto', messages: turns.slice(0, 1), user: 'a' }, session('one'));
    const second = await chat({ model: 'auto', messages: turns, user: 'a' }, session('two'));
    expect((await decision(second.id)).conversation).toBeNull();
    const third = await chat({ model: 'auto', messages: turns, user: 'b' }, session('one'));
    expect((await decision(third.id)).conversation).toMatchObject({ model: first.target });
  });
});

describe('a conversation with signed thinking', () => {
  const thought = (maker: 'anthropic' | 'openai-responses') => ({
    type: 'thinking',
    thinking: 'A question of geography.',
    signature: maker === 'anthropic' ? 'the-proof' : `${maker}:the-proof`,
  });
  const hard =
    'This deadlocks under load with two writers and a reader: find the race condition, prove step by step that your fix removes it, derive its complexity bounds, and show why the lock order matters.';

  async function turns(name: string, maker: Parameters<typeof thought>[0]) {
    const question = { role: 'user', content: `What is the capital of France? (${name})` };
    const answered = { role: 'assistant', content: [thought(maker), { type: 'text', text: 'Paris.' }] };
    const targets: string[] = [];
    for (const messages of [[question], [question, answered, { role: 'user', content: hard }]]) {
      const body = { model: 'auto', max_tokens: 4000, messages };
      const response = await post(started, '/v1/messages', body);
      await response.text();
      expect(response.status).toBe(200);
      const { provider, model } = await started.row();
      targets.push(`${provider}/${model}`);
    }
    const { id } = await started.row();
    return { targets, conversation: (await decision(id)).conversation };
  }

  it('moves among Claude’s models at a new turn, with its thinking as it came', async () => {
    await setPolicy({
      allowed: { simple: ['anthropic/*'], medium: ['anthropic/*'], complex: ['anthropic/*', 'openai/*'] },
    });
    const { targets, conversation } = await turns('one', 'anthropic');
    expect(conversation).toMatchObject({ model: targets[0], boundary: 'boundProvider' });
    expect(targets[1]).not.toBe(targets[0]);
    expect(targets[1]).toMatch(/^anthropic\//);
    expect(String(started.anthropic.calls().at(-1)?.body)).toContain('"signature":"the-proof"');
  });

  it('stays with a model of another maker', async () => {
    await setPolicy({ allowed: { simple: ['openai/*'], medium: ['openai/*'], complex: ['openai/*'] } });
    const { targets, conversation } = await turns('two', 'openai-responses');
    expect(conversation).toMatchObject({ boundary: 'boundThinking' });
    expect(targets[1]).toBe(targets[0]);
  });
});

describe('the owner’s policy', () => {
  it('is changed, followed, undone, and kept in versions', async () => {
    const { version } = await setPolicy({ allowed: { simple: ['anthropic/*'] } }, 'only Anthropic');
    expect((await chat(ask('auto'))).target).toMatch(/^anthropic\//);
    const undone = await call<{ policy: RoutingPolicy }>('POST', '/policy/undo');
    expect(undone.policy.allowed.simple).toEqual([]);
    const { versions } = await call<{ versions: { version: number; note: string }[] }>('GET', '/policy/history');
    expect(versions.find((one) => one.version === version)?.note).toBe('only Anthropic');
    await expect(setPolicy({ thresholds: { medium: 1, complex: 0 } })).rejects.toThrow('400');
    await expect(setPolicy({ unknown: 1 })).rejects.toThrow('400');
  });

  it('routes by rules that name the client, and keeps it from providers, by name as well', async () => {
    const { keys } = (await started.api('GET', '/gateway-keys')) as { keys: { id: string }[] };
    const clients = [keys[0]?.id];
    const use = { id: 'use', name: 'Elsewhere', when: { models: ['gpt-4.1*'], clients }, use: ['claude-haiku-4-5'] };
    const never = { id: 'never', name: 'Not Google', when: { clients }, never: ['gemini'] };
    await setPolicy({ rules: [use, never] });
    expect(await chat(ask('gpt-4.1-mini'))).toMatchObject({
      target: 'anthropic/claude-haiku-4-5',
      why: expect.stringMatching(/^the rule "Elsewhere" wants claude-haiku-4-5; /),
    });
    const refused = await chat(ask('gemini-2.5-flash'));
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('the rule \\"Not Google\\"')]);
  });

  it('routes the names that a tool is built to ask for once the owner says so', async () => {
    const agent = { 'user-agent': 'codex_cli_rs/0.72.0 (Debian 12)' };
    expect((await chat(ask('gpt-5.6-sol'), agent)).target).toBe('openai/gpt-5.6-sol');
    await call('PUT', '/tools/codex', { mode: 'auto' });
    const routed = await chat(ask('gpt-5.6-sol'), agent);
    expect(routed.why).toContain('"gpt-5.6-sol" is built into codex and routed as auto; ');
    expect((await decision(routed.id)).tool).toBe('codex');
    const { tools } = await call<{ tools: { id: string; mode: string }[] }>('GET', '/tools');
    expect(tools.find(({ id }) => id === 'codex')?.mode).toBe('auto');
    await expect(call('PUT', '/tools/nothing', { mode: 'auto' })).rejects.toThrow('404');
  });
});

describe('a prompt that is tried', () => {
  it('is decided by the live policy or by another one, for any dialect, and nobody is called', async () => {
    await started.forget();
    const body = { messages: [user('What is the capital of France?')] };
    const live = await call<RoutingExplanation>('POST', '/try', { body });
    expect(live).toMatchObject({ complexity: 'simple', policyVersion: expect.any(Number) });
    const other = await call<RoutingExplanation>('POST', '/try', {
      body: { ...body, model: 'auto', max_tokens: 100 },
      dialect: 'anthropic',
      policy: { allowed: { simple: ['gemini/*'] } },
    });
    expect(other.provider).toBe('gemini');
    expect(await started.rows()).toEqual([]);
    await expect(call('POST', '/try', { body: { messages: 1 } })).rejects.toThrow('400');
  });
});
