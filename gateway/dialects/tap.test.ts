import { describe, expect, it } from 'vitest';
import { loadFixture } from '../../test/fake-answers.ts';
import { readJsonBody } from '../body/read.ts';
import { dialects, passes } from './index.ts';

const request = (stream: boolean) => ({
  ...dialects.gemini.readRequest({ model: 'gemini-2.5-flash', contents: [] }),
  stream,
});

/** Sends a recorded stream past a tap in pieces of `cut` bytes; what goes out at once, and what is held back. */
function pass(dialect: 'anthropic' | 'gemini', bytes: Buffer, cut: number) {
  const tap = passes[dialect].createTap(request(true), dialects[dialect].createStreamReader());
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += cut) out.push(tap.push([bytes.subarray(at, at + cut)]) ?? Buffer.alloc(0));
  return { out: Buffer.concat(out), ...tap.end() };
}

describe.each([
  ['anthropic', 'anthropic/stream-text.1'],
  ['anthropic', 'anthropic/stream-tool.1'],
  ['gemini', 'gemini/stream-text.1'],
] as const)('a tap on %s (%s)', (dialect, fixture) => {
  const { body } = loadFixture(fixture);

  it.each([1, 7, 4096])('lets every byte past, the last of them held back (cut at %s)', (cut) => {
    const { out, closing, usage, finish, error } = pass(dialect, body, cut);
    expect(Buffer.concat([out, closing.bytes]).equals(body)).toBe(true);
    expect(closing.bytes.length).toBeGreaterThan(0);
    expect(closing.room).toBeUndefined();
    expect(usage?.output).toBeGreaterThan(0);
    expect([finish?.reason === undefined, error]).toEqual([false, undefined]);
  });

  it('says nothing of an end that did not come', () => {
    const { closing, finish } = pass(dialect, body.subarray(0, Math.floor(body.length / 2)), 7);
    expect([finish, closing.bytes.length]).toEqual([undefined, 0]);
  });
});

describe('a tap', () => {
  it.each([
    ['anthropic', 'authored/anthropic/stream-mid-error'],
    ['gemini', 'authored/gemini/stream-mid-error'],
  ] as const)('notes an error of %s on its way past', (dialect, fixture) => {
    const { body } = loadFixture(fixture);
    const { out, error } = pass(dialect, body, 7);
    expect(out.equals(body)).toBe(true);
    expect(error?.message).toEqual(expect.any(String));
  });
});

describe('the untouched way of Gemini', () => {
  it('names the model in the path and leaves the body as it is', async () => {
    const bytes = Buffer.from('{ "contents" : [] }');
    const body = await readJsonBody({ bytes, digest: '' });
    const sent = passes.gemini.passRequest(body, request(true), { name: 'gemini-2.5-pro' });
    expect(sent).toEqual({ path: '/models/gemini-2.5-pro:streamGenerateContent?alt=sse', body: [bytes] });
    expect(passes.gemini.suits(body, { name: 'gemini-2.5-pro' })).toBe(true);
    expect(
      passes.gemini.streamClosing(bytes, { id: 'x', model: 'y', createdAtMs: 0, streamUsage: true }, undefined),
    ).toEqual({ bytes });
  });
});
