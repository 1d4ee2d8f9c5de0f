import { describe, expect, it } from 'vitest';
import type { ChatReply, JsonObject, Part } from '../../chat.ts';
import { GatewayError } from '../../errors.ts';
import { gemini } from './index.ts';
import { readUsage, writeUsage } from './usage.ts';

const CONTEXT = { id: 'resp_1', model: 'm', createdAtMs: 0, streamUsage: true };

function write(parts: Part[], more: Partial<ChatReply> = {}): { body: JsonObject; losses: string[] } {
  const { body, losses } = gemini.writeReply(
    { choices: [{ index: 0, parts, finish: { reason: 'stop' } }], ...more },
    CONTEXT,
  );
  return { body, losses: losses.map(({ field }) => field) };
}

describe('usage', () => {
  it('adds hosted tools to the prompt and thoughts to the answer', () => {
    const metadata = {
      promptTokenCount: 100,
      toolUsePromptTokenCount: 20,
      candidatesTokenCount: 30,
      thoughtsTokenCount: 7,
      cachedContentTokenCount: 40,
      totalTokenCount: 157,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 80 },
        { modality: 'AUDIO', tokenCount: 15 },
        { modality: 'IMAGE', tokenCount: 5 },
      ],
      candidatesTokensDetails: [
        { modality: 'AUDIO', tokenCount: 3 },
        { modality: 'IMAGE', tokenCount: 2 },
      ],
      trafficType: 'ON_DEMAND_FLEX',
    };
    expect(readUsage(metadata)).toEqual({
      input: 120,
      output: 37,
      cacheRead: 40,
      reasoning: 7,
      inputAudio: 15,
      inputImage: 5,
      outputAudio: 3,
      outputImage: 2,
      serviceTier: 'flex',
    });
  });

  it('is unknown while nothing is counted', () => {
    expect(readUsage({ trafficType: 'ON_DEMAND' })).toBeUndefined();
    expect(readUsage(undefined)).toBeUndefined();
  });

  it('comes back the same after it was written', () => {
    const usage = {
      input: 120,
      output: 37,
      cacheRead: 40,
      reasoning: 7,
      inputAudio: 15,
      inputImage: 5,
      outputAudio: 3,
      outputImage: 2,
    };
    expect(readUsage(writeUsage(usage))).toEqual(usage);
    expect(writeUsage(usage)).toMatchObject({ totalTokenCount: 157, candidatesTokenCount: 30 });
  });

  it.each([
    ['gemini-3-flash', 2],
    ['gemini-2.5-flash', 1],
  ])('counts the searches that %s bills', (modelVersion, webSearch) => {
    const reply = gemini.readReply({
      candidates: [
        {
          content: { parts: [{ text: 'x' }] },
          finishReason: 'STOP',
          groundingMetadata: { webSearchQueries: ['a', '', 'b'] },
        },
      ],
      usageMetadata: { promptTokenCount: 1 },
      modelVersion,
    });
    expect(reply.usage?.hostedCalls).toEqual({ webSearch });
  });
});

describe('a whole Gemini answer', () => {
  it('with a blocked prompt ended by the filter', () => {
    expect(gemini.readReply({ promptFeedback: { blockReason: 'SAFETY' } })).toMatchObject({
      choices: [{ parts: [], finish: { reason: 'contentFilter', raw: 'SAFETY' } }],
      extra: { fields: { promptFeedback: { blockReason: 'SAFETY' } } },
    });
  });

  it('without a candidate and a reason is an error', () => {
    expect(gemini.readReply({ usageMetadata: { promptTokenCount: 3 } })).toMatchObject({
      choices: [],
      error: { code: 'no_candidates' },
    });
  });

  it.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'contentFilter'],
    ['RECITATION', 'contentFilter'],
    ['BLOCKLIST', 'contentFilter'],
    ['PROHIBITED_CONTENT', 'contentFilter'],
    ['SPII', 'contentFilter'],
    ['IMAGE_SAFETY', 'contentFilter'],
    ['LANGUAGE', 'other'],
    ['OTHER', 'other'],
    ['MALFORMED_FUNCTION_CALL', 'other'],
    ['UNEXPECTED_TOOL_CALL', 'other'],
    ['NEWER_THAN_US', 'other'],
  ])('that ended with %s ended by %s, and says %s again', (finishReason, reason) => {
    const reply = gemini.readReply({ candidates: [{ content: {}, finishReason }] });
    expect(reply.choices[0]?.finish).toEqual({ reason, raw: finishReason });
    const { candidates } = gemini.writeReply(reply, CONTEXT).body as { candidates: { finishReason: string }[] };
    expect(candidates[0]?.finishReason).toBe(finishReason === 'NEWER_THAN_US' ? 'OTHER' : finishReason);
  });

  it('keeps several candidates, images, log probabilities and grounding', () => {
    const reply = gemini.readReply({
      candidates: [
        {
          index: 0,
          content: { parts: [{ inlineData: { mimeType: 'image/png', data: 'AA' }, thoughtSignature: 'S' }] },
          finishReason: 'STOP',
          logprobsResult: { chosenCandidates: [] },
        },
        {
          index: 1,
          content: { parts: [{ text: 'b' }] },
          finishReason: 'STOP',
          groundingMetadata: { webSearchQueries: [] },
        },
      ],
      createTime: '2026-01-01T00:00:00Z',
    });
    expect(reply.createdAtMs).toBe(Date.UTC(2026, 0, 1));
    expect(reply.choices).toMatchObject([
      {
        parts: [{ type: 'media', kind: 'image', extra: { fields: { thoughtSignature: 'S' } } }],
        logprobs: { dialect: 'gemini' },
      },
      { parts: [{ type: 'text', text: 'b' }] },
    ]);
    expect(gemini.writeReply(reply, CONTEXT).body.candidates).toEqual([
      {
        index: 0,
        finishReason: 'STOP',
        logprobsResult: { chosenCandidates: [] },
        content: {
          role: 'model',
          parts: [{ inlineData: { mimeType: 'image/png', data: 'AA' }, thoughtSignature: 'S' }],
        },
      },
      {
        index: 1,
        finishReason: 'STOP',
        groundingMetadata: { webSearchQueries: [] },
        content: { role: 'model', parts: [{ text: 'b' }] },
      },
    ]);
  });

  it('makes up an id for each call that has none', () => {
    const parts = [{ functionCall: { name: 'a' } }, { functionCall: { name: 'a' } }];
    const [choice] = gemini.readReply({ candidates: [{ content: { parts }, finishReason: 'STOP' }] }).choices;
    const ids = choice?.parts.map((part) => (part.type === 'toolCall' ? part.id : ''));
    expect(new Set(ids).size).toBe(2);
    expect(ids?.[0]).toMatch(/^call_[0-9a-f]{24}$/);
    expect(choice?.finish?.reason).toBe('toolCalls');
  });
});

describe('an answer of another provider', () => {
  it('is a whole GenerateContentResponse', () => {
    const { body, losses } = write(
      [
        { type: 'thinking', text: 'hm' },
        { type: 'text', text: 'hi' },
        { type: 'toolCall', id: '1', name: 'a', input: '', kind: 'function' },
      ],
      { id: 'chatcmpl-1', usage: { input: 3, output: 2 } },
    );
    expect(body).toEqual({
      candidates: [
        {
          content: {
            role: 'model',
            parts: [{ text: 'hm', thought: true }, { text: 'hi' }, { functionCall: { id: '1', name: 'a', args: {} } }],
          },
          finishReason: 'STOP',
          index: 0,
        },
      ],
      usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 },
      modelVersion: 'm',
      responseId: 'chatcmpl-1',
    });
    expect(losses).toEqual([]);
  });

  it.each([
    ['toolCalls', 'STOP'],
    ['stopSequence', 'STOP'],
    ['length', 'MAX_TOKENS'],
    ['contentFilter', 'SAFETY'],
    ['refusal', 'SAFETY'],
    ['pause', 'OTHER'],
  ] as const)('that ended by %s says %s', (reason, word) => {
    const { body } = gemini.writeReply(
      { choices: [{ index: 0, parts: [], finish: { reason, raw: 'end_turn' } }] },
      CONTEXT,
    );
    expect(body).toMatchObject({ candidates: [{ finishReason: word }], responseId: 'resp_1' });
  });

  it('reports what Gemini has no place for', () => {
    const { losses } = write(
      [
        { type: 'refusal', text: 'no' },
        { type: 'opaque', dialect: 'anthropic', label: 'citation', value: {} },
      ],
      {
        usage: { input: 1, output: 1, cacheWrite5m: 1 },
        extra: { dialect: 'openai-chat', fields: { system_fingerprint: 'x' } },
      },
    );
    expect(losses).toEqual([
      'system_fingerprint',
      'candidates[].content.parts[].refusal',
      'candidates[].content.parts[].citation',
      'usage.cacheWrite',
    ]);
    const logprobs = { dialect: 'openai-chat', value: {} } as const;
    expect(gemini.writeReply({ choices: [{ index: 0, parts: [], logprobs }] }, CONTEXT).losses).toMatchObject([
      { field: 'logprobs' },
    ]);
  });
});

describe('signatures of other makers', () => {
  const thought: Part = { type: 'thinking', text: 'hm', signature: { by: 'anthropic', value: 'Ab+/cQ==' } };

  function signatureOf(part: Part): string {
    const { body } = write([part]);
    const [candidate] = body.candidates as { content: { parts: { thoughtSignature?: string }[] } }[];
    return candidate?.content.parts[0]?.thoughtSignature ?? '';
  }

  function sendBack(...parts: JsonObject[]): unknown {
    return gemini
      .readRequest({ contents: parts.map((part) => ({ role: 'model', parts: [part] })) })
      .messages.map((message) => message.parts);
  }

  it('come home through a client that echoes them', () => {
    expect(sendBack({ text: 'hm', thought: true, thoughtSignature: signatureOf(thought) })).toEqual([[thought]]);
  });

  it('come home through a client that decodes and encodes them', () => {
    const again = Buffer.from(signatureOf(thought), 'base64').toString('base64url');
    expect(sendBack({ text: 'hm', thought: true, thoughtSignature: `${again}==` })).toEqual([[thought]]);
  });

  it('come home with an encrypted thought', () => {
    const redacted: Part = {
      type: 'thinking',
      text: '',
      redacted: true,
      signature: { by: 'anthropic', value: 'cipher' },
    };
    expect(sendBack({ text: '', thought: true, thoughtSignature: signatureOf(redacted) })).toEqual([[redacted]]);
  });

  it('come home to the whole thought, in however many pieces the client kept it', () => {
    const value = signatureOf(thought);
    expect(
      sendBack(
        { text: 'h', thought: true },
        { text: 'm', thought: true },
        { text: '', thought: true, thoughtSignature: value },
      ),
    ).toEqual([[thought]]);
    const parts = [
      { text: 'before' },
      { text: 'h', thought: true },
      { text: 'm', thought: true },
      { text: '', thought: true, thoughtSignature: value },
      { text: 'after' },
    ];
    expect(gemini.readRequest({ contents: [{ role: 'model', parts }] }).messages[0]?.parts).toEqual([
      { type: 'text', text: 'before' },
      thought,
      { type: 'text', text: 'after' },
    ]);
  });

  it('that no Gemini client can carry are dropped and reported', () => {
    const odd: Part = {
      type: 'toolCall',
      id: '1',
      name: 'a',
      input: '{}',
      kind: 'function',
      signature: { by: 'anthropic', value: 'x' },
    };
    expect(write([odd]).losses).toEqual([]);
    const redacted: Part = { type: 'thinking', text: '', redacted: true, signature: { by: 'openai-chat', value: 'x' } };
    expect(write([redacted]).losses).toEqual(['candidates[].content.parts[].thinking']);
  });
});

describe('errors', () => {
  it('of Gemini tell a refused key, and when to try again', () => {
    const body = {
      error: {
        code: 400,
        message: 'API key not valid.',
        status: 'INVALID_ARGUMENT',
        details: [{ reason: 'API_KEY_INVALID' }],
      },
    };
    expect(gemini.readError(400, body)).toEqual({
      status: 401,
      code: 'API_KEY_INVALID',
      message: 'API key not valid.',
    });
    const slow = {
      error: { code: 429, message: 'm', status: 'RESOURCE_EXHAUSTED', details: [{ retryDelay: '7.2s' }] },
    };
    expect(gemini.readError(429, slow)).toEqual({
      status: 429,
      code: 'RESOURCE_EXHAUSTED',
      message: 'm',
      retryAfterMs: 7200,
    });
    const told = { error: { code: 429, message: 'Please retry in 1.5s.', status: 'RESOURCE_EXHAUSTED' } };
    expect(gemini.readError(429, told).retryAfterMs).toBe(1500);
  });

  it('are read from an array, from text, and from nothing', () => {
    expect(gemini.readError(503, [{ error: { code: 503, message: 'busy', status: 'UNAVAILABLE' } }])).toEqual({
      status: 503,
      code: 'UNAVAILABLE',
      message: 'busy',
    });
    expect(gemini.readError(502, '<html>bad gateway</html>')).toEqual({
      status: 502,
      message: '<html>bad gateway</html>',
    });
    expect(gemini.readError(502, {})).toEqual({ status: 502, message: 'Gemini answered with status 502.' });
    expect(gemini.readError(500, { error: {} })).toMatchObject({
      status: 500,
      message: 'Gemini sent an error without a message.',
    });
  });

  it('of the gateway take Google’s shape', () => {
    const error = new GatewayError('invalid_request', 'No.', { field: 'contents', retryAfterMs: 1500 });
    expect(gemini.writeError(error)).toEqual({
      error: {
        code: 400,
        message: 'No.',
        status: 'INVALID_ARGUMENT',
        details: [
          { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'INVALID_REQUEST', domain: 'llm-gateway' },
          {
            '@type': 'type.googleapis.com/google.rpc.BadRequest',
            fieldViolations: [{ field: 'contents', description: 'No.' }],
          },
          { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.5s' },
        ],
      },
    });
  });

  it.each([
    ['invalid_key', 'UNAUTHENTICATED', 'API_KEY_INVALID'],
    ['provider_rate_limited', 'RESOURCE_EXHAUSTED', 'PROVIDER_RATE_LIMITED'],
    ['provider_overloaded', 'UNAVAILABLE', 'PROVIDER_OVERLOADED'],
    ['internal', 'INTERNAL', 'INTERNAL'],
    ['no_candidate', 'INVALID_ARGUMENT', 'NO_CANDIDATE'],
  ] as const)('of the code %s are %s because of %s', (code, status, reason) => {
    const written = gemini.writeError(new GatewayError(code, 'm'));
    expect(written).toMatchObject({ error: { status, details: [{ reason }] } });
    expect(gemini.writeStreamError(new GatewayError(code, 'm'))).toBe(`data: ${JSON.stringify(written)}\n\n`);
    expect(gemini.readError(0, written).message).toBe('m');
  });
});
