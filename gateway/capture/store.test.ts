import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CaptureStore, type Ended, openCaptureStore } from './store.ts';

const DAY_MS = 24 * 3_600_000;
const MIB = 1024 * 1024;

let folder: string;
let store: CaptureStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'captures-'));
  store = openCaptureStore(join(folder, 'captures.sqlite'));
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const noise = (bytes: number) => randomBytes(bytes).toString('base64');

function ended(id: string, body: object, more: Partial<Ended> = {}): Ended {
  const request = Buffer.from(JSON.stringify(body));
  return { id, atMs: 1000, dialect: 'openai-chat', request, reply: null, leftOut: [], ...more };
}

describe('captures', () => {
  it('give a body back as it was, its members and messages in order', () => {
    const body = {
      model: 'm',
      messages: [
        { role: 'system', content: noise(200) },
        { role: 'user', content: 'hi' },
      ],
      tools: [{ name: noise(100) }],
      metadata: { long: noise(100) },
      stop: null,
    };
    store.keep(ended('one', body), []);
    expect(JSON.stringify(store.read('one')?.request)).toBe(JSON.stringify(body));
  });

  it('hold each message of a conversation once, however often it is sent', () => {
    const messages: object[] = [{ role: 'system', content: noise(100_000) }];
    let sent = 0;
    for (let turn = 0; turn < 100; turn += 1) {
      messages.push({ role: 'user', content: noise(1_000) });
      const next = ended(`turn ${turn}`, { model: 'm', tools: [{ description: noise(100) }], messages });
      sent += next.request?.length ?? 0;
      store.keep(next, []);
    }
    expect(sent).toBeGreaterThan(10 * MIB);
    expect(store.size()).toMatchObject({ captures: 100 });
    expect(store.size().bytes).toBeLessThan(MIB);
    expect(store.read('turn 99')?.request?.messages).toEqual(messages);
  });

  it('are put together from the pieces that others still need', () => {
    const shared = { role: 'system', content: noise(300) };
    store.keep(ended('one', { messages: [shared] }), []);
    store.keep(ended('two', { messages: [shared, shared] }), []);
    expect(store.remove('one')).toBe(true);
    expect(store.remove('one')).toBe(false);
    expect(store.read('two')?.request).toEqual({ messages: [shared, shared] });
    store.remove('two');
    store.keep(ended('three', { messages: [shared] }), []);
    expect(store.read('three')?.request).toEqual({ messages: [shared] });
  });

  it('go when they are too old', () => {
    const now = 100 * DAY_MS;
    store.keep(ended('old', { model: 'm' }, { atMs: now - 31 * DAY_MS }), []);
    store.keep(ended('young', { model: 'm' }, { atMs: now - 29 * DAY_MS }), []);
    store.prune({ keepDays: 30, maxBytes: 100 * MIB }, now);
    expect([store.has('old'), store.has('young')]).toEqual([false, true]);
  });

  it('go, the oldest first, when they are too many, and give their room back', () => {
    for (let index = 0; index < 40; index += 1) {
      store.keep(ended(`${index}`, { messages: [{ content: noise(100_000) }] }, { atMs: index }), []);
    }
    const before = store.size().bytes;
    store.prune({ keepDays: 1, maxBytes: 2 * MIB }, 0);
    const after = store.size();
    expect(before).toBeGreaterThan(3 * MIB);
    expect(after.bytes).toBeLessThanOrEqual(2 * MIB);
    expect(after.captures).toBeGreaterThan(10);
    expect([store.has('0'), store.has('39')]).toEqual([false, true]);
  });

  it('keep a stream as what it says, in the form of each dialect', () => {
    const gemini = [
      { candidates: [{ content: { parts: [{ text: 'Hel' }] } }] },
      { candidates: [{ content: { parts: [{ text: 'lo' }] }, finishReason: 'STOP' }] },
    ];
    const reply = { contentType: 'application/json', bytes: Buffer.from(JSON.stringify(gemini)) };
    store.keep(ended('one', { contents: [] }, { dialect: 'gemini', reply }), []);
    expect(store.read('one')?.reply?.choices[0]?.parts).toMatchObject([{ type: 'text', text: 'Hello' }]);
    const broken = {
      contentType: 'text/event-stream',
      bytes: Buffer.from('data: {"choices":[{"index":0,"delta":{"content":"Half"}}]}\n\ndata: {"cho'),
    };
    store.keep(ended('two', { messages: [] }, { reply: broken }), []);
    expect(store.read('two')?.reply?.choices[0]?.parts).toMatchObject([{ type: 'text', text: 'Half' }]);
  });
});
