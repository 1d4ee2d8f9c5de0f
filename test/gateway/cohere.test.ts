import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replay } from '../fake-answers.ts';
import { echo } from '../fake-echo.ts';
import { createFakeProvider, type FakeProvider } from '../fake-provider.ts';
import { ask, type Started, startGateway } from './start.ts';

const MODEL = 'command-r7b-12-2024';

let cohere: FakeProvider;
let started: Started;
beforeAll(async () => {
  cohere = await createFakeProvider({ key: 'the-key-of-cohere' });
  started = await startGateway({ baseUrls: { cohere: cohere.url } });
});
afterAll(async () => {
  await started.close();
  await cohere.close();
});

it('takes a key of Cohere once it is tried, and refuses a wrong one', async () => {
  const { id, status } = (await started.api('POST', '/provider-keys', { provider: 'cohere', key: 'a-wrong-key' })) as {
    id: string;
    status: string;
  };
  expect(status).toBe('refused');
  const replaced = await started.api('PUT', `/provider-keys/${id}`, { key: 'the-key-of-cohere' });
  expect(replaced).toMatchObject({ status: 'works' });
  const listed = await started.sdk().models.list();
  expect(listed.data.map(({ id }) => id)).toContain(`cohere/${MODEL}`);
});

describe('Cohere', () => {
  it('answers clients of Chat, whole and streamed, for what it bills', async () => {
    cohere.respond(echo);
    const reply = await started.sdk().chat.completions.create(ask(MODEL));
    expect(reply).toMatchObject({ choices: [{ message: { content: `Answer of ${MODEL}.` }, finish_reason: 'stop' }] });
    expect(reply.usage).toMatchObject({ prompt_tokens: 11, completion_tokens: 7 });
    const stream = started.sdk().chat.completions.stream({ ...ask(MODEL), stream: true });
    expect(await stream.finalContent()).toBe(`Answer of ${MODEL}.`);
    expect(cohere.calls().at(-1)).toMatchObject({ path: '/v2/chat' });
    expect(await started.row()).toMatchObject({ provider: 'cohere', status: 'ok', costKind: 'exact', inputTokens: 11 });
  });

  it('calls tools in parallel for a client of Messages, with its plan as thinking', async () => {
    cohere.respond(replay('cohere/stream-parallel-tools-reasoning-cached.1'));
    const text = await post('/v1/messages', {
      ...ask(MODEL),
      stream: true,
      max_tokens: 100,
      tools: [{ name: 'weather', input_schema: { type: 'object' } }],
    });
    expect(text.match(/"type":"tool_use"/g)).toHaveLength(2);
    expect(text).toContain('"type":"thinking_delta"');
    expect(text).toContain('"stop_reason":"tool_use"');
    expect(text.trimEnd().endsWith('data: {"type":"message_stop"}')).toBe(true);
  });

  it.each([
    ['authored/cohere/stream-mid-error', 'internal error'],
    ['authored/cohere/stream-truncated', 'complete'],
  ])('never makes a success of %s', async (fixture, words) => {
    cohere.respond(replay(fixture));
    const text = await post('/v1/chat/completions', { ...ask(MODEL), stream: true });
    expect(text).toContain(words);
    expect(text).not.toContain('[DONE]');
    expect(await started.row()).toMatchObject({ status: 'error' });
  });
});

async function post(path: string, body: object): Promise<string> {
  const response = await fetch(started.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${started.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return response.text();
}
