import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerJson } from '../fake-answers.ts';
import { createEcho } from '../fake-echo.ts';
import { ask, OWNER_TOKEN, type Started, startGateway } from './start.ts';

let started: Started;
let repeated: ReturnType<typeof ask>;
beforeAll(async () => {
  started = await startGateway();
  started.openai.respond(createEcho({ usage: { input: 1000, output: 100 } }));
  repeated = ask('gpt-4.1-nano');
  for (const body of [ask('gpt-4.1'), repeated, repeated, ask('gpt-4.1-nano')]) await (await started.chat(body)).text();
  started.openai.respond(
    answerJson({ error: { message: 'A "quoted", =formula', type: 'invalid_request_error' } }, 400),
  );
  await (await started.chat(ask('gpt-4.1'))).text();
});
afterAll(() => started.close());

interface Group {
  model?: string | null;
  clientName?: string | null;
  complexity?: string | null;
  requests: number;
  costNano: number;
}

const get = <Answer>(path: string) => started.api('GET', path) as Promise<Answer>;

// gpt-4.1 costs 2 and 8 USD a million, gpt-4.1-nano 0.1 and 0.4.
const DEAR = 2_800_000;
const CHEAP = 140_000;

describe('analytics', () => {
  it('says what a range came to, and the one before', async () => {
    const overview = await get<Record<string, unknown> & { before: unknown }>('/analytics/overview');
    expect(overview).toMatchObject({ requests: 5, errors: 1, costNano: DEAR + 2 * CHEAP, cacheHitRate: 0.2 });
    expect(overview.p50LatencyMs).toBeTypeOf('number');
    expect(overview.before).toMatchObject({ requests: 0, costNano: 0, p95FirstByteMs: null });
  });

  it('breaks it down by each dimension, named, and every group leads to its rows', async () => {
    const by = async (name: string) => (await get<{ groups: Group[] }>(`/analytics/breakdown?by=${name}`)).groups;
    expect((await by('model')).map(({ model, requests, costNano }) => [model, requests, costNano])).toEqual([
      ['gpt-4.1', 2, DEAR],
      ['gpt-4.1-nano', 3, 2 * CHEAP],
    ]);
    expect(await by('client')).toMatchObject([{ clientName: 'test', requests: 5 }]);
    for (const { model, complexity, requests } of await by('mix')) {
      const query = `model=${model}${complexity == null ? '' : `&complexity=${complexity}`}`;
      const { requests: rows } = await get<{ requests: unknown[] }>(`/requests?${query}`);
      expect(rows.length).toBeGreaterThanOrEqual(requests);
    }
  });

  it('draws it over time, and how it is spread', async () => {
    for (const bucket of ['hour', 'day']) {
      const { buckets } = await get<{ buckets: (Group & { p95LatencyMs: number | null; groups: Group[] })[] }>(
        `/analytics/series?bucket=${bucket}&timeZone=Asia/Kathmandu`,
      );
      expect(buckets.reduce((sum, one) => sum + one.requests, 0)).toBe(5);
      expect(buckets.flatMap((one) => one.groups).reduce((sum, one) => sum + one.costNano, 0)).toBe(DEAR + 2 * CHEAP);
      for (const { requests, p95LatencyMs } of buckets)
        expect(p95LatencyMs).toEqual(requests === 0 ? null : expect.any(Number));
    }
    const few = await get<{ buckets: { groups: (Group & { isRest?: true })[] }[] }>('/analytics/series?groups=1');
    const groups = few.buckets.flatMap((one) => one.groups);
    expect(groups.filter(({ model }) => model === 'gpt-4.1').reduce((sum, one) => sum + one.costNano, 0)).toBe(DEAR);
    expect(groups.filter(({ isRest }) => isRest).reduce((sum, one) => sum + one.costNano, 0)).toBe(2 * CHEAP);
    const { buckets } = await get<{ buckets: { count: number }[] }>('/analytics/distribution?of=cost');
    expect(buckets.reduce((sum, one) => sum + one.count, 0)).toBe(5);
  });

  it('reckons what was saved against the dearest model, another one, or the one of the setting', async () => {
    const dearest = await get<Record<string, unknown>>('/analytics/savings');
    expect(dearest).toMatchObject({
      baseline: { id: 'openai/gpt-4.1', from: 'dearest' },
      actualNano: DEAR + 2 * CHEAP,
      baselineNano: 4 * DEAR,
      parts: { modelsNano: 2 * (DEAR - CHEAP), cacheNano: DEAR, retriesNano: 0, failuresNano: 0, switchingNano: 0 },
    });
    const rowsOf = async (saving: string) =>
      (await get<{ requests: Group[] }>(`/requests?saving=${saving}`)).requests.map(({ costNano }) => costNano);
    expect((await rowsOf('models')).sort()).toEqual([CHEAP, CHEAP, DEAR]);
    expect(await rowsOf('cache')).toEqual([0]);
    for (const part of ['retries', 'failures', 'switching']) expect(await rowsOf(part)).toEqual([]);
    const cheap = await get<{ savedNano: number }>('/analytics/savings?baseline=openai/gpt-4.1-nano');
    expect(cheap.savedNano).toBe(4 * CHEAP - DEAR - 2 * CHEAP);
    for (const bucket of ['hour', 'day']) {
      const saved = await get<{ savedNano: number; buckets: { date: string; savedNano: number }[] }>(
        `/analytics/savings?bucket=${bucket}&timeZone=Asia/Kathmandu`,
      );
      expect(saved.buckets.length).toBeGreaterThan(1);
      expect(saved.buckets.reduce((sum, one) => sum + one.savedNano, 0)).toBe(saved.savedNano);
      expect(saved.savedNano).toBe(2 * (DEAR - CHEAP) + DEAR);
    }
    await started.api('PATCH', '/settings', { savingsBaseline: 'openai/gpt-4.1-nano' });
    expect(await get('/analytics/savings')).toMatchObject({ baseline: { from: 'setting' } });
    await expect(get('/analytics/savings?baseline=openai/none')).rejects.toThrow(/knows no model/);
  });
});

it('without a provider there is nothing to have saved against', async () => {
  const demo = await startGateway({ keys: [] });
  await (await demo.chat(ask('auto'))).text();
  expect(await demo.api('GET', '/analytics/savings')).toMatchObject({ baseline: null, savedNano: 0 });
  await demo.close();
});

describe('an export', () => {
  const download = (path: string, headers: Record<string, string> = { authorization: `Bearer ${OWNER_TOKEN}` }) =>
    fetch(`${started.url}/api${path}`, { headers });

  it('is a CSV file of what the filter leaves, safe to open in a spreadsheet', async () => {
    const response = await download('/requests.csv?status=error');
    expect(response.headers.get('content-type')).toContain('text/csv');
    expect(response.headers.get('content-disposition')).toContain('llm-gateway-requests.csv');
    const [head, row, ...rest] = (await response.text()).split('\r\n');
    expect(head?.split(',')).toContain('costUsd');
    expect(row).toContain('""quoted"", =formula');
    expect(rest).toEqual(['']);
  });

  it('is JSON of the same rows as the pages', async () => {
    const rows = (await (await download('/requests.json?sort=dearest')).json()) as { id: string }[];
    const page = await get<{ requests: { id: string }[] }>('/requests?sort=dearest');
    expect(rows).toEqual(page.requests);
    expect(await (await download('/requests.json?model=none')).json()).toEqual([]);
  });

  it('wants the owner, and says what is wrong with a filter', async () => {
    expect((await download('/requests.csv', {})).status).toBe(401);
    const wrong = await download('/requests.csv?status=great');
    expect([wrong.status, ((await wrong.json()) as { message: string }).message]).toEqual([
      400,
      expect.stringContaining('status'),
    ]);
  });

  it('comes in pieces over the contract too', async () => {
    const text = await (await download('/requests/export?format=csv&status=error')).text();
    expect(text).toContain('data: "id,startedAt,');
  });
});
