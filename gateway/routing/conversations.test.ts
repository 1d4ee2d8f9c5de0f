import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryHost } from '../../test/memory-host.ts';
import { exampleModel } from '../../test/models.ts';
import { type Database, openDatabase } from '../db/open.ts';
import { createConversationStore } from './conversation-store.ts';
import { cachesUnmarked, createConversations } from './conversations.ts';
import type { Boundary, Complexity } from './route.ts';

const thread = (messages: number, boundary: Boundary = 'fresh', key = 'one') => ({ key, boundary, messages, turn: '' });

type Ended = Parameters<ReturnType<typeof createConversations>['ended']>[1];
const ended = (more: Partial<Ended> = {}): Ended => ({
  model: 'a/x',
  complexity: 'simple',
  unsure: false,
  usage: { input: 2_000, output: 100 },
  costNano: 50,
  caches: true,
  nowMs: 0,
  ...more,
});

describe('a conversation in memory', () => {
  it('is known from its second request on, and a new one that begins alike is not taken for it', () => {
    const memory = createConversations();
    expect(memory.before(thread(2), 0)).toBeUndefined();
    memory.ended(thread(2), ended());
    expect(memory.before(thread(2), 1)).toBeUndefined();
    expect(memory.before(thread(4, 'fresh', 'two'), 1)).toBeUndefined();
    expect(memory.before(thread(4), 1)).toEqual({
      model: 'a/x',
      requests: 1,
      cachedTokens: 2_000,
      need: 'simple',
      used: { fresh: 2_000, read: 0, output: 100 },
      spentNano: 50,
    });
  });

  it('adds up as if it had never moved', () => {
    const memory = createConversations();
    memory.ended(thread(2), ended());
    // The other model had nothing of it in its cache; the first would have had 2,000 tokens.
    memory.ended(thread(4), ended({ model: 'b/y', usage: { input: 2_500, output: 200 }, nowMs: 1_000 }));
    expect(memory.before(thread(6), 2_000)).toMatchObject({
      model: 'b/y',
      requests: 2,
      cachedTokens: 2_500,
      used: { fresh: 2_500, read: 2_000, output: 300 },
      spentNano: 100,
    });
  });

  it('lets its cache go cold after five minutes, or an hour where it was written for one', () => {
    const memory = createConversations();
    memory.ended(thread(2), ended());
    expect(memory.before(thread(4), 299_999)?.cachedTokens).toBe(2_000);
    expect(memory.before(thread(4), 300_000)?.cachedTokens).toBe(0);
    const usage = { input: 5_000, output: 1, cacheRead: 1_000, cacheWrite1h: 3_000 };
    memory.ended(thread(2), ended({ caches: false, usage }));
    expect(memory.before(thread(4), 3_599_999)?.cachedTokens).toBe(4_000);
    memory.ended(thread(2), ended({ caches: false }));
    expect(memory.before(thread(4), 1)?.cachedTokens).toBe(0);
    memory.ended(thread(2), ended({ usage: { input: 900, output: 1 } }));
    expect(memory.before(thread(4), 1)?.cachedTokens).toBe(0);
  });

  it('needs what the hardest of its last five turns needed; steps of tools and unread turns do not count', () => {
    const memory = createConversations();
    const turn = (complexity: Complexity, messages: number, more: Partial<Ended> = {}, boundary: Boundary = 'fresh') =>
      memory.ended(thread(messages, boundary), ended({ complexity, ...more }));
    const need = () => memory.before(thread(99), 1)?.need;
    turn('complex', 2);
    for (let count = 1; count <= 4; count++) turn('simple', 2 + count * 2);
    turn('simple', 20, { unsure: true });
    turn('simple', 22, {}, 'openTools');
    expect(need()).toBe('complex');
    turn('simple', 24);
    expect(need()).toBe('simple');
  });

  it('is one of five thousand at most', () => {
    const memory = createConversations();
    for (let count = 0; count < 5_100; count++) memory.ended(thread(2, 'fresh', `key ${count}`), ended());
    expect(memory.size()).toBe(5_000);
    expect(memory.before(thread(4, 'fresh', 'key 0'), 1)).toBeUndefined();
  });
});

it('knows who caches without being told what', () => {
  expect(cachesUnmarked(exampleModel('a/x'))).toBe(true);
  expect(cachesUnmarked(exampleModel('a/x', { prices: [{ input: 1, output: 1, cacheWrite5m: 1.25 }] }))).toBe(false);
});

describe('a conversation over a restart', () => {
  let host: ReturnType<typeof createMemoryHost>;
  let database: Database;
  beforeEach(() => {
    host = createMemoryHost();
    database = openDatabase(':memory:', join(host.paths.resources, 'migrations'));
  });
  afterEach(() => {
    database.close();
    host.remove();
  });
  const open = () => createConversations(createConversationStore(database, host.log));
  const nowMs = Date.now();

  it('goes on where it was, with the model and the cache that it had', () => {
    const memory = open();
    memory.ended(thread(2), ended({ nowMs }));
    memory.ended(thread(4), ended({ nowMs }));
    memory.save();
    expect(open().before(thread(6), nowMs + 1)).toEqual(memory.before(thread(6), nowMs + 1));
    expect(open().before(thread(6), nowMs + 1)).toMatchObject({ model: 'a/x', requests: 2, cachedTokens: 2_000 });
  });

  it('is forgotten where it never went on, or cannot be read', () => {
    const memory = open();
    memory.ended(thread(2), ended({ nowMs }));
    memory.ended(thread(2, 'fresh', 'two'), ended({ nowMs }));
    memory.ended(thread(4, 'fresh', 'two'), ended({ nowMs }));
    memory.save();
    expect(open().size()).toBe(1);
    database.client.prepare("UPDATE conversations SET kept = '{}'").run();
    expect(open().size()).toBe(0);
    expect(JSON.stringify(host.lines)).toContain('cannot be read');
  });
});
