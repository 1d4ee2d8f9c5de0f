import { describe, expect, it } from 'vitest';
import { geminiAt, readPath } from './at.ts';

describe('readPath', () => {
  it.each([
    ['/v1beta/models/gemini-2.5-flash:generateContent', 'gemini-2.5-flash', 'generateContent'],
    ['/v1beta/gemini-2.5-flash:countTokens', 'gemini-2.5-flash', 'countTokens'],
    ['/v1/models/gemini-2.5-flash:embedContent', 'gemini-2.5-flash', 'embedContent'],
    ['/v1alpha/models/openai/gpt-4.1:streamGenerateContent', 'openai/gpt-4.1', 'streamGenerateContent'],
    ['/v1beta/models/openai%2Fgpt-4.1:generateContent', 'openai/gpt-4.1', 'generateContent'],
    ['/v1beta/models%2Fgemini-2.5-flash:generateContent', 'gemini-2.5-flash', 'generateContent'],
    ['/v1beta/models/ollama/llama3:8b:generateContent', 'ollama/llama3:8b', 'generateContent'],
    ['/v1beta/tunedModels/mine:generateContent', 'tunedModels/mine', 'generateContent'],
  ])('reads %s', (path, model, method) => {
    expect(readPath(path)).toEqual({ model, method });
  });

  it.each(['/v1beta/models', '/v1beta/models/a', '/v1/messages', '/v2/models/a:generateContent', '/x:y'])(
    'leaves %s alone',
    (path) => {
      expect(readPath(path)).toBeUndefined();
    },
  );

  it('refuses an escape that is none', () => {
    expect(() => readPath('/v1beta/models/%zz:generateContent')).toThrow('escaped');
  });
});

describe('geminiAt', () => {
  it('takes model and stream from the address, whatever the body says', () => {
    const body = { contents: [{ parts: [{ text: 'Hi' }] }], model: 'models/other' };
    expect(geminiAt('a/b', { stream: true }).readRequest(body)).toMatchObject({ model: 'a/b', stream: true });
    expect(geminiAt('a/b').readRequest(body)).toMatchObject({ model: 'a/b', stream: false });
  });

  it('turns a stream into one JSON array, however it was cut, errors included', () => {
    const sse = 'data: {"a": "Zürich 🏔"}\r\n\r\n: ping\n\ndata: {"b": [1]}\n\ndata: {"error": {}}\n\n';
    const bytes = Buffer.from(sse);
    for (const cut of [1, 3, 7, 1000]) {
      const framing = geminiAt('m', { stream: true, asArray: true }).createFraming?.();
      let text = '';
      let at = 0;
      for (; at + cut < bytes.length; at += cut) text += framing?.push(bytes.subarray(at, at + cut));
      text += framing?.end(bytes.subarray(at));
      expect(text).toBe('[{"a": "Zürich 🏔"},\r\n{"b": [1]},\r\n{"error": {}}]');
    }
  });

  it('is an empty array where nothing came, and SSE where that was asked for', () => {
    const framing = geminiAt('m', { stream: true, asArray: true }).createFraming?.();
    expect(String(framing?.end(Buffer.alloc(0)))).toBe('[]');
    expect(geminiAt('m', { stream: true }).createFraming).toBeUndefined();
  });
});
