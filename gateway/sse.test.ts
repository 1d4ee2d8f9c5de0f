import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatewayError } from './errors.ts';
import { createSseReader, type SseMessage, writeSse } from './sse.ts';

const fixtures = new URL('../test/fixtures/providers/', import.meta.url);
const streams = readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.sse'))
  .sort();

function read(bytes: Uint8Array, size = bytes.length): SseMessage[] {
  const messages: SseMessage[] = [];
  const reader = createSseReader((message) => messages.push(message));
  for (let at = 0; at < bytes.length; at += Math.max(size, 1)) reader.push(bytes.subarray(at, at + size));
  reader.end();
  return messages;
}

const readText = (text: string, size?: number): SseMessage[] => read(Buffer.from(text), size);

describe('recorded streams', () => {
  test('there are some', () => expect(streams.length).toBeGreaterThan(80));

  test.each(streams)('%s reads the same at every cut', (path) => {
    const bytes = readFileSync(new URL(path, fixtures));
    const whole = read(bytes);
    expect(whole.length).toBeGreaterThan(0);
    for (const size of [1, 7, 4096]) expect(read(bytes, size)).toEqual(whole);
  });
});

describe('framing', () => {
  test('LF, CRLF and CR end a line alike', () => {
    const expected = [{ event: 'a', id: '7', data: '1\n2' }, { data: '3' }];
    const lines = ['event: a', 'id: 7', 'data: 1', 'data:2', '', 'data: 3', '', ''];
    for (const end of ['\n', '\r\n', '\r']) {
      for (const size of [1, 2, 3, 1000]) expect(readText(lines.join(end), size)).toEqual(expected);
    }
  });

  test('comments, unknown fields, messages without data and a byte order mark are skipped', () => {
    expect(
      readText('\uFEFF: ping\n\nfoo: bar\n\nevent: lonely\n\nretry: x\ndata: 1\n\n: OPENROUTER PROCESSING\n\n', 1),
    ).toEqual([{ data: '1' }]);
  });

  test('a last message without its blank line is handed out, a line cut short is not', () => {
    expect(readText('data: 1\n\ndata: 2\n')).toEqual([{ data: '1' }, { data: '2' }]);
    expect(readText('data: 1\r\n\r\ndata: 2\r')).toEqual([{ data: '1' }, { data: '2' }]);
    expect(readText('data: 1\n\ndata: {"cut')).toEqual([{ data: '1' }]);
  });

  test('empty chunks change nothing', () => {
    const messages: SseMessage[] = [];
    const reader = createSseReader((message) => messages.push(message));
    for (const piece of ['', 'da', '', 'ta: x\n', '', '\n', '']) reader.push(Buffer.from(piece));
    reader.end();
    expect(messages).toEqual([{ data: 'x' }]);
  });
});

describe('long lines', () => {
  test('a line of 2 MB in chunks of 4 KB arrives whole', () => {
    const long = 'ä'.repeat(1024 * 1024);
    expect(readText(`data: ${long}\n\n`, 4096)).toEqual([{ data: long }]);
  });

  test('a line over the limit throws provider_bad_reply, and again on the next chunk', () => {
    const reader = createSseReader(() => {}, { maxLineLength: 100 });
    const chunk = Buffer.from(`data: ${'x'.repeat(60)}`);
    reader.push(chunk);
    const refused = (): void => reader.push(chunk);
    expect(refused).toThrow(GatewayError);
    expect(refused).toThrow(expect.objectContaining({ code: 'provider_bad_reply' }));
  });

  test('many short lines that make one endless message count too', () => {
    const reader = createSseReader(() => {}, { maxLineLength: 100 });
    expect(() => {
      for (let line = 0; line < 50; line++) reader.push(Buffer.from('data: 12345\n'));
    }).toThrow(expect.objectContaining({ code: 'provider_bad_reply' }));
  });
});

describe('laws', () => {
  const word = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((text) => !/[\r\n\0]/.test(text) && !text.startsWith(' '));
  const data = fc.array(
    fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n]/.test(text)),
    { minLength: 1 },
  );
  const message = fc.record(
    { event: word, id: word, data: data.map((lines) => lines.join('\n')) },
    { requiredKeys: ['data'] },
  );

  test('what is written reads back, at any cut', () => {
    fc.assert(
      fc.property(fc.array(message), fc.integer({ min: 1, max: 40 }), (messages, size) => {
        expect(readText(messages.map((each) => writeSse(each)).join(''), size)).toEqual(messages);
      }),
    );
  });

  test('any bytes read the same at any cuts', () => {
    const bytes = fc.array(fc.constantFrom('data', ':', ' ', '\r', '\n', '\r\n', 'é', '€', '😀', 'id', 'event', 'x'));
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 9 }), (pieces, size) => {
        const whole = Buffer.from(`data: x\n\n${pieces.join('')}`);
        expect(read(whole, size)).toEqual(read(whole));
      }),
      { numRuns: 500 },
    );
  });
});
