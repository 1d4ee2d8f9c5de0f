import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { settingsSchema } from '../../contract/settings.ts';
import { createMemoryLog } from '../../test/memory-host.ts';
import { openDatabase } from '../db/open.ts';
import type { Notice } from '../host.ts';
import { createCatalogue } from './catalogue.ts';
import { createChecks } from './checks.ts';
import type { Used } from './meaning.ts';
import { loadRegistry } from './registry.ts';
import type { ModelFile } from './schema.ts';
import { createUpdater } from './updater.ts';

const root = join(import.meta.dirname, '../..');
const shipped = loadRegistry(join(root, 'models.json'));
const HAIKU = 'anthropic/claude-haiku-4-5';
const DAY_MS = 86_400_000;

type Entry = Record<string, unknown>;
type List = Record<string, Entry>;

function liteLlm(change: (list: List) => void = () => {}): List {
  const path = join(root, 'test/fixtures/registry/model_prices.2026-08-01.json.gz');
  const list = JSON.parse(gunzipSync(readFileSync(path)).toString()) as List;
  change(list);
  return list;
}

function own(change: (file: ModelFile) => void): ModelFile {
  const file = structuredClone(shipped.file);
  change(file);
  return file;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
let answer: Answer;
let requests: IncomingMessage[] = [];
const server = createServer((request, response) => {
  requests.push(request);
  answer(request, response);
});
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/list.json`;
});
afterAll(() => void server.close());
afterEach(() => {
  requests = [];
});

const sends =
  (body: unknown, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    void response.writeHead(200, headers).end(typeof body === 'string' ? body : JSON.stringify(body));

/** Serves with an ETag, and 304 to who has it. */
const tagged =
  (body: unknown, etag: string): Answer =>
  (request, response) =>
    request.headers['if-none-match'] === etag
      ? void response.writeHead(304).end()
      : sends(body, { etag })(request, response);

interface OpenOptions {
  enabled?: boolean;
  used?: Used[];
  sources?: string[];
  nowMs?: number;
}

function open({ enabled = true, used = [], sources, nowMs = Date.parse('2026-11-25T10:00:00Z') }: OpenOptions = {}) {
  const clock = { nowMs };
  const database = openDatabase(':memory:', join(root, 'resources/migrations'));
  const now = () => clock.nowMs;
  const catalogue = createCatalogue({ database, shipped, isServed: () => true, extra: [], now });
  const { log, lines } = createMemoryLog();
  const notices: Notice[] = [];
  const updater = createUpdater({
    catalogue,
    checks: createChecks(database),
    settings: { get: () => settingsSchema.parse({ modelUpdates: { enabled, sources: sources ?? [url] } }) },
    used: async () => used,
    notify: (notice) => notices.push(notice),
    log,
    now,
  });
  return { catalogue, updater, clock, lines, notices };
}

const usedHaiku: Used = {
  provider: 'anthropic',
  model: 'claude-haiku-4-5',
  requests: 40,
  inputTokens: 2_000_000,
  outputTokens: 300_000,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
};

function priceHaiku(list: List, input: number, output: number): void {
  Object.assign(list['claude-haiku-4-5'] ?? {}, {
    input_cost_per_token: input / 1e6,
    output_cost_per_token: output / 1e6,
    cache_read_input_token_cost: input / 1e7,
    cache_creation_input_token_cost: (input * 1.25) / 1e6,
    cache_creation_input_token_cost_above_1hr: (input * 2) / 1e6,
  });
}

describe('a list that tells the truth', () => {
  it('changes no price that the shipped list weighed, and adds what it did not know, unrated', async () => {
    const { updater, catalogue } = open();
    answer = sends(liteLlm());
    const check = await updater.check();
    expect(check).toMatchObject({ result: 'updated', source: url, notices: [] });
    expect(check.diff.changed.filter(({ price }) => price !== undefined)).toEqual([]);
    expect(check.diff.removed).toEqual([]);
    expect(check.diff.added.length).toBeGreaterThan(50);
    const added = catalogue.one(check.diff.added[0] ?? '');
    expect(added?.model.quality).toEqual([]);
    // Answered by name, and left alone by `auto` until its owner rates it.
    expect(catalogue.registry.unrated.has(added?.model.id ?? '')).toBe(true);
    catalogue.edit({ id: added?.model.id ?? '', rating: 3 });
    expect(catalogue.registry.unrated.has(added?.model.id ?? '')).toBe(false);
    expect(new Set(Object.values(added?.origins ?? {}))).toEqual(new Set(['downloaded']));
  });

  it('holds from the day it was read, keeps what held before, and tells what it means', async () => {
    const { updater, catalogue, notices, clock } = open({ used: [usedHaiku] });
    answer = sends(liteLlm());
    await updater.check();
    clock.nowMs += DAY_MS;
    answer = sends(liteLlm((list) => priceHaiku(list, 2, 8)));
    const check = await updater.check();
    expect(check.diff).toMatchObject({
      added: [],
      changed: [{ id: HAIKU, price: { input: { from: 1, to: 2 }, output: { from: 5, to: 8 } } }],
    });
    const [before, after] = catalogue.one(HAIKU)?.model.prices ?? [];
    expect(before).toMatchObject({ input: 1, until: '2026-11-25' });
    expect(after).toMatchObject({ input: 2, output: 8, from: '2026-11-26' });
    expect(catalogue.one(HAIKU)?.model.priceSource).toBe('LiteLLM 2026-11-26');
    const sentence = 'Claude Haiku 4.5 rises from $1/$5 to $2/$8: +$2.90 a month on your last 30 days.';
    expect(check.notices).toEqual([sentence]);
    expect(notices).toEqual([{ kind: 'prices', title: 'Prices of your models', body: sentence, page: '/models' }]);
    await updater.check();
    expect(notices).toHaveLength(1);
  });

  it('tells of an announced price and of a retirement ahead of their day, once, to who uses the model', async () => {
    const sonnet = { ...usedHaiku, model: 'claude-sonnet-5', inputTokens: 1_000_000, outputTokens: 420_000 };
    const { updater, notices, clock } = open({ used: [sonnet], nowMs: Date.parse('2026-08-10') });
    answer = tagged(liteLlm(), '"one"');
    await updater.check();
    expect(notices).toEqual([]);
    clock.nowMs = Date.parse('2026-08-20');
    await updater.check();
    expect(notices.map(({ body }) => body)).toEqual([
      'Claude Sonnet 5 rises to $3/$15 on 1 September: +$3.10 a month on your last 30 days.',
    ]);
    await updater.check();
    expect(notices).toHaveLength(1);
  });

  it('leaves a model that the owner priced alone', async () => {
    const { updater, catalogue, notices } = open({ used: [usedHaiku] });
    catalogue.edit({ id: HAIKU, price: { input: 7, output: 7 } });
    answer = sends(
      own((file) =>
        Object.assign(file.models.find(({ id }) => id === HAIKU) ?? {}, { prices: [{ input: 2, output: 8 }] }),
      ),
    );
    await updater.check();
    expect(catalogue.registry.find(HAIKU)?.prices).toEqual([{ input: 7, output: 7 }]);
    expect(notices).toEqual([]);
  });

  it('tells of a known model that it dropped, or lists as something else now, and keeps it', async () => {
    const { updater, catalogue, notices } = open({ used: [usedHaiku] });
    answer = sends(liteLlm());
    await updater.check();
    answer = sends(
      liteLlm((list) => {
        delete list['claude-haiku-4-5'];
        Object.assign(list['gpt-4.1'] ?? {}, { mode: 'realtime' });
      }),
    );
    const check = await updater.check();
    expect(check.diff).toEqual({
      added: [],
      removed: [HAIKU],
      changed: [{ id: 'openai/gpt-4.1', kind: { from: 'chat', to: 'realtime' } }],
    });
    expect(catalogue.one(HAIKU)?.model.prices[0]?.input).toBe(1);
    expect(notices.map(({ body }) => body)).toEqual([
      `${HAIKU} is no longer listed: its provider may have switched it off.`,
    ]);
  });

  it('may be the project’s own: every field counts, and what it dropped is gone or deprecated', async () => {
    const { updater, catalogue } = open();
    answer = sends(
      own((file) => {
        file.models = file.models.filter(({ id }) => id !== 'openai/gpt-5.5');
        const haiku = file.models.find(({ id }) => id === HAIKU);
        Object.assign(haiku ?? {}, { title: 'Haiku', retires: '2027-01-01' });
        delete haiku?.knowledge;
      }),
    );
    const check = await updater.check();
    expect(check.diff).toMatchObject({
      removed: ['openai/gpt-5.5'],
      changed: [{ id: HAIKU, retires: { to: '2027-01-01' } }],
    });
    expect(catalogue.one('openai/gpt-5.5')?.model.status).toBe('deprecated');
    expect(catalogue.one(HAIKU)?.model).toMatchObject({ title: 'Haiku' });
    expect(catalogue.one(HAIKU)?.model.knowledge).toBeUndefined();
    expect(catalogue.one(HAIKU)?.origins).toMatchObject({
      title: 'downloaded',
      retires: 'downloaded',
      price: 'shipped',
    });
  });

  it('is asked for by its tag, and taken back to what held before', async () => {
    const { updater, catalogue } = open();
    answer = tagged(liteLlm(), '"one"');
    const first = await updater.check();
    const again = await updater.check();
    expect(requests[1]?.headers['if-none-match']).toBe('"one"');
    expect(again).toMatchObject({ result: 'unchanged', restorable: false });
    expect(updater.history().map(({ result }) => result)).toEqual(['unchanged', 'updated']);
    expect(catalogue.registry.version).not.toBe(shipped.version);
    expect(updater.restore(first.id ?? 0)).toMatchObject({ result: 'restored', version: shipped.version });
    expect(catalogue.registry.version).toBe(shipped.version);
    expect(() => updater.restore(again.id ?? 0)).toThrow(/no check/);
    const restored = updater.history()[0];
    updater.restore(restored?.id ?? 0);
    expect(catalogue.registry.version).toBe(first.version);
  });

  it('is previewed without being taken over', async () => {
    const { updater, catalogue } = open();
    answer = sends(liteLlm());
    expect(await updater.preview()).toMatchObject({ id: null, result: 'updated' });
    expect(catalogue.registry.version).toBe(shipped.version);
    expect(updater.history()).toEqual([]);
  });

  it('arrives compressed, and two who ask at the same time share one look', async () => {
    const { updater } = open();
    answer = (_, response) => {
      const body = gzipSync(JSON.stringify(liteLlm()));
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(body);
    };
    const [one, other] = await Promise.all([updater.check(), updater.check()]);
    expect(one).toBe(other);
    expect(requests).toHaveLength(1);
  });
});

describe('a list that lies about one model', () => {
  const change = (list: List, fields: Entry) => Object.assign(list['claude-haiku-4-5'] ?? {}, fields);
  it.each<[string, (list: List) => void, RegExp, RegExp]>([
    [
      'jumps by more than five times',
      (list) => priceHaiku(list, 5.1, 25.5),
      /from \$1 to \$5\.1/,
      /more than five times/,
    ],
    ['falls by more than five times', (list) => priceHaiku(list, 0.19, 1), /from \$1 to \$0\.19/, /less than a fifth/],
    [
      'asks more for input than for output',
      (list) => priceHaiku(list, 3, 2),
      /input \(\$3\) dearer than output/,
      /input would cost more/,
    ],
    ['has another currency', (list) => change(list, { currency: 'CNY' }), /in CNY/, /not in US dollars/],
    ['becomes free', (list) => priceHaiku(list, 0, 5), /would be free/, /it would be free/],
    ['is a price a thousand tokens', (list) => priceHaiku(list, 1000, 5000), /times|unit/, /five times/],
    ['is a price a token', (list) => priceHaiku(list, 1e-6, 5e-6), /times|unit/, /another unit/],
    [
      'asks more for a cached token',
      (list) => change(list, { cache_read_input_token_cost: 2e-6 }),
      /cached input/,
      /cached input does not fit/,
    ],
    [
      'has an odd hour of cache',
      (list) => change(list, { cache_creation_input_token_cost_above_1hr: 2e-5 }),
      /1-hour/,
      /cached input does not fit/,
    ],
  ])('where a price %s, leaves that one out and tells, and takes the rest', async (_, lie, why, told) => {
    const { updater, catalogue, notices } = open({ used: [usedHaiku] });
    answer = sends(
      liteLlm((list) => {
        lie(list);
        Object.assign(list['gpt-4.1'] ?? {}, { input_cost_per_token: 2.5e-6 });
      }),
    );
    const check = await updater.check();
    const odd = check.quarantined.find(({ model }) => model === HAIKU);
    expect(odd?.why).toMatch(why);
    expect(catalogue.one(HAIKU)?.model).toEqual(shipped.file.models.find(({ id }) => id === HAIKU));
    expect(catalogue.one('openai/gpt-4.1')?.model.prices.at(-1)?.input).toBe(2.5);
    expect(notices[0]?.body).toContain(`A new price of ${HAIKU} was not taken over: `);
    expect(notices[0]?.body).toMatch(told);
  });

  it('believes a fall by exactly four fifths', async () => {
    const { updater, catalogue } = open();
    answer = sends(liteLlm((list) => priceHaiku(list, 0.2, 1)));
    await updater.check();
    expect(catalogue.one(HAIKU)?.model.prices.at(-1)).toMatchObject({ input: 0.2, output: 1 });
  });
});

describe('a list that cannot be taken', () => {
  const half = JSON.stringify(liteLlm()).slice(0, 100_000);
  const rescaled = (factor: number) =>
    liteLlm((list) => {
      for (const entry of Object.values(list)) {
        for (const [name, value] of Object.entries(entry)) {
          if (/cost_per_token|_token_cost/.test(name) && typeof value === 'number') entry[name] = value * factor;
        }
      }
    });
  it.each<[string, Answer, string, RegExp]>([
    ['a login page', sends('<!doctype html><title>Welcome to the hotel</title>'), 'failed', /login/],
    ['half a file', sends(half), 'failed', /breaks off/],
    [
      'a connection that breaks off',
      (_, response) => {
        response.writeHead(200, { 'content-length': half.length * 2 });
        response.write(half, () => response.destroy());
      },
      'failed',
      /broke off|cannot be reached/,
    ],
    [
      'too many requests',
      (_, response) => void response.writeHead(429, { 'retry-after': '7200' }).end(),
      'failed',
      /429/,
    ],
    ['a fault of the server', (_, response) => void response.writeHead(503).end(), 'failed', /503/],
    ['nothing there', (_, response) => void response.writeHead(404).end(), 'failed', /404/],
    ['JSON of another shape', sends(['one', { two: 2 }]), 'failed', /shape/],
    ['an empty object', sends({}), 'failed', /shape/],
    ['a registry that breaks its schema', sends({ version: 1, models: [{ id: 5 }] }), 'failed', /shape/],
    [
      'a registry without its half',
      sends(own((file) => void file.models.splice(40))),
      'refused',
      /shrunk from \d+ to 40/,
    ],
    ['every price a thousand times too high', sends(rescaled(1000)), 'refused', /make no sense/],
    ['every price a million times too low', sends(rescaled(1e-6)), 'refused', /make no sense/],
  ])('(%s) leaves everything as it was, and one quiet line says so', async (_, lie, result, why) => {
    const { updater, catalogue, lines, notices, clock } = open();
    answer = lie;
    const check = await updater.check();
    expect(check.result).toBe(result);
    expect(check.message).toMatch(why);
    expect(check.message).toMatch(/^Models and prices stay as they are/);
    expect(catalogue.registry.version).toBe(shipped.version);
    clock.nowMs += 3_700_000;
    await updater.check();
    expect(lines.map(({ level, message }) => [level, message])).toEqual([['info', check.message]]);
    expect(notices).toEqual([]);
  });

  it('(one that shrank by more than a fifth) is refused, whoever keeps it; by less, it is taken', async () => {
    const { updater, catalogue } = open();
    answer = sends(liteLlm());
    const { version } = await updater.check();
    const keep = (share: number) => {
      const entries = Object.entries(liteLlm());
      return Object.fromEntries(entries.filter((_, index) => index % 100 < share * 100));
    };
    answer = sends(keep(0.7));
    expect(await updater.check()).toMatchObject({ result: 'refused', message: expect.stringMatching(/a fifth/) });
    expect(catalogue.registry.version).toBe(version);
    answer = sends(keep(0.9));
    expect((await updater.check()).result).not.toBe('refused');
  });

  it('gives way to the next one that is set', async () => {
    const { updater } = open({ sources: [`${url}?broken`, url] });
    answer = (request, response) =>
      request.url?.endsWith('?broken') ? void response.writeHead(500).end() : sends(liteLlm())(request, response);
    expect(await updater.check()).toMatchObject({ result: 'updated', source: url });
  });

  it('(nobody listens) is said in words', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const { updater } = open({ sources: [`http://127.0.0.1:${port}/list.json`] });
    expect((await updater.check()).message).toMatch(/cannot be reached \(ECONNREFUSED\)/);
    expect((await open({ sources: [] }).updater.check()).message).toMatch(/No list is set/);
  });
});

describe('the pace', () => {
  it('is a day after a success, an hour after a failure, and what a server asks for', async () => {
    const { updater, clock } = open();
    expect(updater.status().nextCheckAtMs).toBe(clock.nowMs);
    answer = sends(liteLlm());
    await updater.check();
    expect(updater.status().nextCheckAtMs).toBe(clock.nowMs + DAY_MS);
    answer = (_, response) => void response.writeHead(503).end();
    await updater.check();
    expect(updater.status().nextCheckAtMs).toBe(clock.nowMs + 3_600_000);
    answer = (_, response) => void response.writeHead(429, { 'retry-after': '7200' }).end();
    await updater.check();
    expect(updater.status().nextCheckAtMs).toBe(clock.nowMs + 7_200_000);
  });

  it('looks once a day, whatever the clock does', async () => {
    const { updater, clock } = open();
    answer = sends(liteLlm());
    await updater.round();
    await updater.round();
    clock.nowMs += DAY_MS - 1;
    await updater.round();
    expect(requests).toHaveLength(1);
    clock.nowMs += 1;
    await updater.round();
    expect(requests).toHaveLength(2);
    // A battery died, and the machine believes it is 2020; then it learns better.
    clock.nowMs = Date.parse('2020-01-01');
    await updater.round();
    expect(requests).toHaveLength(3);
    clock.nowMs = Date.parse('2026-11-27T10:00:01Z');
    await updater.round();
    await updater.round();
    expect(requests).toHaveLength(4);
  });

  it('stands still where updates are off, and a look on demand still works', async () => {
    const { updater } = open({ enabled: false });
    answer = sends(liteLlm());
    await updater.round();
    expect(requests).toEqual([]);
    expect(updater.status()).toMatchObject({ enabled: false, nextCheckAtMs: null });
    expect((await updater.check()).result).toBe('updated');
  });
});
