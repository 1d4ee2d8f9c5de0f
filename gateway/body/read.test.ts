import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJsonBody } from './read.ts';
import { setMembers } from './splice.ts';

const read = async (text: string) => readJsonBody({ bytes: Buffer.from(text), digest: '' });
const long = (length: number, seed = 'x') => seed.repeat(Math.ceil(length / seed.length)).slice(0, length);

function parsed(text: string): { value?: unknown; isJson: boolean } {
  try {
    return { value: JSON.parse(text), isJson: true };
  } catch {
    return { isJson: false };
  }
}

describe('readJsonBody', () => {
  it('parses a small body whole, with the place of each top-level member', async () => {
    const text = ' { "model" : "auto" , "messages":[{"role":"user","content":"a,b{}"}],"n":1 }';
    const body = await read(text);
    expect(body.json).toEqual(JSON.parse(text));
    const at = (name: string) => {
      const span = body.members.get(name) ?? { start: 0, end: 0 };
      return text.slice(span.start, span.end);
    };
    expect([at('model'), at('messages'), at('n')]).toEqual(['"auto"', '[{"role":"user","content":"a,b{}"}]', '1']);
  });

  it('finds the members of any object that JSON can write', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (object) => {
        const text = JSON.stringify(object);
        const body = await read(text);
        for (const [name, value] of Object.entries(JSON.parse(text) as object)) {
          const span = body.members.get(name);
          expect(span).toBeDefined();
          expect(JSON.parse(text.slice(span?.start, span?.end))).toEqual(value);
        }
      }),
      { numRuns: 200 },
    );
  });

  it.each(['', 'null', '[1]', '"text"', '{"a":1', '{"a":}', '{"a":1}}'])('refuses %j as invalid_json', async (text) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'invalid_json', status: 400 });
  });

  it('refuses nesting that would overflow whoever walks it', async () => {
    await expect(read(`{"a":${'['.repeat(500)}${']'.repeat(500)}}`)).rejects.toMatchObject({ code: 'too_complex' });
    const deep = `{"pad":"${long(100_000)}","a":${'['.repeat(500)}${']'.repeat(500)}}`;
    await expect(read(deep)).rejects.toMatchObject({ code: 'too_complex' });
  });

  it('refuses millions of small values', async () => {
    await expect(read(`{"a":[${'1,'.repeat(600_000)}1]}`)).rejects.toMatchObject({ code: 'too_complex' });
  });

  it('refuses a large body that is not JSON, wherever the fault is', async () => {
    const pad = long(100_000);
    for (const text of [`{"a":"${pad}"`, `{"a":"${pad}"}x`, `x{"a":"${pad}"}`, `{"a":"${pad}",}`]) {
      await expect(read(text)).rejects.toMatchObject({ code: 'invalid_json' });
    }
    const elements = `${'{"k":"some words here"},'.repeat(40_000)}{}`;
    for (const text of [`{"a":[${elements},]}`, `{"a":[${elements}]}x`, `{"a":[,${elements}]}`, `{"a":[${elements}]`]) {
      await expect(read(text)).rejects.toMatchObject({ code: 'invalid_json' });
    }
  });
});

describe('a body with long strings', () => {
  const texts = {
    ascii: long(300_000, 'some words and "quotes" \\ and \n lines '),
    chinese: long(100_000, '你好，世界。'),
    emoji: long(60_000, '😀é'),
    escapes: long(200_000, '\u0001"\\\n'),
    'characters written as escapes': long(100_000, '\u0001'),
    backslashes: long(100_000, '\\'),
    base64: `data:image/png;base64,${long(500_000, 'iVBORw0KGgo')}`,
  };

  it.each(Object.entries(texts))(
    'shows only the edges of %s, and writes it back byte for byte',
    async (name, content) => {
      const text = JSON.stringify({ model: 'auto', messages: [{ role: 'user', content }], temperature: 1 });
      const body = await read(text);
      const [message] = body.json.messages as { content: string }[];
      const seen = message?.content ?? '';
      expect(seen.length).toBeLessThan(8000);
      expect(seen.slice(0, 60)).toBe(content.slice(0, 60));
      if (name !== 'backslashes') expect(seen.slice(-40)).toBe(content.slice(-40));
      expect(body.folds.textOf(seen)).toBe(content);
      expect(Buffer.concat(body.folds.unfold(JSON.stringify(body.json))).toString()).toBe(text);
    },
  );

  it('leaves the input of tools whole, since dialects write it in ways of their own', async () => {
    const text = long(20_000, 'a "quoted" word\n');
    const messages = [
      { tool_calls: [{ function: { name: 'write', arguments: JSON.stringify({ text }) } }] },
      { content: [{ type: 'tool_use', input: { path: 'a', deep: [{ text }] }, after: text }] },
      { parts: [{ functionCall: { args: { text } } }, { functionResponse: { response: { text } } }] },
    ];
    const { json } = await read(JSON.stringify({ messages }, null, 1));
    const [chat, anthropic, gemini] = json.messages as [
      (typeof messages)[0],
      { content: [{ input: object; after: string }] },
      (typeof messages)[2],
    ];
    expect(chat).toEqual(messages[0]);
    expect(gemini).toEqual(messages[2]);
    expect(anthropic.content[0].input).toEqual({ path: 'a', deep: [{ text }] });
    expect(anthropic.content[0].after.length).toBeLessThan(8000);
  });

  it('keeps the last turns legible, and folds the middle of texts before them', async () => {
    const said = long(3000, 'some words ');
    const messages = Array.from({ length: 60 }, () => ({ role: 'user', content: said, name: said }));
    const tools = [{ name: 'read', description: long(50_000, 'It reads. ') }];
    const { json } = await read(JSON.stringify({ model: 'auto', messages, tools }));
    const seen = json.messages as typeof messages;
    expect(seen.every(({ name }) => name === said)).toBe(true);
    expect(seen.slice(-3).map(({ content }) => content)).toEqual([said, said, said]);
    expect(seen[0]?.content.length).toBeLessThan(900);
    expect(seen[0]?.content.slice(0, 500)).toBe(said.slice(0, 500));
    expect(seen[0]?.content.slice(-240)).toBe(said.slice(-240));
  });

  it('knows how long a folded string is', async () => {
    const body = await read(JSON.stringify({ a: long(123_456), b: 'short' }));
    expect(body.folds.lengthOf(String(body.json.a))).toBe(123_456);
    expect(body.folds.lengthOf('short')).toBe(5);
  });

  it('carries several strings to other places without mixing them up', async () => {
    const body = await read(JSON.stringify({ a: long(20_000, 'a'), b: long(30_000, 'b'), c: long(40_000, 'c') }));
    const { a, b, c } = body.json;
    const moved = Buffer.concat(body.folds.unfold(JSON.stringify([c, { a }, b]))).toString();
    expect(JSON.parse(moved)).toEqual([long(40_000, 'c'), { a: long(20_000, 'a') }, long(30_000, 'b')]);
  });

  it('reads any large object as JSON.parse does, once unfolded', async () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.nat(30_000).map((n) => long(n, 'ab"\\é漢😀\u0007')),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 6 }), async (items) => {
        const messages = items.map((content) => ({ content, text: [content] }));
        const text = JSON.stringify({ messages, pad: long(70_000), items });
        const body = await read(text);
        const back = Buffer.concat(body.folds.unfold(JSON.stringify(body.json))).toString();
        expect(JSON.parse(back)).toEqual(JSON.parse(text));
      }),
      { numRuns: 60 },
    );
  });

  it('takes and refuses what JSON.parse takes and refuses, wherever a character is lost, put in or changed', async () => {
    const words = 'a "word", [or] {two}: 1 ';
    const list = Array.from({ length: 900 }, (_, index) => [index, { k: words.repeat(2) }]);
    const text = JSON.stringify({ model: 'auto', list, last: { list: [1, 2, { n: null }], text: long(9000, words) } });
    // The middle of a folded string is carried unread: what is wrong in it is for the provider to refuse.
    const isRead = (place: number) => place <= text.lastIndexOf('"text":') || place > text.length - 4;
    const places = [...text.matchAll(/[[\]{}:,]/g)].map(({ index }) => index).filter(isRead);
    const edges = [...places.slice(0, 12), ...places.slice(-12)];
    const at = fc.oneof(fc.constantFrom(...edges), fc.constantFrom(...places), fc.nat(text.length).filter(isRead));
    const put = fc.constantFrom(...'",:[]{}0 \\x', '', '"model":1,', ',"b" 2', '],[', '},{');
    await fc.assert(
      fc.asyncProperty(at, fc.nat(1), put, async (start, lost, more) => {
        const changed = text.slice(0, start) + more + text.slice(start + lost);
        const { value, isJson } = parsed(changed);
        const body = await read(changed).catch((error: unknown) => error as Error & { code?: string });
        if (!isJson) expect(body).toMatchObject({ code: 'invalid_json' });
        else if (!(body instanceof Error))
          expect(JSON.parse(Buffer.concat(body.folds.unfold(JSON.stringify(body.json))).toString())).toEqual(value);
        else throw body;
      }),
      { numRuns: 300 },
    );
  });

  it('parses long arrays a slice at a time into the same elements', async () => {
    const messages = Array.from({ length: 20_000 }, (_, index) => ({ role: 'user', content: `message ${index}, é` }));
    const text = JSON.stringify({ model: 'auto', messages, stop: ['a', 'b'] });
    expect((await read(text)).json).toEqual(JSON.parse(text));
  });
});

describe('setMembers', () => {
  it('replaces what is there, adds what is not, and leaves all other bytes alone', async () => {
    const text = '{ "messages" : [ ], "model":"auto" , "x":{"model":"inner"} }';
    const body = await read(text);
    const out = Buffer.concat(
      setMembers(body, { model: '"gpt"', stream_options: '{"include_usage":true}' }),
    ).toString();
    expect(out).toBe(
      '{"stream_options":{"include_usage":true}, "messages" : [ ], "model":"gpt" , "x":{"model":"inner"} }',
    );
  });

  it('finds a member whose name is written with escapes', async () => {
    const body = await read('{"mod\\u0065l":"auto"}');
    expect(JSON.parse(Buffer.concat(setMembers(body, { model: '"gpt"' })).toString())).toEqual({ model: 'gpt' });
  });

  it('writes into an empty object', async () => {
    expect(Buffer.concat(setMembers(await read('{}'), { model: '"gpt"' })).toString()).toBe('{"model":"gpt"}');
  });
});
