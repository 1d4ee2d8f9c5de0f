import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import BetterSqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CaptureInfo } from '../../contract/index.ts';
import { answerJson } from '../fake-answers.ts';
import { createEcho } from '../fake-echo.ts';
import { PROVIDER_KEYS, type Started, startGateway } from './start.ts';

const QUESTION = 'a confidential question about the merger';
const ANSWER = 'an answer that nobody else may read';

let started: Started;
beforeEach(async () => {
  started = await startGateway();
  started.openai.respond(createEcho({ text: ANSWER }));
});
afterEach(() => started.close());

const switchOn = (more: object = {}) => started.api('PATCH', '/settings', { capture: { enabled: true, ...more } });
const file = () => join(started.host.paths.data, 'captures.sqlite');

async function say(text: string, more: object = {}): Promise<string> {
  const response = await started.chat({ model: 'gpt-4.1', messages: [{ role: 'user', content: text }], ...more });
  await response.text();
  return response.headers.get('x-gateway-request-id') ?? '';
}

const captured = (id: string) => started.api('GET', `/captures/${id}`) as Promise<CaptureInfo>;

/** Whether a text is in the bytes of any file of the gateway, or in what is packed in its captures. */
function isOnDisk(wanted: string): boolean {
  const cwd = started.host.paths.data;
  const files = globSync('**/*', { cwd, withFileTypes: true }).filter((entry) => entry.isFile());
  const text = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
  if (!existsSync(file())) return text.some((each) => each.includes(wanted));
  const client = new BetterSqlite(file(), { readonly: true });
  const pieces = client
    .prepare<[], Buffer>('SELECT data FROM pieces UNION ALL SELECT content FROM captures')
    .pluck()
    .all();
  client.close();
  return [...text, ...pieces.map((piece) => zstdDecompressSync(piece).toString())].some((each) =>
    each.includes(wanted),
  );
}

describe('capture of prompts and replies', () => {
  it('is off: no byte of a prompt or a reply is in any file', async () => {
    const id = await say(QUESTION);
    await say(QUESTION, { stream: true });
    expect(await started.api('GET', `/requests/${id}`)).toMatchObject({ captured: false });
    expect(await started.api('GET', '/captures')).toEqual({ captures: 0, bytes: 0, oldestAtMs: null });
    expect(existsSync(file())).toBe(false);
    expect(isOnDisk(QUESTION)).toBe(false);
    expect(isOnDisk(ANSWER)).toBe(false);
  });

  it.each([false, true])('keeps both sides of an exchange once it is on; streamed: %s', async (stream) => {
    await switchOn();
    const id = await say(QUESTION, { stream, temperature: 0.5 });
    expect(await started.api('GET', `/requests/${id}`)).toMatchObject({ captured: true });
    const { body, messages, reply } = await captured(id);
    expect(body).toEqual({
      model: 'gpt-4.1',
      messages: [{ role: 'user', content: QUESTION }],
      stream,
      temperature: 0.5,
    });
    expect(messages).toMatchObject([{ role: 'user', parts: [{ type: 'text', text: QUESTION }] }]);
    expect(reply).toMatchObject([{ type: 'text', text: ANSWER }]);
    expect(isOnDisk(QUESTION)).toBe(true);
  });

  it('keeps what came from the cache, and what failed as far as it got', async () => {
    await switchOn();
    await say(QUESTION);
    const hit = await say(QUESTION);
    expect((await started.row()).cache).toBe('hit');
    expect((await captured(hit)).reply).toMatchObject([{ text: ANSWER }]);
    started.openai.respond(answerJson({ error: { message: 'No.' } }, 400));
    const failed = await say('and another one');
    expect(await captured(failed)).toMatchObject({ reply: null, messages: [{ parts: [{ text: 'and another one' }] }] });
  });

  it('keeps no key: not of a provider, of the gateway or of its owner', async () => {
    const odd = 'a-private-key-of-no-known-form-4711';
    await started.api('POST', '/provider-keys', { provider: 'groq', key: odd });
    await switchOn();
    const secrets = [odd, PROVIDER_KEYS.openai, PROVIDER_KEYS.gemini, started.key, 'the-owner-of-this-gateway'];
    started.openai.respond(createEcho({ text: `You said ${secrets.join('\n')}.` }));
    const id = await say(`My keys:\n${secrets.join('\n')}`, { stream: true });
    const { messages, reply } = await captured(id);
    expect(messages).toMatchObject([{ parts: [{ text: `My keys:\n${Array(5).fill('[key]').join('\n')}` }] }]);
    expect(JSON.stringify(reply)).toContain('You said [key]');
    for (const secret of secrets) expect(isOnDisk(secret)).toBe(false);
  });

  it('does not keep what is asked without a key', async () => {
    await switchOn();
    await (await started.chat({ model: 'gpt-4.1', messages: [] }, { key: 'gw_none' })).text();
    expect(await started.api('GET', '/captures')).toMatchObject({ captures: 0 });
  });

  it('stops when it is switched off, and keeps what is there until it is deleted', async () => {
    await switchOn();
    const id = await say(QUESTION);
    await captured(id);
    await started.api('PATCH', '/settings', { capture: { enabled: false } });
    const after = await say('something else');
    expect(await started.api('GET', `/requests/${after}`)).toMatchObject({ captured: false });
    expect(await captured(id)).toMatchObject({ id });
  });

  it('deletes one without a trace, and all with their file', async () => {
    await switchOn();
    const [one, other] = [await say(QUESTION), await say('the other question')];
    await started.api('DELETE', `/captures/${one}`);
    await expect(captured(one)).rejects.toThrow('404');
    expect(isOnDisk(QUESTION)).toBe(false);
    expect(await captured(other)).toMatchObject({ id: other });
    expect(await started.api('DELETE', '/captures')).toEqual({ removed: 1 });
    expect(existsSync(file())).toBe(false);
    expect(isOnDisk('the other question')).toBe(false);
    const next = await say('after all was deleted');
    expect(await captured(next)).toMatchObject({ id: next });
  });

  it('loses nothing that ended before the gateway is closed', async () => {
    await switchOn();
    await say(QUESTION);
    const { gateway, host, openai, anthropic, gemini } = started;
    await gateway.close({ drainMs: 0 });
    expect(isOnDisk(ANSWER)).toBe(true);
    await Promise.all([openai.close(), anthropic.close(), gemini.close()]);
    host.remove();
    started = await startGateway();
  });
});
