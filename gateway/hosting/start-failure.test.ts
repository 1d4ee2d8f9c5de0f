import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { sentenceFor } from './start-failure.ts';

const place = { port: 4556, hostname: '203.0.113.9', dataDirectory: '/data' };
const failure = (code: string, more = {}) =>
  Object.assign(new Error(`${code}: raw words of a library`), { code, ...more });

describe('a failed start in one sentence', () => {
  it.skipIf(process.platform === 'win32')('names the process that holds the port', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const sentence = await sentenceFor(failure('EADDRINUSE', { syscall: 'listen' }), { ...place, port });
    server.close();
    expect(sentence).toMatch(
      new RegExp(`^Port ${port} is taken by .+ \\(process ${process.pid}\\)\\. Stop that program`),
    );
  });

  it('says that a port is taken also when nobody knows by whom', async () => {
    const sentence = await sentenceFor(failure('EADDRINUSE', { syscall: 'listen' }), { ...place, port: 1 });
    expect(sentence).toBe('Port 1 is taken. Stop that program, or choose another port with --port.');
  });

  it.each([
    [failure('EACCES', { syscall: 'listen' }), 'may not listen on port 4556'],
    [failure('EADDRNOTAVAIL', { syscall: 'listen' }), 'cannot listen on 203.0.113.9 (EADDRNOTAVAIL)'],
    [failure('ENOTFOUND', { syscall: 'getaddrinfo' }), 'cannot listen on 203.0.113.9 (ENOTFOUND)'],
    [failure('ENOSPC', { syscall: 'write' }), 'The disk that holds /data is full'],
    [failure('EACCES', { syscall: 'open' }), 'This user may not write what lies in /data'],
  ])('%s', async (thrown, words) => {
    const sentence = await sentenceFor(thrown, place);
    expect(sentence).toContain(words);
    expect(sentence).not.toContain('raw words');
  });

  it("passes the gateway's own sentences on, and leaves faults of ours alone", async () => {
    const known = Object.assign(new Error('The database was written by a newer version.'), { name: 'GatewayError' });
    expect(await sentenceFor(known, place)).toBe('The database was written by a newer version.');
    expect(await sentenceFor(new TypeError('x is not a function'), place)).toBeUndefined();
    expect(await sentenceFor('thrown text', place)).toBeUndefined();
  });
});
