import { describe, expect, it } from 'vitest';
import { GatewayError } from '../errors.ts';
import type { Call, Caller, CallReader } from './http.ts';
import { openUpstream } from './upstream.ts';

const CALL: Call = { provider: 'fake', origin: 'http://fake', path: '/', method: 'POST', headers: {}, body: null };
const TIMEOUTS = { connectMs: 1, firstByteMs: 1, silenceMs: 1 };
const STREAM = { 'content-type': 'text/event-stream; charset=utf-8' };

/** A caller whose provider is the test itself. */
function open() {
  const did: string[] = [];
  const provider: { reader?: CallReader; leave?: () => void } = {};
  const caller: Caller = {
    call(_call, _timeouts, reader) {
      provider.reader = reader;
      return { pause: () => did.push('pause'), resume: () => did.push('resume'), abort: () => did.push('abort') };
    },
    close: async () => {},
  };
  const upstream = openUpstream(caller, { call: CALL, timeouts: TIMEOUTS }, (abort) => {
    provider.leave = abort;
  });
  if (provider.reader === undefined || provider.leave === undefined) throw new Error('Nobody was called.');
  return { upstream, reader: provider.reader, leave: provider.leave, did };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('an answer that is no stream', () => {
  it('is handed over whole', async () => {
    const { upstream, reader } = open();
    reader.head(404, { 'content-type': 'application/json' });
    reader.data(Buffer.from('{"a"'));
    reader.data(Buffer.from(':1}'));
    reader.end();
    expect(await upstream).toEqual({
      kind: 'whole',
      status: 404,
      headers: expect.anything(),
      body: Buffer.from('{"a":1}'),
    });
  });

  it('is one with an error status too, whatever its type says', async () => {
    const { upstream, reader } = open();
    reader.head(500, STREAM);
    reader.end();
    expect(await upstream).toMatchObject({ kind: 'whole', body: Buffer.alloc(0) });
  });

  it('is refused beyond 64 MiB', async () => {
    const { upstream, reader, did } = open();
    reader.head(200, {});
    const piece = Buffer.alloc(33 * 1024 * 1024);
    reader.data(piece);
    reader.data(piece);
    await expect(upstream).rejects.toMatchObject({ code: 'provider_bad_reply' });
    expect(did).toEqual(['abort']);
  });
});

describe('a stream', () => {
  it.each([
    ['data: 1\n\n', 'data: 1\n\n'],
    ['data: 1\r\n\r\nda', 'data: 1\r\n\r\nda'],
    ['data: 1\r\r', 'data: 1\r\r'],
    ['event: x\ndata: 1\n\n', 'event: x\ndata: 1\n\n'],
  ])('is committed to with its first event: %j', async (text, first) => {
    const { upstream, reader, did } = open();
    reader.head(200, STREAM);
    reader.data(Buffer.from(text));
    const answer = await upstream;
    expect(answer.kind === 'stream' && answer.first.toString()).toBe(first);
    expect(did).toEqual(['pause']);
  });

  it('promises nothing by comments and half an event, and may still fail', async () => {
    const { upstream, reader } = open();
    reader.head(200, STREAM);
    for (const piece of [': wait\n\n', 'event: ping\n', 'data: {"a"', ':1}\n']) reader.data(Buffer.from(piece));
    reader.fail(new GatewayError('provider_truncated', 'Cut.'));
    await expect(upstream).rejects.toMatchObject({ code: 'provider_truncated' });
  });

  it('is committed to when its first event is long, or its end is there', async () => {
    const long = open();
    long.reader.head(200, STREAM);
    long.reader.data(Buffer.from(`data: ${'x'.repeat(5000)}`));
    expect((await long.upstream).kind).toBe('stream');
    const short = open();
    short.reader.head(200, STREAM);
    short.reader.data(Buffer.from('data: 1'));
    short.reader.end();
    expect((await short.upstream).kind).toBe('stream');
  });

  it('tells who follows everything in order, what came before too', async () => {
    const { upstream, reader, did } = open();
    reader.head(200, STREAM);
    reader.data(Buffer.from('data: 1\n\n'));
    reader.data(Buffer.from('2'));
    reader.data(Buffer.from('3'));
    const answer = await upstream;
    await turn();
    const told: string[] = [];
    if (answer.kind === 'stream') {
      answer.follow({
        data: (pieces) => told.push(pieces.join('')),
        end: () => told.push('end'),
        fail: () => told.push('fail'),
      });
    }
    reader.data(Buffer.from('4'));
    reader.end();
    expect([told, did]).toEqual([
      ['23', '4', 'end'],
      ['pause', 'resume'],
    ]);
  });

  it('tells who follows of its failure', async () => {
    const { upstream, reader } = open();
    reader.head(200, STREAM);
    reader.data(Buffer.from('data: 1\n\n'));
    const answer = await upstream;
    reader.fail(new GatewayError('provider_timeout', 'Silent.'));
    const told: string[] = [];
    if (answer.kind === 'stream') {
      answer.follow({
        data: () => told.push('data'),
        end: () => told.push('end'),
        fail: ({ code }) => told.push(code),
      });
    }
    expect(told).toEqual(['provider_timeout']);
  });
});

describe('a client that leaves', () => {
  it('gives the call up', async () => {
    const { upstream, leave, did } = open();
    leave();
    await expect(upstream).rejects.toMatchObject({ code: 'client_closed' });
    expect(did).toEqual(['abort']);
  });
});
