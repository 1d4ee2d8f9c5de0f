import Anthropic from '@anthropic-ai/sdk';
import { type Content, GoogleGenAI } from '@google/genai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerBytes, answerJson, loadFixture, replay } from '../fake-answers.ts';
import { echo, type FakeHandler } from '../fake-echo.ts';
import { createFakeProvider, type FakeProvider } from '../fake-provider.ts';
import { ask, type Started, startGateway } from './start.ts';

type Json = Record<string, unknown>;

let started: Started;
beforeAll(async () => {
  started = await startGateway();
});
beforeEach(() => started.forget());
afterAll(() => started.close());

const SCHEMA = { type: 'object', properties: {} } as const;
/** Another one each time, so that no answer comes from the cache. */
const newQuestion = (): string => ask('').messages[0]?.content ?? '';

/** A provider that thinks, calls tools, and wants the proof of its thoughts back. */
interface Thinker {
  model: string;
  fake(): FakeProvider;
  whole: FakeHandler;
  stream: FakeHandler;
  /** Proofs in the second request, in order. */
  proofsIn(body: Json): unknown[];
  proofs: string[];
}

const blocks = [
  { type: 'thinking', thinking: 'First I look.', signature: 'EqQBsignature+of+the+first/thought==' },
  { type: 'text', text: 'Let me see.' },
  { type: 'tool_use', id: 'toolu_01', name: 'look', input: {} },
  { type: 'redacted_thinking', data: 'EmwKAhgBEgyciphertext==' },
  { type: 'tool_use', id: 'toolu_02', name: 'look', input: {} },
];
const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5', stop_sequence: null };
const counts = { input_tokens: 10, output_tokens: 20 };

function streamOfBlocks(): string {
  const event = (type: string, data: Json): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
  const delta = (index: number, value: Json): string => event('content_block_delta', { index, delta: value });
  const started = blocks.map((block, index) => {
    const { thinking, signature, text, ...rest } = block as Json;
    const empty =
      block.type === 'thinking' ? { thinking: '', signature: '' } : block.type === 'text' ? { text: '' } : {};
    const said =
      block.type === 'thinking'
        ? delta(index, { type: 'thinking_delta', thinking }) + delta(index, { type: 'signature_delta', signature })
        : block.type === 'text'
          ? delta(index, { type: 'text_delta', text })
          : '';
    return (
      event('content_block_start', { index, content_block: { ...rest, ...empty } }) +
      said +
      event('content_block_stop', { index })
    );
  });
  return (
    event('message_start', { message: { ...message, content: [], stop_reason: null, usage: counts } }) +
    started.join('') +
    event('message_delta', { delta: { stop_reason: 'tool_use', stop_sequence: null }, usage: { output_tokens: 20 } }) +
    event('message_stop', {})
  );
}

const reasoned = loadFixture('openai-responses/json-tool-reasoning.1').json as { output: Json[] };
const look: Json = {
  type: 'function_call',
  id: 'fc_1',
  call_id: 'call_look',
  name: 'look',
  arguments: '{}',
  status: 'completed',
};
const response = { ...reasoned, output: [reasoned.output[0], look] };
const encrypted = String(reasoned.output[0]?.encrypted_content);
const responseStream = [
  { type: 'response.created', response: { ...response, output: [], status: 'in_progress' } },
  ...response.output.flatMap((item, index) =>
    ['added', 'done'].map((word) => ({ type: `response.output_item.${word}`, output_index: index, item })),
  ),
  { type: 'response.completed', response },
]
  .map((event, at) => `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: at })}\n\n`)
  .join('');

/** All values of a member, wherever they stand. */
function find(value: unknown, keys: readonly string[], found: unknown[] = []): unknown[] {
  if (typeof value !== 'object' || value === null) return found;
  for (const [name, inner] of Object.entries(value)) {
    if (keys.includes(name) && typeof inner === 'string' && inner !== '') found.push(inner);
    else find(inner, keys, found);
  }
  return found;
}

const geminiProof = String(find(loadFixture('gemini/json-tool-reasoning.1').json, ['thoughtSignature'])[0]);
const geminiStreamed = /"thoughtSignature": ?"([^"]+)"/.exec(
  loadFixture('gemini/stream-tool-reasoning.1').body.toString(),
)?.[1];

const THINKERS: Record<string, Thinker> = {
  Anthropic: {
    model: 'claude-sonnet-4-5',
    fake: () => started.anthropic,
    whole: answerJson({ ...message, content: blocks, stop_reason: 'tool_use', usage: counts }),
    stream: answerBytes(streamOfBlocks()),
    proofsIn: (body) => find(body, ['signature', 'data']),
    proofs: ['EqQBsignature+of+the+first/thought==', 'EmwKAhgBEgyciphertext=='],
  },
  'OpenAI Responses': {
    model: 'gpt-5-codex',
    fake: () => started.openai,
    whole: answerJson(response),
    stream: answerBytes(responseStream),
    proofsIn: (body) => find(body, ['encrypted_content']),
    proofs: [encrypted],
  },
  'Gemini 3': {
    model: 'gemini-3.1-pro-preview',
    fake: () => started.gemini,
    whole: replay('gemini/json-tool-reasoning.1'),
    stream: replay('gemini/stream-tool-reasoning.1'),
    proofsIn: (body) => find(body, ['thoughtSignature']),
    proofs: [geminiProof],
  },
};

/** A client that keeps no more of an answer than its own dialect has a place for. */
type Client = (model: string, stream: boolean, onAnswered: () => void, key?: string) => Promise<void>;

const CLIENTS: Record<string, Client> = {
  async Chat(model, stream, onAnswered, key) {
    const sdk = started.sdk(key === undefined ? {} : { apiKey: key });
    const tools = ['look', 'weather'].map((name) => ({
      type: 'function' as const,
      function: { name, parameters: SCHEMA },
    }));
    const body = { model, tools, reasoning_effort: 'medium' as const };
    const question = { role: 'user' as const, content: newQuestion() };
    const answer = stream
      ? await sdk.chat.completions.stream({ ...body, messages: [question] }).finalMessage()
      : (await sdk.chat.completions.create({ ...body, messages: [question] })).choices[0]?.message;
    onAnswered();
    const calls = answer?.tool_calls ?? [];
    await sdk.chat.completions.create({
      ...body,
      messages: [
        question,
        { role: 'assistant', content: answer?.content ?? null, tool_calls: calls },
        ...calls.map(({ id }) => ({ role: 'tool' as const, tool_call_id: id, content: 'seen' })),
      ],
    });
  },
  async Messages(model, stream, onAnswered) {
    const sdk = new Anthropic({ baseURL: started.url, apiKey: started.key, maxRetries: 0 });
    const tools = ['look', 'weather'].map((name) => ({ name, input_schema: SCHEMA }));
    const thinking = { type: 'enabled' as const, budget_tokens: 2000 };
    const body = { model, tools, thinking, max_tokens: 8000 };
    const question = { role: 'user' as const, content: newQuestion() };
    const { content } = stream
      ? await sdk.messages.stream({ ...body, messages: [question] }).finalMessage()
      : await sdk.messages.create({ ...body, messages: [question] });
    onAnswered();
    const results = content.flatMap((block) =>
      block.type === 'tool_use' ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: 'seen' }] : [],
    );
    const answer = { role: 'assistant' as const, content };
    await sdk.messages.create({ ...body, messages: [question, answer, { role: 'user', content: results }] });
  },
  async Responses(model, stream, onAnswered) {
    const sdk = started.sdk();
    const tools = ['look', 'weather'].map((name) => ({
      type: 'function' as const,
      name,
      parameters: SCHEMA,
      strict: false,
    }));
    const body = {
      model,
      tools,
      store: false,
      reasoning: { effort: 'medium' as const },
      include: ['reasoning.encrypted_content' as const],
    };
    const question = { role: 'user' as const, content: newQuestion() };
    const { output } = stream
      ? await sdk.responses.stream({ ...body, input: [question] }).finalResponse()
      : await sdk.responses.create({ ...body, input: [question] });
    onAnswered();
    const results = output.flatMap((item) =>
      item.type === 'function_call'
        ? [{ type: 'function_call_output' as const, call_id: item.call_id, output: 'seen' }]
        : [],
    );
    await sdk.responses.create({ ...body, input: [question, ...(output as []), ...results] });
  },
};

CLIENTS.Gemini = async (model, stream, onAnswered) => {
  const sdk = new GoogleGenAI({ apiKey: started.key, httpOptions: { baseUrl: started.url } });
  const functionDeclarations = ['look', 'weather'].map((name) => ({ name, parametersJsonSchema: SCHEMA }));
  const config = { tools: [{ functionDeclarations }], thinkingConfig: { thinkingBudget: 2000, includeThoughts: true } };
  const question: Content = { role: 'user', parts: [{ text: newQuestion() }] };
  const body = { model, config, contents: [question] };
  const parts: NonNullable<Content['parts']> = [];
  if (stream) {
    for await (const chunk of await sdk.models.generateContentStream(body))
      parts.push(...(chunk.candidates?.[0]?.content?.parts ?? []));
  } else parts.push(...((await sdk.models.generateContent(body)).candidates?.[0]?.content?.parts ?? []));
  onAnswered();
  const results = parts.flatMap(({ functionCall: call }) =>
    call === undefined ? [] : [{ functionResponse: { ...call, args: undefined, response: { result: 'seen' } } }],
  );
  const contents = [question, { role: 'model', parts }, { role: 'user', parts: results as Content['parts'] & object }];
  await sdk.models.generateContent({ ...body, contents });
};

const cases = Object.keys(THINKERS).flatMap((thinker) =>
  Object.keys(CLIENTS).flatMap((client) => [true, false].map((stream) => ({ thinker, client, stream }))),
);

describe('the proof of a thought goes home with the results of its calls', () => {
  it.each(cases)('$thinker, through a client of $client, streamed: $stream', async ({ thinker, client, stream }) => {
    const provider = THINKERS[thinker] as Thinker;
    provider.fake().respond(stream ? provider.stream : provider.whole);
    await (CLIENTS[client] as Client)(provider.model, stream, () => provider.fake().respond(echo));
    const [, second] = provider.fake().calls();
    const expected = thinker === 'Gemini 3' && stream ? [geminiStreamed] : provider.proofs;
    expect(provider.proofsIn(JSON.parse(String(second?.body)) as Json)).toEqual(expected);
    if (thinker === 'Anthropic') {
      const sent = JSON.parse(String(second?.body)) as { thinking: Json; messages: { content: { type: string }[] }[] };
      expect(sent.messages[1]?.content.map(({ type }) => type)).toEqual(blocks.map(({ type }) => type));
      expect(sent.thinking).toMatchObject({ type: 'enabled' });
    }
  });
});

describe('without it', () => {
  it('a turn goes on without thinking, and that is said', async () => {
    const { model } = THINKERS.Anthropic as Thinker;
    const call = { id: 'toolu_99', type: 'function', function: { name: 'look', arguments: '{}' } };
    const reply = await started.chat({
      model,
      reasoning_effort: 'high',
      tools: [{ type: 'function', function: { name: 'look', parameters: SCHEMA } }],
      messages: [
        { role: 'user', content: newQuestion() },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'toolu_99', content: 'seen' },
      ],
    });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('x-gateway-losses')).toContain('thinking is off for this turn');
    expect(String(started.anthropic.calls()[0]?.body)).not.toContain('"thinking"');
  });

  it('another gateway key gets nothing of it', async () => {
    const { model, whole } = THINKERS.Anthropic as Thinker;
    const other = started.gateway.createKey('other').key;
    started.anthropic.respond(whole);
    const tools = [{ type: 'function', function: { name: 'look', parameters: SCHEMA } }];
    const asked = { model, tools, reasoning_effort: 'medium' };
    await (await started.chat({ ...asked, messages: [{ role: 'user', content: newQuestion() }] })).text();
    started.anthropic.respond(echo);
    const messages = [
      { role: 'user', content: newQuestion() },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'toolu_01', type: 'function', function: { name: 'look', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'toolu_01', content: 'seen' },
    ];
    await (await started.chat({ ...asked, messages }, { key: other })).text();
    expect(String(started.anthropic.calls()[1]?.body)).not.toContain('signature');
    await (await started.chat({ ...asked, messages })).text();
    expect(String(started.anthropic.calls()[2]?.body)).toContain('"signature":"EqQBsignature');
  });
});

describe('DeepSeek, which refuses a turn without its reasoning', () => {
  let deepseek: FakeProvider;
  let own: Started;
  beforeAll(async () => {
    deepseek = await createFakeProvider();
    own = await startGateway({ baseUrls: { deepseek: deepseek.url } });
    await own.api('POST', '/provider-keys', { provider: 'deepseek', key: 'a-key-of-deepseek' });
  });
  afterAll(async () => {
    await own.close();
    await deepseek.close();
  });

  it.each([true, false])('gets it back from a Chat client that dropped it (streamed: %s)', async (stream) => {
    const fixture = stream ? 'deepseek/stream-tool-reasoning-cached.1' : 'deepseek/json-tool-reasoning-cached.1';
    deepseek.respond(replay(fixture));
    deepseek.requests.length = 0;
    const body = {
      model: 'deepseek-v4-pro',
      tools: [{ type: 'function' as const, function: { name: 'weather', parameters: SCHEMA } }],
    };
    const question = { role: 'user' as const, content: newQuestion() };
    const sdk = own.sdk();
    const answer = stream
      ? await sdk.chat.completions.stream({ ...body, messages: [question] }).finalMessage()
      : (await sdk.chat.completions.create({ ...body, messages: [question] })).choices[0]?.message;
    deepseek.respond(echo);
    const calls = answer?.tool_calls ?? [];
    const results = calls.map(({ id }) => ({ role: 'tool' as const, tool_call_id: id, content: 'seen' }));
    const said = { role: 'assistant' as const, content: answer?.content ?? null, tool_calls: calls };
    await sdk.chat.completions.create({ ...body, messages: [question, said, ...results] });
    const [first, second] = deepseek.calls().map((call) => JSON.parse(String(call.body)) as { messages: Json[] });
    expect(first).not.toHaveProperty('thinking');
    expect(second).not.toHaveProperty('thinking');
    expect(second?.messages[1]).toMatchObject({ role: 'assistant', reasoning_content: expect.stringMatching(/\w{3}/) });
  });

  it('does not think for a turn whose reasoning nobody has', async () => {
    deepseek.respond(echo);
    deepseek.requests.length = 0;
    const call = { id: 'call_unheard', type: 'function', function: { name: 'weather', arguments: '{}' } };
    const messages = [
      { role: 'user', content: newQuestion() },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'call_unheard', content: 'seen' },
    ];
    const response = await own.chat({ model: 'deepseek-v4-pro', messages });
    expect(response.headers.get('x-gateway-losses')).toContain('the reasoning of an earlier call is missing');
    expect(JSON.parse(String(deepseek.calls()[0]?.body))).toMatchObject({ thinking: { type: 'disabled' } });
  });
});

it('another provider never sees it', async () => {
  const { whole } = THINKERS.Anthropic as Thinker;
  started.anthropic.respond(whole);
  const sdk = new Anthropic({ baseURL: started.url, apiKey: started.key, maxRetries: 0 });
  const tools = [{ name: 'look', input_schema: SCHEMA }];
  const question = { role: 'user' as const, content: newQuestion() };
  const { content } = await sdk.messages.create({
    model: 'claude-sonnet-4-5',
    max_tokens: 8000,
    tools,
    messages: [question],
  });
  const results = ['toolu_01', 'toolu_02'].map((id) => ({
    type: 'tool_result' as const,
    tool_use_id: id,
    content: 'seen',
  }));
  const messages = [question, { role: 'assistant' as const, content }, { role: 'user' as const, content: results }];
  for (const model of ['gemini-3.1-pro-preview', 'gpt-5-codex', 'gpt-4.1'])
    await sdk.messages.create({ model, max_tokens: 8000, tools, messages });
  const bodies = [...started.gemini.calls(), ...started.openai.calls()].map(({ body }) => String(body));
  expect(bodies).toHaveLength(3);
  for (const body of bodies) expect(body).not.toMatch(/EqQBsignature|EmwKAhgB/);
  const rows = await started.rows();
  for (const { losses } of rows.slice(0, 3)) expect(JSON.stringify(losses)).toMatch(/signature|reasoning|thinking/);
});
