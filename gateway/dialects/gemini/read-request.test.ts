import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../chat.ts';
import { GatewayError } from '../../errors.ts';
import { gemini } from './index.ts';

const say = (text: string): JsonObject => ({ role: 'user', parts: [{ text }] });

function read(body: JsonObject): ReturnType<typeof gemini.readRequest> {
  return gemini.readRequest({ contents: [say('hi')], ...body });
}

function fieldOf(body: JsonObject): string | undefined {
  try {
    gemini.readRequest(body);
  } catch (error) {
    return error instanceof GatewayError && error.code === 'invalid_request' ? error.field : 'another error';
  }
  return undefined;
}

describe('a Gemini request', () => {
  it('leaves the model and streaming to the URL', () => {
    expect(read({ model: 'models/x' })).toMatchObject({
      dialect: 'gemini',
      model: '',
      stream: false,
      streamUsage: true,
    });
    expect(read({ model: 'models/x' }).extra).toBeUndefined();
  });

  it('is the same in camel case and in snake case', () => {
    const camel = read({
      systemInstruction: { parts: [{ text: 'be brief' }] },
      generationConfig: {
        maxOutputTokens: 5,
        stopSequences: ['x'],
        thinkingConfig: { thinkingBudget: 7, includeThoughts: true },
      },
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['a'] } },
      tools: [{ functionDeclarations: [{ name: 'a', parametersJsonSchema: { type: 'object' } }] }],
      contents: [{ role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'AA' } }] }],
    });
    const snake = read({
      system_instruction: { parts: [{ text: 'be brief' }] },
      generation_config: {
        max_output_tokens: 5,
        stop_sequences: ['x'],
        thinking_config: { thinking_budget: 7, include_thoughts: true },
      },
      tool_config: { function_calling_config: { mode: 'ANY', allowed_function_names: ['a'] } },
      tools: [{ function_declarations: [{ name: 'a', parameters_json_schema: { type: 'object' } }] }],
      contents: [{ role: 'user', parts: [{ inline_data: { mime_type: 'image/png', data: 'AA' } }] }],
    });
    expect(snake).toEqual(camel);
    expect(camel).toMatchObject({
      maxOutputTokens: 5,
      stop: ['x'],
      reasoning: { budgetTokens: 7, visible: true },
      toolChoice: { mode: 'tool', name: 'a' },
      messages: [{ role: 'system' }, { role: 'user', parts: [{ type: 'media', kind: 'image', mime: 'image/png' }] }],
    });
    expect(camel.extra).toBeUndefined();
  });

  it('keeps every setting, and what it does not know as extra', () => {
    const request = read({
      generationConfig: {
        temperature: 0.5,
        topP: 0.9,
        topK: 40,
        candidateCount: 2,
        seed: 3,
        presencePenalty: 0.1,
        frequencyPenalty: 0.2,
        responseLogprobs: true,
        logprobs: 4,
        responseMimeType: 'application/json',
        responseJsonSchema: { type: 'object' },
        responseModalities: ['TEXT'],
      },
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }],
      cachedContent: 'cachedContents/1',
      labels: { team: 'a' },
      serviceTier: 'FLEX',
      toolConfig: { retrievalConfig: { languageCode: 'en' } },
    });
    expect(request).toMatchObject({
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      count: 2,
      seed: 3,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      logprobs: { top: 4 },
      format: { type: 'schema', schema: { type: 'object' } },
      serviceTier: 'flex',
    });
    expect(request.extra?.fields).toEqual({
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }],
      cachedContent: 'cachedContents/1',
      labels: { team: 'a' },
      toolConfig: { retrievalConfig: { languageCode: 'en' } },
      generationConfig: { responseModalities: ['TEXT'] },
    });
  });

  it.each([
    ['AUTO', [], { mode: 'auto' }],
    ['NONE', [], { mode: 'none' }],
    ['ANY', [], { mode: 'required' }],
    ['ANY', ['a', 'b'], { mode: 'allowed', names: ['a', 'b'], required: true }],
    ['VALIDATED', ['a', 'b'], { mode: 'allowed', names: ['a', 'b'], required: false }],
    ['MODE_UNSPECIFIED', [], undefined],
  ])('reads the calling mode %s with the names %j', (mode, allowedFunctionNames, choice) => {
    expect(read({ toolConfig: { functionCallingConfig: { mode, allowedFunctionNames } } }).toolChoice).toEqual(choice);
  });

  it('reads VALIDATED as strict functions', () => {
    const request = read({
      tools: [{ functionDeclarations: [{ name: 'a' }] }, { googleSearch: {} }],
      toolConfig: { functionCallingConfig: { mode: 'VALIDATED' } },
    });
    expect(request.toolChoice).toEqual({ mode: 'auto' });
    expect(request.tools).toEqual([
      { kind: 'function', name: 'a', strict: true },
      { kind: 'hosted', name: 'googleSearch', value: { googleSearch: {} } },
    ]);
  });

  it('reads no thinking, free thinking and levels', () => {
    const reasoning = (thinkingConfig: JsonObject): unknown => read({ generationConfig: { thinkingConfig } }).reasoning;
    expect(reasoning({ thinkingBudget: 0 })).toEqual({ effort: 'none' });
    expect(reasoning({ thinkingBudget: -1 })).toEqual({ adaptive: true });
    expect(reasoning({ thinkingLevel: 'LOW', includeThoughts: false })).toEqual({ effort: 'low', visible: false });
  });

  it('keeps a format of enumerated text for Gemini alone', () => {
    const request = read({
      generationConfig: { responseMimeType: 'text/x.enum', responseSchema: { type: 'STRING', enum: ['a'] } },
    });
    expect(request.format).toBeUndefined();
    expect(request.extra?.fields.generationConfig).toEqual({
      responseMimeType: 'text/x.enum',
      responseSchema: { type: 'STRING', enum: ['a'] },
    });
    expect(read({ generationConfig: { responseMimeType: 'application/json' } }).format).toEqual({ type: 'json' });
    expect(read({ generationConfig: { responseMimeType: 'text/plain' } }).format).toEqual({ type: 'text' });
  });

  it('reads a system instruction that is plain text', () => {
    expect(read({ systemInstruction: 'be brief' }).messages[0]).toEqual({
      role: 'system',
      parts: [{ type: 'text', text: 'be brief' }],
    });
  });
});

describe('the parts of a Gemini request', () => {
  function parts(role: string, ...wire: JsonObject[]): unknown {
    return gemini.readRequest({ contents: [{ role, parts: wire }] }).messages[0]?.parts;
  }

  it('tell files, addresses and inline data apart', () => {
    const uri = 'https://generativelanguage.googleapis.com/v1beta/files/1';
    expect(
      parts(
        'user',
        { fileData: { fileUri: uri, mimeType: 'application/pdf' } },
        { fileData: { fileUri: 'gs://bucket/a', mimeType: 'audio/mpeg' } },
        { fileData: { fileUri: 'https://youtu.be/x', mimeType: 'video/mp4' }, videoMetadata: { fps: 1 } },
        { inlineData: { data: 'AA', mimeType: 'image/png', displayName: 'a.png' } },
      ),
    ).toEqual([
      { type: 'media', kind: 'document', mime: 'application/pdf', source: { from: 'file', id: uri, by: 'gemini' } },
      { type: 'media', kind: 'audio', mime: 'audio/mpeg', source: { from: 'file', id: 'gs://bucket/a', by: 'gemini' } },
      {
        type: 'media',
        kind: 'video',
        mime: 'video/mp4',
        source: { from: 'url', url: 'https://youtu.be/x' },
        extra: { dialect: 'gemini', fields: { videoMetadata: { fps: 1 } } },
      },
      { type: 'media', kind: 'image', mime: 'image/png', name: 'a.png', source: { from: 'base64', data: 'AA' } },
    ]);
  });

  it('keep what only Gemini understands as opaque, signature and all', () => {
    const value = { executableCode: { language: 'PYTHON', code: '1' }, thoughtSignature: 'S' };
    expect(parts('model', value)).toEqual([{ type: 'opaque', dialect: 'gemini', label: 'executableCode', value }]);
  });

  it('give a signature on visible text to an empty thought behind it', () => {
    const signature = { by: 'gemini', value: 'S' };
    expect(parts('model', { text: 'a', thought: true }, { text: 'b', thoughtSignature: 'S' })).toEqual([
      { type: 'thinking', text: 'a' },
      { type: 'text', text: 'b' },
      { type: 'thinking', text: '', signature },
    ]);
  });

  it('get ids where calls and results have none: stable, unique, paired by name and order', () => {
    const body = {
      contents: [
        say('go'),
        {
          role: 'model',
          parts: [
            { functionCall: { name: 'a', args: { x: 1 } } },
            { functionCall: { name: 'b' } },
            { functionCall: { name: 'a', args: { x: 1 } } },
          ],
        },
        {
          role: 'function',
          parts: [
            { functionResponse: { name: 'a', response: {} } },
            { functionResponse: { name: 'a', response: {} } },
            { functionResponse: { name: 'b', response: {} } },
          ],
        },
      ],
    };
    const ids = (index: number): string[] =>
      (gemini.readRequest(body).messages[index]?.parts ?? []).map((part) => ('id' in part ? part.id : ''));
    const [first, second, third] = ids(1);
    expect(new Set(ids(1)).size).toBe(3);
    expect(ids(2)).toEqual([first, third, second]);
    expect(ids(1)).toEqual(ids(1));
    expect(first).toMatch(/^[a-zA-Z0-9_-]{1,40}$/);
  });

  it('pair a result without an id with a call that is not answered yet', () => {
    const messages = gemini.readRequest({
      contents: [
        {
          role: 'model',
          parts: [{ functionCall: { id: 'one', name: 'a' } }, { functionCall: { id: 'two', name: 'a' } }],
        },
        {
          role: 'user',
          parts: [
            { functionResponse: { id: 'one', name: 'a' } },
            { functionResponse: { name: 'a' } },
            { functionResponse: { name: 'zzz' } },
          ],
        },
      ],
    }).messages;
    expect(messages[1]).toMatchObject({ role: 'tool', parts: [{ id: 'one' }, { id: 'two' }, { name: 'zzz' }] });
  });

  it.each([
    [{ result: 'fine' }, [{ type: 'text', text: 'fine' }], undefined],
    [{ output: 'fine' }, [{ type: 'text', text: 'fine' }], undefined],
    [{ error: 'bad' }, [{ type: 'text', text: 'bad' }], true],
    [{ error: { code: 1 } }, [{ type: 'text', text: '{"code":1}' }], true],
    [{ a: 1, result: 'x' }, [{ type: 'text', text: '{"a":1,"result":"x"}' }], undefined],
    [{}, [], undefined],
  ])('read the response %j of a tool', (response, expected, isError) => {
    const [part] = parts('user', { functionResponse: { id: '1', name: 'a', response } }) as {
      parts: unknown;
      isError?: boolean;
    }[];
    expect(part?.parts).toEqual(expected);
    expect(part?.isError).toBe(isError);
  });

  it('keep the images of a result inside it', () => {
    const inside = [{ inlineData: { mimeType: 'image/png', data: 'AA' } }];
    expect(parts('user', { functionResponse: { id: '1', name: 'a', response: {}, parts: inside } })).toMatchObject([
      { type: 'toolResult', parts: [{ type: 'media', kind: 'image' }] },
    ]);
  });
});

describe('a wrong Gemini request', () => {
  it.each([
    [{}, 'contents'],
    [{ contents: 'hi' }, 'contents'],
    [{ contents: [say('a'), 3] }, 'contents[1]'],
    [{ contents: [{ role: 'system', parts: [] }] }, 'contents[0].role'],
    [{ contents: [{ parts: [3] }] }, 'contents[0].parts[0]'],
    [{ contents: [{ parts: [{ functionCall: {} }] }] }, 'contents[0].parts[0].functionCall.name'],
    [{ contents: [{ parts: [{ functionResponse: {} }] }] }, 'contents[0].parts[0].functionResponse.name'],
    [{ contents: [{ parts: [{ inlineData: {} }] }] }, 'contents[0].parts[0].inlineData.data'],
    [{ contents: [{ parts: [{ fileData: {} }] }] }, 'contents[0].parts[0].fileData.fileUri'],
    [{ contents: [], generationConfig: { temperature: 'hot' } }, 'generationConfig.temperature'],
    [{ contents: [], tools: {} }, 'tools'],
    [{ contents: [], tools: [{ functionDeclarations: [{}] }] }, 'tools[0].functionDeclarations[0].name'],
    [
      { contents: [], toolConfig: { functionCallingConfig: { mode: 'SOME' } } },
      'toolConfig.functionCallingConfig.mode',
    ],
    [{ contents: [], systemInstruction: 3 }, 'systemInstruction'],
  ])('%j is refused by the name of its field', (body, field) => {
    expect(fieldOf(body)).toBe(field);
  });

  it('may have numbers as strings, as Google takes them', () => {
    expect(gemini.readRequest({ contents: [], generationConfig: { maxOutputTokens: '12' } }).maxOutputTokens).toBe(12);
  });
});
