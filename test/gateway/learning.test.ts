import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../conformance/meaning.ts';
import { anthropic } from '../conformance/providers/anthropic.ts';
import { gemini } from '../conformance/providers/gemini.ts';
import { createOpenAiChat } from '../conformance/providers/openai-chat.ts';
import { answerJson } from '../fake-answers.ts';
import { ask, type Started, startGateway } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await startGateway();
});
beforeEach(() => started.api('POST', '/routing/learning/reset'));
afterAll(() => started.close());

interface Evidence {
  model: string;
  complexity: string;
  answers: number;
  good: number;
  bad: number;
  correction: number;
}

const learned = async () => ((await started.api('GET', '/routing/learning')) as { evidence: Evidence[] }).evidence;

async function chat(body: object, headers: Record<string, string> = {}) {
  await (await started.chat(body, { headers })).text();
  const row = (await started.row()) as Awaited<ReturnType<Started['row']>> & { id: string };
  return { id: row.id, target: `${row.provider}/${row.model}`, complexity: row.complexity };
}

const feedback = (body: object, key = started.key) =>
  fetch(`${started.url}/v1/feedback`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('feedback', () => {
  it('counts against or for the model that answered; a second word takes the place of the first', async () => {
    const { id, target, complexity } = await chat(ask('auto'));
    const response = await feedback({ request_id: id, verdict: 'bad' });
    expect([response.status, await response.json()]).toEqual([200, { request_id: id, verdict: 'bad' }]);
    expect(await learned()).toEqual([{ model: target, complexity, answers: 1, good: 0, bad: 2, correction: -0.2 }]);
    await started.api('POST', '/routing/feedback', { requestId: id, verdict: 'good' });
    expect(await learned()).toMatchObject([{ good: 1, bad: 0, correction: 0 }]);
  });

  it('is refused without a key, for another client’s request, and where it makes no sense', async () => {
    const { id } = await chat(ask('auto'));
    expect((await feedback({ request_id: id, verdict: 'bad' }, 'gw_nobody')).status).toBe(401);
    const { key } = started.gateway.createKey('another');
    expect((await feedback({ request_id: id, verdict: 'bad' }, key)).status).toBe(404);
    expect((await feedback({ request_id: id, verdict: 'awful' })).status).toBe(400);
    expect((await feedback({ verdict: 'bad' })).status).toBe(400);
    expect(await learned()).toMatchObject([{ bad: 0 }]);
  });
});

describe('what tells that an answer was not good enough', () => {
  const again = { 'cache-control': 'no-cache' };

  it('is the same question asked again, and more so of a better model', async () => {
    const body = ask('auto');
    const { target } = await chat(body);
    await chat(body, again);
    expect(await learned()).toMatchObject([{ model: target, answers: 2, bad: 0.5 }]);
    await chat({ ...body, model: 'anthropic/claude-opus-4-6' }, again);
    expect((await learned()).find(({ model }) => model === target)).toMatchObject({ bad: 1.5 });
    await chat(ask('auto'));
    expect((await learned()).find(({ model }) => model === target)).toMatchObject({ bad: 1.5 });
  });

  it('is an answer that ran into a limit which the client had not set', async () => {
    const answer: Answer = { text: 'It is', stop: 'length', usage: { input: 9, output: 2 } };
    started.openai.respond(answerJson(createOpenAiChat('none').whole(answer, 'a-model')));
    started.anthropic.respond(answerJson(anthropic.whole(answer, 'a-model')));
    started.gemini.respond(answerJson(gemini.whole(answer, 'a-model')));
    const cut = await chat(ask('auto'));
    expect(await learned()).toMatchObject([{ model: cut.target, answers: 1, bad: 0.25 }]);
    await chat(ask('auto', { max_tokens: 5_000 }));
    expect((await learned()).reduce((sum, { bad }) => sum + bad, 0)).toBe(0.25);
    await started.forget();
  });

  it('is a call of a tool with what is no JSON', async () => {
    const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];
    const question = { role: 'user', content: 'Look at the file, please: broken calls.' };
    const { target } = await chat({ model: 'auto', messages: [question], tools });
    const call = { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"path": "a' } };
    const result = { role: 'tool', tool_call_id: 'call_1', content: 'The arguments are no JSON.' };
    await chat({
      model: 'auto',
      messages: [question, { role: 'assistant', content: null, tool_calls: [call] }, result],
      tools,
    });
    expect((await learned()).find(({ model }) => model === target)).toMatchObject({ bad: 1 });
  });

  it('changes what is chosen once there is enough of it, says so in the rating, and not where it is switched off', async () => {
    const { target } = await chat(ask('auto'));
    for (let count = 0; count < 8; count++) {
      const { id } = await chat(ask('auto'));
      await feedback({ request_id: id, verdict: 'bad' });
    }
    const other = await chat(ask('auto'));
    expect(other.target).not.toBe(target);
    await started.api('PATCH', '/routing/policy', { policy: { learning: false } });
    expect((await chat(ask('auto'))).target).toBe(target);
    const before = await learned();
    await chat(ask('auto'));
    expect(await learned()).toEqual(before);
    await started.api('POST', '/routing/policy/undo');
    await started.api('POST', '/routing/learning/reset');
    expect((await chat(ask('auto'))).target).toBe(target);
  });
});
