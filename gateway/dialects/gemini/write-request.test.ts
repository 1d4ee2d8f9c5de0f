import { describe, expect, it } from 'vitest';
import type { ChatRequest, JsonObject, Message, Part } from '../../chat.ts';
import { GatewayError } from '../../errors.ts';
import type { TargetModel } from '../dialect.ts';
import { gemini } from './index.ts';

const FLASH: TargetModel = { name: 'gemini-2.5-flash' };
const NEWEST: TargetModel = { name: 'gemini-3-flash-preview' };

const text = (words: string): Part => ({ type: 'text', text: words });
const user = (...parts: Part[]): Message => ({ role: 'user', parts });
const call = (id: string, name: string, input = '{}'): Part => ({
  type: 'toolCall',
  id,
  name,
  input,
  kind: 'function',
});
const result = (id: string, ...parts: Part[]): Message => ({
  role: 'tool',
  parts: [{ type: 'toolResult', id, parts }],
});

function chat(fields: Partial<ChatRequest> = {}): ChatRequest {
  return {
    dialect: 'openai-chat',
    model: 'm',
    messages: [user(text('hi'))],
    tools: [],
    stream: false,
    streamUsage: false,
    ...fields,
  };
}

function write(
  fields: Partial<ChatRequest>,
  target = FLASH,
): { path: string; body: JsonObject; losses: string[]; config: unknown } {
  const { path, body, losses } = gemini.writeRequest(chat(fields), target);
  return { path, body, losses: losses.map(({ field }) => field), config: body.generationConfig };
}

function refusedField(fields: Partial<ChatRequest>, target = FLASH): string | undefined {
  try {
    write(fields, target);
  } catch (error) {
    return error instanceof GatewayError ? error.field : 'another error';
  }
  return undefined;
}

describe('the path of a Gemini call', () => {
  it.each([
    ['gemini-2.5-flash', false, '/models/gemini-2.5-flash:generateContent'],
    ['models/gemini-2.5-flash', true, '/models/gemini-2.5-flash:streamGenerateContent?alt=sse'],
    ['tunedModels/mine', false, '/tunedModels/mine:generateContent'],
    ['google/../../x?y', false, '/models/google%2F..%2F..%2Fx%3Fy:generateContent'],
  ])('of %s, streaming %s, is %s', (name, stream, path) => {
    expect(write({ stream }, { name }).path).toBe(path);
  });
});

describe('the turns of a conversation', () => {
  it('start with the system text apart, and go on by turns', () => {
    const { body, losses } = write({
      messages: [
        { role: 'system', parts: [text('one')] },
        { role: 'developer', parts: [text('two')] },
        user(text('a')),
        user(text('b')),
        { role: 'assistant', parts: [text('c')] },
        { role: 'assistant', parts: [text('d')] },
        user(text('e')),
      ],
    });
    expect(body.systemInstruction).toEqual({ parts: [{ text: 'one' }, { text: 'two' }] });
    expect(body.contents).toEqual([
      { role: 'user', parts: [{ text: 'a' }, { text: 'b' }] },
      { role: 'model', parts: [{ text: 'c' }, { text: 'd' }] },
      { role: 'user', parts: [{ text: 'e' }] },
    ]);
    expect(losses).toEqual([]);
  });

  it('keep a later system message in its place as user text, and say so', () => {
    const { body, losses } = write({ messages: [user(text('a')), { role: 'system', parts: [text('late')] }] });
    expect(body.contents).toEqual([{ role: 'user', parts: [{ text: 'a' }, { text: 'late' }] }]);
    expect(losses).toEqual(['messages[].role']);
  });

  it('make a user turn of a system text that stands alone', () => {
    const { body, losses } = write({ messages: [{ role: 'system', parts: [text('all')] }] });
    expect(body).toEqual({ contents: [{ role: 'user', parts: [{ text: 'all' }] }] });
    expect(losses).toEqual(['messages[].role']);
  });

  it('close the gap that an answer of another provider’s reasoning leaves', () => {
    const { body, losses } = write({
      messages: [user(text('a')), { role: 'assistant', parts: [{ type: 'thinking', text: 'hm' }] }, user(text('b'))],
    });
    expect(body.contents).toEqual([{ role: 'user', parts: [{ text: 'a' }, { text: 'b' }] }]);
    expect(losses).toEqual(['messages[].thinking']);
  });

  it('report names, cache marks and fields of other dialects once each', () => {
    const message: Message = {
      role: 'user',
      name: 'ann',
      parts: [{ ...text('a'), cache: {}, extra: { dialect: 'anthropic', fields: { citations: {} } } } as Part],
      extra: { dialect: 'openai-chat', fields: { audio: {} } },
    };
    expect(write({ messages: [message, message] }).losses).toEqual([
      'messages[].audio',
      'messages[].name',
      'messages[].citations',
      'cache_control',
    ]);
  });
});

describe('parallel tool results', () => {
  const asked: Message[] = [
    user(text('go')),
    { role: 'assistant', parts: [call('1', 'a', '{"x":1}'), call('2', 'b')] },
  ];

  it('stand in one user content, named, in the order of the calls, before anything else', () => {
    const { body } = write({
      messages: [...asked, result('2', text('{"deg":3}')), result('1', text('warm')), user(text('so?'))],
    });
    expect(body.contents).toEqual([
      { role: 'user', parts: [{ text: 'go' }] },
      {
        role: 'model',
        parts: [
          { functionCall: { id: '1', name: 'a', args: { x: 1 } } },
          { functionCall: { id: '2', name: 'b', args: {} } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { id: '1', name: 'a', response: { result: 'warm' } } },
          { functionResponse: { id: '2', name: 'b', response: { deg: 3 } } },
          { text: 'so?' },
        ],
      },
    ]);
  });

  it('are refused where one is missing, or answers nothing', () => {
    expect(refusedField({ messages: [...asked, result('1', text('warm'))] })).toBe('messages[2]');
    expect(refusedField({ messages: [...asked, user(text('never mind'))] })).toBe('messages[2]');
    expect(refusedField({ messages: [user(text('a')), result('9', text('x'))] })).toBe('messages[1]');
    expect(refusedField({ messages: asked })).toBeUndefined();
  });

  it('tell failures, several texts and big numbers without changing them', () => {
    const response = (isError: boolean, ...parts: Part[]): unknown => {
      const { body } = write({
        messages: [
          { role: 'assistant', parts: [call('1', 'a')] },
          { role: 'tool', parts: [{ type: 'toolResult', id: '1', parts, isError }] },
        ],
      });
      const [, turn] = body.contents as { parts: { functionResponse: { response: unknown } }[] }[];
      return turn?.parts[0]?.functionResponse.response;
    };
    expect(response(true, text('{"a":1}'))).toEqual({ error: '{"a":1}' });
    expect(response(false, text('a'), text('b'))).toEqual({ result: ['a', 'b'] });
    expect(response(false, text('{"id":12345678901234567890}'))).toEqual({ result: '{"id":12345678901234567890}' });
    expect(response(false, text('[1]'))).toEqual({ result: '[1]' });
    expect(response(false, text('{broken'))).toEqual({ result: '{broken' });
    expect(response(false, text('{"a":"\uE0F0mark"}'))).toEqual({ result: '{"a":"\uE0F0mark"}' });
    expect(response(false)).toEqual({});
  });

  it('are objects where they are JSON: short ones of any client, and of its own clients long ones too', () => {
    const response = (dialect: ChatRequest['dialect'], value: object): unknown => {
      const { body } = write({
        dialect,
        messages: [...asked, result('2', text('b')), result('1', text(JSON.stringify(value)))],
      });
      const turn = (body.contents as { parts: { functionResponse?: { response: unknown } }[] }[]).at(-1);
      return turn?.parts[0]?.functionResponse?.response;
    };
    const short = { found: 'a few words' };
    const long = { found: 'a few words '.repeat(200) };
    expect(response('openai-chat', short)).toEqual(short);
    expect(response('openai-chat', long)).toEqual({ result: JSON.stringify(long) });
    expect(response('gemini', long)).toEqual(long);
  });

  it('hold their images inside from Gemini 3 on, and after all results before', () => {
    const image: Part = { type: 'media', kind: 'image', mime: 'image/png', source: { from: 'base64', data: 'AA' } };
    const messages = [...asked, result('1', text('see'), image), result('2', text('b'))];
    const parts = (target: TargetModel): JsonObject[] =>
      (write({ messages }, target).body.contents as { parts: JsonObject[] }[])[2]?.parts ?? [];
    const inline = { inlineData: { mimeType: 'image/png', data: 'AA' } };
    expect(parts(NEWEST)).toHaveLength(2);
    expect(parts(NEWEST)[0]).toEqual({
      functionResponse: { id: '1', name: 'a', response: { result: 'see' }, parts: [inline] },
    });
    expect(parts(FLASH)).toHaveLength(3);
    expect(parts(FLASH)[2]).toEqual(inline);
  });

  it('put arguments that are no object into one, and say so', () => {
    const { body, losses } = write({
      messages: [{ role: 'assistant', parts: [call('1', 'a', 'oops'), call('2', 'b', ' ')] }],
    });
    const [turn] = body.contents as { parts: { functionCall: JsonObject }[] }[];
    expect(turn?.parts.map(({ functionCall }) => functionCall.args)).toEqual([{ input: 'oops' }, {}]);
    expect(losses).toEqual(['messages[].arguments']);
  });
});

describe('thought signatures', () => {
  function turnWith(part: Part, target = NEWEST): { part: JsonObject | undefined; losses: string[] } {
    const { body, losses } = write(
      { messages: [user(text('a')), { role: 'assistant', parts: [part, call('2', 'b')] }] },
      target,
    );
    const [, turn] = body.contents as { parts: JsonObject[] }[];
    return { part: turn?.parts[0], losses };
  }

  it('go back on the call that carried them', () => {
    const signed: Part = { ...call('1', 'a'), signature: { by: 'gemini', value: 'S' } } as Part;
    expect(turnWith(signed)).toEqual({
      part: { functionCall: { id: '1', name: 'a', args: {} }, thoughtSignature: 'S' },
      losses: [],
    });
  });

  it('are replaced on the first call of a turn from Gemini 3 on, where Gemini made none', () => {
    const foreign: Part = { ...call('1', 'a'), signature: { by: 'anthropic', value: 'S' } } as Part;
    const { part, losses } = turnWith(foreign);
    expect(part?.thoughtSignature).toBe('skip_thought_signature_validator');
    expect(losses).toEqual(['messages[].signature', 'messages[].thoughtSignature']);
    expect(turnWith(call('1', 'a'), FLASH)).toMatchObject({ part: { functionCall: { id: '1' } }, losses: [] });
    expect(turnWith(call('1', 'a'), FLASH).part?.thoughtSignature).toBeUndefined();
  });

  it('of other providers are dropped with their reasoning, and said', () => {
    const { part, losses } = turnWith(
      { type: 'thinking', text: 'hm', signature: { by: 'anthropic', value: 'S' } },
      FLASH,
    );
    expect(part?.text).toBeUndefined();
    expect(losses).toEqual(['messages[].thinking']);
  });

  it('of visible text join the text again, and of thoughts stay on them', () => {
    const signature = { by: 'gemini', value: 'S' } as const;
    const { body } = write({
      messages: [
        user(text('a')),
        {
          role: 'assistant',
          parts: [{ type: 'thinking', text: 'hm', signature }, text('b'), { type: 'thinking', text: '', signature }],
        },
        user(text('c')),
        { role: 'assistant', parts: [{ type: 'thinking', text: '', signature }] },
      ],
    });
    const [, first, , second] = body.contents as { parts: unknown }[];
    expect(first?.parts).toEqual([
      { text: 'hm', thought: true, thoughtSignature: 'S' },
      { text: 'b', thoughtSignature: 'S' },
    ]);
    expect(second?.parts).toEqual([{ text: '', thoughtSignature: 'S' }]);
  });
});

describe('media', () => {
  const image = (source: Extract<Part, { type: 'media' }>['source'], more: object = {}): Message[] => [
    user({ type: 'media', kind: 'image', source, ...more } as Part),
  ];
  const partOf = (messages: Message[], target = FLASH): unknown =>
    (write({ messages }, target).body.contents as { parts: unknown[] }[])[0]?.parts[0];

  it('goes inline with its own type, or the one its first characters show', () => {
    expect(partOf(image({ from: 'base64', data: 'AA' }, { mime: 'image/webp' }))).toEqual({
      inlineData: { mimeType: 'image/webp', data: 'AA' },
    });
    expect(partOf(image({ from: 'base64', data: '/9j/AA' }))).toEqual({
      inlineData: { mimeType: 'image/jpeg', data: '/9j/AA' },
    });
    expect(partOf(image({ from: 'base64', data: 'AA' }))).toEqual({
      inlineData: { mimeType: 'image/png', data: 'AA' },
    });
    expect(partOf(image({ from: 'text', text: 'words' }))).toEqual({ text: 'words' });
  });

  it('goes by address where the model fetches it, and is refused by name where not', () => {
    const url = 'https://example.com/cat.JPG?x=1';
    expect(partOf(image({ from: 'url', url }))).toEqual({ fileData: { fileUri: url, mimeType: 'image/jpeg' } });
    expect(partOf(image({ from: 'url', url: 'https://example.com/cat' }))).toEqual({
      fileData: { fileUri: 'https://example.com/cat' },
    });
    expect(refusedField({ messages: image({ from: 'url', url }) }, { name: 'gemini-2.0-flash' })).toBe('messages[]');
    expect(refusedField({ messages: image({ from: 'url', url: 'http://10.0.0.1/a.png' }) })).toBe('messages[]');
  });

  it('that lies with a provider goes to that provider alone', () => {
    expect(partOf(image({ from: 'file', id: 'gs://b/a', by: 'gemini' }, { mime: 'image/png' }))).toEqual({
      fileData: { fileUri: 'gs://b/a', mimeType: 'image/png' },
    });
    expect(partOf(image({ from: 'file', id: 'gs://b/a', by: 'gemini' }))).toEqual({
      fileData: { fileUri: 'gs://b/a' },
    });
    expect(refusedField({ messages: image({ from: 'file', id: 'file_1', by: 'anthropic' }) })).toBe('messages[]');
  });

  it('loses its detail', () => {
    expect(write({ messages: image({ from: 'base64', data: 'AA' }, { detail: 'low' }) }).losses).toEqual([
      'messages[].detail',
    ]);
    expect(write({ messages: image({ from: 'base64', data: 'AA' }, { detail: 'auto' }) }).losses).toEqual([]);
  });
});

describe('other parts', () => {
  it('of the answer are written as text or reported', () => {
    const { body, losses } = write({
      messages: [
        {
          role: 'assistant',
          parts: [
            { type: 'refusal', text: 'no' },
            { type: 'opaque', dialect: 'anthropic', label: 'server_tool_use', value: {} },
          ],
        },
      ],
    });
    expect(body.contents).toEqual([{ role: 'model', parts: [{ text: 'no' }] }]);
    expect(losses).toEqual(['messages[].refusal', 'messages[].server_tool_use']);
  });
});

describe('settings', () => {
  it('go under Gemini’s names', () => {
    const { config, losses } = write({
      temperature: 0.3,
      topP: 0.8,
      topK: 20,
      seed: 7,
      stop: ['a'],
      maxOutputTokens: 10,
      count: 2,
      frequencyPenalty: 0.1,
      presencePenalty: 0.2,
      logprobs: { top: 30 },
      format: { type: 'json' },
    });
    expect(config).toEqual({
      temperature: 0.3,
      topP: 0.8,
      topK: 20,
      seed: 7,
      stopSequences: ['a'],
      maxOutputTokens: 10,
      candidateCount: 2,
      frequencyPenalty: 0.1,
      presencePenalty: 0.2,
      responseLogprobs: true,
      logprobs: 20,
      responseMimeType: 'application/json',
    });
    expect(losses).toEqual([]);
  });

  it('that Gemini or the model does not take are losses', () => {
    const { config, losses } = write(
      {
        temperature: 1,
        seed: 2 ** 40,
        stop: ['1', '2', '3', '4', '5', '6'],
        maxOutputTokens: 100,
        user: 'ann',
        verbosity: 'low',
        serviceTier: 'scale',
        extra: { dialect: 'openai-chat', fields: { logit_bias: {} } },
        count: 1,
      },
      { ...FLASH, sampling: false, maxOutputTokens: 64 },
    );
    expect(config).toEqual({ maxOutputTokens: 64, stopSequences: ['1', '2', '3', '4', '5'] });
    expect(losses).toEqual([
      'logit_bias',
      'temperature',
      'seed',
      'max_tokens',
      'stop',
      'service_tier',
      'user',
      'verbosity',
    ]);
  });

  it('give tiers that Gemini has, and none for the default', () => {
    expect(write({ serviceTier: 'flex' }).body.serviceTier).toBe('flex');
    expect(write({ serviceTier: 'auto' }).body).not.toHaveProperty('serviceTier');
  });

  it('carry a schema, cut to the subset', () => {
    const schema = { type: 'object', properties: { a: { type: 'integer', exclusiveMinimum: 0, multipleOf: 2 } } };
    const { config, losses } = write({ format: { type: 'schema', schema } });
    expect(config).toEqual({
      responseMimeType: 'application/json',
      responseJsonSchema: { type: 'object', properties: { a: { type: 'integer', minimum: 1 } } },
    });
    expect(losses).toEqual(['response_format.json_schema.schema']);
  });

  it('drop a format next to tools before Gemini 3', () => {
    const fields: Partial<ChatRequest> = { format: { type: 'json' }, tools: [{ kind: 'function', name: 'a' }] };
    expect(write(fields).losses).toEqual(['response_format']);
    expect(write(fields, NEWEST)).toMatchObject({ losses: [], config: { responseMimeType: 'application/json' } });
  });

  it('of a Gemini client that the hub does not know come back in their places', () => {
    const request = gemini.readRequest({
      contents: [{ parts: [{ text: 'hi' }] }],
      generationConfig: {
        responseModalities: ['TEXT'],
        topK: 3,
        responseMimeType: 'text/x.enum',
        responseSchema: { type: 'STRING' },
      },
      toolConfig: { retrievalConfig: {}, functionCallingConfig: { mode: 'AUTO', streamFunctionCallArguments: true } },
      tools: [{ functionDeclarations: [{ name: 'a', behavior: 'BLOCKING' }] }, { googleSearch: {} }],
      safetySettings: [],
    });
    expect(gemini.writeRequest(request, FLASH)).toEqual({
      path: '/models/gemini-2.5-flash:generateContent',
      body: {
        contents: [{ role: 'user', parts: [{ text: 'hi' }] }],
        generationConfig: {
          responseModalities: ['TEXT'],
          topK: 3,
          responseMimeType: 'text/x.enum',
          responseSchema: { type: 'STRING' },
        },
        toolConfig: { retrievalConfig: {}, functionCallingConfig: { mode: 'AUTO', streamFunctionCallArguments: true } },
        tools: [{ functionDeclarations: [{ name: 'a', behavior: 'BLOCKING' }] }, { googleSearch: {} }],
        safetySettings: [],
      },
      losses: [],
    });
  });
});

describe('tools', () => {
  const tools: ChatRequest['tools'] = [
    { kind: 'function', name: 'a', description: 'does', schema: { type: 'object', not: {} } },
  ];

  it('are declared in one tool, their schemas in JSON Schema', () => {
    const { body, losses } = write({ tools: [...tools, { kind: 'function', name: 'b' }] });
    expect(body.tools).toEqual([
      {
        functionDeclarations: [
          { name: 'a', description: 'does', parametersJsonSchema: { type: 'object' } },
          { name: 'b' },
        ],
      },
    ]);
    expect(losses).toEqual(['tools[0].parameters']);
  });

  it('that take free text become functions of one string', () => {
    const { body, losses } = write({ tools: [{ kind: 'custom', name: 'patch' }] });
    expect(body.tools).toMatchObject([
      { functionDeclarations: [{ name: 'patch', parametersJsonSchema: { required: ['input'] } }] },
    ]);
    expect(losses).toEqual(['tools[0]']);
    const messages: Message[] = [
      { role: 'assistant', parts: [{ ...call('1', 'patch', '*** x'), kind: 'custom' } as Part] },
    ];
    expect(write({ messages }).body.contents).toMatchObject([
      { parts: [{ functionCall: { args: { input: '*** x' } } }] },
    ]);
  });

  it('that another provider runs are refused by name', () => {
    expect(refusedField({ tools: [...tools, { kind: 'hosted', name: 'web_search', value: {} }] })).toBe('tools[1]');
  });

  it.each<[ChatRequest['toolChoice'], unknown, unknown]>([
    [undefined, undefined, undefined],
    [{ mode: 'auto' }, { mode: 'AUTO' }, { mode: 'AUTO' }],
    [{ mode: 'none' }, { mode: 'NONE' }, { mode: 'NONE' }],
    [{ mode: 'required' }, { mode: 'ANY' }, { mode: 'ANY' }],
    [
      { mode: 'tool', name: 'a' },
      { mode: 'ANY', allowedFunctionNames: ['a'] },
      { mode: 'ANY', allowedFunctionNames: ['a'] },
    ],
    [
      { mode: 'allowed', names: ['a'], required: true },
      { mode: 'ANY', allowedFunctionNames: ['a'] },
      { mode: 'ANY', allowedFunctionNames: ['a'] },
    ],
    [
      { mode: 'allowed', names: ['a'], required: false },
      { mode: 'VALIDATED', allowedFunctionNames: ['a'] },
      { mode: 'AUTO' },
    ],
  ])('are chosen by %j', (toolChoice, newer, older) => {
    const config = (target: TargetModel): unknown =>
      (
        write({ tools, ...(toolChoice === undefined ? {} : { toolChoice }) }, target).body.toolConfig as
          | JsonObject
          | undefined
      )?.functionCallingConfig;
    expect(config(FLASH)).toEqual(newer);
    expect(config({ name: 'gemini-2.0-flash' })).toEqual(older);
  });

  it('that are strict are validated where the model can', () => {
    const strict: ChatRequest['tools'] = [{ kind: 'function', name: 'a', strict: true }];
    expect(write({ tools: strict }).body.toolConfig).toEqual({ functionCallingConfig: { mode: 'VALIDATED' } });
    expect(write({ tools: strict }, { name: 'gemini-2.0-flash' }).losses).toEqual(['tools[].strict']);
  });

  it('cannot be held to one call at a time', () => {
    expect(write({ tools, parallelToolCalls: false }).losses).toEqual(['tools[0].parameters', 'parallel_tool_calls']);
  });

  it('are not chosen from where there are none', () => {
    expect(write({ toolChoice: { mode: 'auto' } }).body).not.toHaveProperty('toolConfig');
  });
});
