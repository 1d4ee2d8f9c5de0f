import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerJson } from '../fake-answers.ts';
import { echo, type FakeHandler } from '../fake-echo.ts';
import { createFakeProvider, type FakeProvider } from '../fake-provider.ts';
import { post } from './clients.ts';
import { ask, type Started, startGateway } from './start.ts';

type Json = Record<string, unknown>;

let started: Started;
let custom: FakeProvider;
beforeAll(async () => {
  started = await startGateway({ settings: { retryAfterMaxMs: 0 } });
  custom = await createFakeProvider();
  await started.api('POST', '/providers', {
    id: 'mine',
    baseUrl: custom.url,
    dialect: 'anthropic',
    key: 'a-custom-key',
  });
});
beforeEach(async () => {
  custom.requests.length = 0;
  custom.respond(echo);
  await started.forget();
});
afterAll(async () => {
  await started.close();
  await custom.close();
});

const sentTo = (fake: FakeProvider): Json[] => fake.calls().map(({ body }) => JSON.parse(String(body)) as Json);

/** Refuses what holds one of the words, in the provider's own words, and answers everything else. */
const refusing =
  (refused: (body: Json) => boolean, error: Json): FakeHandler =>
  (request, response) =>
    refused(JSON.parse(String(request.body)) as Json)
      ? answerJson(error, 400)(request, response)
      : echo(request, response);

const holds =
  (word: string) =>
  (body: Json): boolean =>
    JSON.stringify(body).includes(word);

const anthropicError = (message: string): Json => ({
  type: 'error',
  error: { type: 'invalid_request_error', message },
});
const openaiError = (code: string, message: string): Json => ({
  error: { message, type: 'invalid_request_error', param: null, code },
});
const geminiError = (message: string): Json => ({ error: { code: 400, message, status: 'INVALID_ARGUMENT' } });

const question = (): string => ask('').messages[0]?.content ?? '';
const SCHEMA = { type: 'object', properties: {} };

/** A turn of Messages in the middle of a loop of tools. `thought` stands before the call. */
function messagesTurn(model: string, thought: Json[], more: Json = {}): Json {
  return {
    model,
    max_tokens: 8000,
    thinking: { type: 'enabled', budget_tokens: 2000 },
    tools: [{ name: 'look', input_schema: SCHEMA }],
    messages: [
      { role: 'user', content: question() },
      { role: 'assistant', content: [...thought, { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'seen' }] },
    ],
    ...more,
  };
}

const thoughtBy = (signature: string): Json => ({ type: 'thinking', thinking: 'First I look.', signature });

describe('a signature of another provider of the same dialect', () => {
  const INVALID = anthropicError('messages.1.content.0: Invalid `signature` in `thinking` block');

  it('goes nowhere once it is refused: the turn goes on without thinking, and that is said', async () => {
    const thought = thoughtBy('signature-by-mine');
    const mine = messagesTurn('mine/claude', [thought]);
    expect((await post(started, '/v1/messages', mine)).status).toBe(200);
    expect(JSON.stringify(sentTo(custom)[0])).toContain('signature-by-mine');

    started.anthropic.respond(refusing(holds('signature-by-mine'), INVALID));
    const turn = messagesTurn('claude-sonnet-4-5', [thought]);
    const response = await post(started, '/v1/messages', turn);
    expect(response.status).toBe(200);
    const losses = response.headers.get('x-gateway-losses');
    expect(losses).toContain('Anthropic refuses their proofs: thoughts were left out');
    expect(losses).toContain('thinking is off for this turn');
    const [first, second] = sentTo(started.anthropic);
    expect(first).toEqual({ ...turn, model: 'claude-sonnet-4-5' });
    expect(second).not.toHaveProperty('thinking');
    expect(second?.messages).toMatchObject([{}, { content: [{ type: 'tool_use', id: 'toolu_1' }] }, {}]);
    expect(await started.row()).toMatchObject({ status: 'ok', retries: 1, fallbacks: 0 });
  });

  it('is not sent there a second time, while it still goes to its maker', async () => {
    started.anthropic.respond(refusing(holds('signature-by-mine'), INVALID));
    const response = await post(
      started,
      '/v1/messages',
      messagesTurn('claude-sonnet-4-5', [thoughtBy('signature-by-mine')]),
    );
    expect(response.status).toBe(200);
    expect(sentTo(started.anthropic)).toHaveLength(1);
    expect(response.headers.get('x-gateway-losses')).toContain('refuses their proofs');
    await post(started, '/v1/messages', messagesTurn('mine/claude', [thoughtBy('signature-by-mine')]));
    expect(JSON.stringify(sentTo(custom))).toContain('signature-by-mine');
  });

  it('is left out where only it was refused: what the provider signed itself stays', async () => {
    started.anthropic.respond(refusing(holds('signature-by-mine'), INVALID));
    const turn = messagesTurn('claude-sonnet-4-5', [thoughtBy('signature-by-anthropic')]);
    const before = [
      { role: 'user', content: question() },
      { role: 'assistant', content: [thoughtBy('signature-by-mine'), { type: 'text', text: 'Well.' }] },
    ];
    const messages = [...before, ...(turn.messages as Json[])];
    expect((await post(started, '/v1/messages', { ...turn, messages })).status).toBe(200);
    const [sent] = sentTo(started.anthropic);
    expect(JSON.stringify(sent)).toContain('signature-by-anthropic');
    expect(JSON.stringify(sent)).not.toContain('signature-by-mine');
    expect(sent).toMatchObject({ thinking: { type: 'enabled', budget_tokens: 2000 } });
  });

  it('that a client of Responses carries home is treated alike', async () => {
    started.anthropic.respond(refusing(holds('carried-by-responses'), INVALID));
    const input = [
      { role: 'user', content: question() },
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'anthropic:carried-by-responses' },
      { type: 'function_call', call_id: 'toolu_1', name: 'look', arguments: '{}' },
      { type: 'function_call_output', call_id: 'toolu_1', output: 'seen' },
    ];
    const tools = [{ type: 'function', name: 'look', parameters: SCHEMA, strict: false }];
    const body = { model: 'claude-sonnet-4-5', input, tools, reasoning: { effort: 'high' } };
    const response = await post(started, '/v1/responses', body);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-gateway-losses')).toContain('refuses their proofs');
    const [first, second] = sentTo(started.anthropic);
    expect([holds('carried-by')(first ?? {}), holds('carried-by')(second ?? {})]).toEqual([true, false]);
  });
});

describe('a history without the proofs that are wanted', () => {
  it('is no error for a client of Messages: thinking is off for the turn', async () => {
    const message =
      'messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is enabled, a final `assistant` message must start with a thinking block.';
    started.anthropic.respond(refusing((body) => body.thinking !== undefined, anthropicError(message)));
    const response = await post(started, '/v1/messages', messagesTurn('claude-sonnet-4-5', []));
    expect(response.status).toBe(200);
    expect(response.headers.get('x-gateway-losses')).toContain('thinking is off for this turn');
    expect(await started.row()).toMatchObject({ status: 'ok', retries: 1 });
  });

  it('takes back the wish to clear old thoughts, which wants thinking', async () => {
    const clearing = { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] };
    const both = { edits: [...clearing.edits, { type: 'clear_tool_uses_20250919' }] };
    const refused = 'messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`.';
    started.anthropic.respond(refusing((body) => body.thinking !== undefined, anthropicError(refused)));
    for (const context_management of [clearing, both]) {
      const turn = messagesTurn('claude-sonnet-4-5', [], { context_management });
      expect((await post(started, '/v1/messages', turn)).status).toBe(200);
    }
    const [, first, , second] = sentTo(started.anthropic);
    expect([first?.context_management, second?.context_management]).toEqual([
      undefined,
      { edits: both.edits.slice(1) },
    ]);
    expect((await started.row()).losses).toContainEqual({ field: 'context_management', why: expect.any(String) });
  });

  it.each([
    ['of no Gemini', undefined, 'Function call is missing a thought_signature in functionCall parts.'],
    ['of another model', 'c2lnbmF0dXJlLW9mLWFub3RoZXI=', 'Corrupted thought signature.'],
    [
      'of another account',
      'c2lnbmF0dXJlLW9mLWFjY291bnQ=',
      'Unable to submit request because Thought signature is not valid.',
    ],
  ])('is none for a client of Gemini with calls %s', async (_, thoughtSignature, message) => {
    const skips = holds('skip_thought_signature_validator');
    started.gemini.respond(refusing((body) => !skips(body), geminiError(message)));
    const contents = [
      { role: 'user', parts: [{ text: question() }] },
      {
        role: 'model',
        parts: [{ functionCall: { name: 'look', args: {} }, ...(thoughtSignature && { thoughtSignature }) }],
      },
      { role: 'user', parts: [{ functionResponse: { name: 'look', response: { result: 'seen' } } }] },
    ];
    const tools = [{ functionDeclarations: [{ name: 'look' }] }];
    const path = '/v1beta/models/gemini-3.1-pro-preview:generateContent';
    const response = await post(started, path, { contents, tools });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-gateway-losses')).toContain('the word that skips its check');
    const [first, second] = sentTo(started.gemini);
    expect(first).toEqual({ contents, tools });
    expect(holds(String(thoughtSignature))(second ?? {})).toBe(false);
    expect(await started.row()).toMatchObject({ status: 'ok', retries: 1 });
  });

  it.each([
    ['cannot decrypt', 'invalid_encrypted_content', 'The encrypted content gAAA...9Q== could not be verified.'],
    [
      'never stored',
      'invalid_request_error',
      "Item with id 'rs_1' not found. Items are not persisted when `store` is set to false.",
    ],
  ])('is none for a client of Responses with reasoning that OpenAI %s', async (_, code, message) => {
    started.openai.respond(refusing(holds('"reasoning","'), openaiError(code, message)));
    const input = [
      { role: 'user', content: question() },
      { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: `gAAAAABof-${code}` },
      { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'look', arguments: '{}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'seen' },
    ];
    const tools = [{ type: 'function', name: 'look', parameters: SCHEMA, strict: false }];
    const model = code === 'invalid_encrypted_content' ? 'gpt-5-codex' : 'o3';
    const response = await post(started, '/v1/responses', { model, input, tools, store: false });
    expect(response.status).toBe(200);
    const [, second] = sentTo(started.openai);
    expect((second?.input as Json[] | undefined)?.map(({ type }) => type)).toEqual([
      'message',
      'function_call',
      'function_call_output',
    ]);
    expect(response.headers.get('x-gateway-losses')).toContain('OpenAI refuses their proofs');
  });
});

describe('a provider of one’s own that wants reasoning back in words', () => {
  const MISSING = openaiError(
    'invalid_request_error',
    'The `reasoning_content` in the thinking mode must be passed back to the API.',
  );
  let kimi: FakeProvider;
  beforeAll(async () => {
    kimi = await createFakeProvider();
    await started.api('POST', '/providers', {
      id: 'kimi',
      baseUrl: kimi.url,
      dialect: 'openai-chat',
      key: 'a-key-of-kimi',
    });
  });
  afterAll(() => kimi.close());

  const thinks = (body: Json): boolean => (body.thinking as { type?: string } | undefined)?.type !== 'disabled';

  it.each([
    [
      '/v1/chat/completions',
      (model: string) => ({
        model,
        thinking: { type: 'enabled' },
        tools: [{ type: 'function', function: { name: 'look', parameters: SCHEMA } }],
        messages: [
          { role: 'user', content: question() },
          {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'c', type: 'function', function: { name: 'look', arguments: '{}' } }],
          },
          { role: 'tool', tool_call_id: 'c', content: 'seen' },
        ],
      }),
    ],
    ['/v1/messages', (model: string) => messagesTurn(model, [])],
  ] as [string, (model: string) => Json][])(
    'is asked again without thinking, by a client of %s',
    async (path, turn) => {
      kimi.requests.length = 0;
      kimi.respond(refusing(thinks, MISSING));
      const response = await post(started, path, turn('kimi/kimi-k2-thinking'));
      expect(response.status).toBe(200);
      expect(response.headers.get('x-gateway-losses')).toContain('thinking is off for this turn: reasoning');
      expect(
        sentTo(kimi)
          .map(({ thinking }) => (thinking as { type?: string } | undefined)?.type)
          .at(-1),
      ).toBe('disabled');
      expect(kimi.calls()).toHaveLength(2);
      expect(await started.row()).toMatchObject({ status: 'ok', provider: 'kimi', retries: 1 });
    },
  );
});

describe('a refusal of something else', () => {
  it('is told as it came, after one call', async () => {
    started.anthropic.respond(answerJson(anthropicError('messages.1.content.0: thinking is nice, but no.'), 400));
    const response = await post(started, '/v1/messages', messagesTurn('claude-sonnet-4-5', [thoughtBy('a-signature')]));
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('but no.')]);
    expect(started.anthropic.calls()).toHaveLength(1);
  });

  it('that stays what it is without proofs is told after the second call', async () => {
    started.anthropic.respond(
      answerJson(anthropicError('messages.1.content.0: Invalid `signature` in `thinking` block'), 400),
    );
    const response = await post(
      started,
      '/v1/messages',
      messagesTurn('claude-sonnet-4-5', [thoughtBy('another-signature')]),
    );
    expect([response.status, started.anthropic.calls().length]).toEqual([400, 2]);
  });
});
