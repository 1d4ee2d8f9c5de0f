import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Closing } from '../../flow.ts';
import { openaiChat } from './index.ts';
import { openaiChatPass } from './pass.ts';

const request = (streamUsage: boolean) =>
  openaiChat.readRequest({
    model: 'm',
    messages: [{ role: 'user', content: 'x' }],
    stream: true,
    stream_options: { include_usage: streamUsage },
  });

/** Sends a stream past a tap in pieces of the given lengths, over and over. */
function pass(bytes: Buffer, lengths: readonly number[], streamUsage = true) {
  const tap = openaiChatPass.createTap(request(streamUsage), openaiChat.createStreamReader());
  const out: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1;
    out.push(tap.push([bytes.subarray(at, at + length)]) ?? Buffer.alloc(0));
    at += length;
  }
  const end = tap.end();
  return { ...end, out: Buffer.concat([...out, end.last ?? Buffer.alloc(0)]).toString() };
}

/** The closing with metadata in it. */
function filled({ bytes, room }: Closing, members = '"x":1'): string {
  if (room === undefined) return bytes.toString();
  const { from, to, open, close } = room;
  return bytes.toString('utf8', 0, from) + open + members + close + bytes.toString('utf8', to);
}

const chunk = (more: object) => `data: ${JSON.stringify({ id: 'c1', created: 1, model: 'm', ...more })}\n\n`;
const text = (content: string, more: object = {}) => chunk({ choices: [{ index: 0, delta: { content } }], ...more });
const finish = (more: object = {}) => chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], ...more });
const usage = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 };
const usageChunk = chunk({ choices: [], usage });
const DONE = 'data: [DONE]\n\n';

const event = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }).map((content) => text(content)),
  fc.constant(': comment\n\n'),
  fc.constant(text('"usage":{ [DONE]')),
  fc.constant(text('x', { usage })),
  fc.constant('event: ping\ndata: {}\n\n'),
);

describe('a tap on Chat Completions', () => {
  it('lets every byte past, in whole events, however the network cut them', () => {
    fc.assert(
      fc.property(
        fc.array(event),
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }),
        fc.boolean(),
        (events, lengths, crlf) => {
          const whole = `${events.join('')}${finish()}${usageChunk}${DONE}`;
          const stream = crlf ? whole.replaceAll('\n', '\r\n') : whole;
          const { out, closing, finish: end, error, usage: counted } = pass(Buffer.from(stream), lengths);
          expect(out + closing.bytes.toString()).toBe(stream);
          expect(closing.bytes.toString().replaceAll('\r', '')).toBe(usageChunk + DONE);
          expect(end?.reason).toBe('stop');
          expect([error, counted]).toEqual([undefined, { input: 10, output: 2 }]);
          const bare = pass(Buffer.from(stream), lengths, false);
          expect(bare.out).toBe(out);
          expect(bare.closing.bytes.toString().replaceAll('\r', '')).toBe(DONE);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('finds the end of a stream that says it in one chunk with its usage, and says nothing more', () => {
    for (const length of [1, 4096]) {
      const { finish: end, usage: counted, error } = pass(Buffer.from(text('a') + finish({ usage })), [length]);
      expect([end?.reason, counted, error]).toEqual(['stop', { input: 10, output: 2 }, undefined]);
    }
  });

  it('finds the end of a stream whose last chunk is long', () => {
    const long = chunk({ choices: [{ index: 0, delta: { content: 'x'.repeat(9000) }, finish_reason: 'length' }] });
    for (const stream of [text('a') + long, text('a') + long + DONE])
      expect(pass(Buffer.from(stream), [7]).finish?.reason).toBe('length');
  });

  it.each([
    ['nothing', ''],
    ['half an event', `${text('a')}data: {"id":"c1","choi`],
    ['half its first event', 'data: {"id":'],
    ['no finish', text('a')],
  ])('says nothing of an end that did not come: %s', (_, stream) => {
    const { finish: end, closing, out } = pass(Buffer.from(stream), [5]);
    expect(end).toBeUndefined();
    expect(filled(closing)).not.toContain('[DONE]');
    expect(out).toBe(stream.startsWith(text('a')) ? text('a') : '');
  });

  it('notes an error on its way past', () => {
    const stream = `${text('a')}data: {"error":{"message":"Overloaded","code":503}}\n\n`;
    const { out, error } = pass(Buffer.from(stream), [9]);
    expect([out, error]).toEqual([stream, { message: 'Overloaded', status: 503 }]);
  });

  it('takes a last event without its blank line', () => {
    const { out, closing, finish: end } = pass(Buffer.from(`${text('a')}${finish()}data: [DONE]`), [4096]);
    expect([out, closing.bytes.toString(), end?.reason]).toEqual([text('a') + finish(), DONE, 'stop']);
  });
});

describe('room for metadata', () => {
  const metadata = (closing: Closing) =>
    filled(closing)
      .split('\n\n')
      .find((one) => one.includes('"x":1'));

  it('is in the usage chunk where the client asked for it, else in a chunk like the others', () => {
    const stream = Buffer.from(text('a') + finish() + usageChunk + DONE);
    expect(JSON.parse(metadata(pass(stream, [50]).closing)?.slice(6) ?? '')).toMatchObject({
      choices: [],
      usage,
      metadata: { x: 1 },
    });
    expect(JSON.parse(metadata(pass(stream, [50], false).closing)?.slice(6) ?? '')).toEqual({
      id: 'c1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [],
      metadata: { x: 1 },
    });
  });

  it('is before [DONE] where there is no usage chunk', () => {
    expect(filled(pass(Buffer.from(text('a') + finish() + DONE), [50]).closing).endsWith(`}}\n\n${DONE}`)).toBe(true);
  });

  it.each([
    '{"a":1}',
    '{ "a" : 1 }\n',
    '{"a":1,"metadata":{}}',
    '{"metadata":{"y":{"z":"}"}},"a":1}',
    '{"metadata":null,"a":1}',
    '{"metadata":"text","a":1}',
    '{"a":1,"metadata":[1]}',
  ])('in a whole reply is beside what is there: %s', (body) => {
    const json = JSON.parse(body) as Record<string, unknown>;
    const own = typeof json.metadata === 'object' && !Array.isArray(json.metadata) ? json.metadata : {};
    const closing = openaiChatPass.replyClosing(Buffer.from(body), json);
    expect(JSON.parse(filled(closing))).toEqual({ ...json, metadata: { ...own, x: 1 } });
    expect(closing.bytes.toString()).toBe(body);
  });
});
