import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEcho } from '../fake-echo.ts';
import { ask, SOON, type Started, startGateway } from './start.ts';

let started: Started;
beforeEach(async () => {
  started = await startGateway({ settings: { timeZone: 'Europe/Madrid' } });
});
afterEach(() => started.close());

interface MoneyBar {
  usedUsd: number;
  reservedUsd: number;
  capUsd: number | null;
  resetsAtMs: number;
}

interface Limit {
  id: string;
  caps: Record<string, number | null>;
  use: {
    requestsPerMinute: { used: number; cap: number | null; resetsAtMs: number | null };
    tokensPerMinute: { used: number };
    concurrentRequests: { used: number };
    day: MoneyBar;
    week: MoneyBar;
    month: MoneyBar;
  };
}

interface Unsettled {
  calls: { id: string; requestId: string; heldUsd: number }[];
  heldUsd: number;
}

interface Refusal {
  error: { type: string; code: string; message: string };
}

const setLimit = (id: string, caps: object) => started.api('PATCH', `/limits/${id}`, caps) as Promise<Limit>;
const overall = () => started.api('GET', '/limits/overall') as Promise<Limit>;
const keyId = async () => {
  const { limits } = (await started.api('GET', '/limits')) as { limits: Limit[] };
  return limits[1]?.id ?? '';
};
/** gpt-4.1 costs 2 in and 8 out: this is 0.008022 USD an answer, and a little more at most. */
const THOUSAND = { usage: { input: 11, output: 1000 } };
const bounded = (model: string, more: object = {}) => ask(model, { max_tokens: 1000, ...more });

describe('a budget', () => {
  it('is not overshot by a hundred streams at once', async () => {
    started.openai.respond(createEcho({ ...THOUSAND, delayMs: 5 }));
    await setLimit('overall', { dayUsd: 0.1 });
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const response = await started.chat(bounded('gpt-4.1', { stream: true }));
        return { status: response.status, text: await response.text() };
      }),
    );
    const whole = answers.filter(({ status }) => status === 200);
    const { use } = await overall();
    expect(whole.length).toBeGreaterThan(5);
    expect(whole.every(({ text }) => text.endsWith('[DONE]\n\n'))).toBe(true);
    expect(answers.every(({ status }) => status === 200 || status === 429)).toBe(true);
    expect(use.day.usedUsd).toBeCloseTo(whole.length * 0.008022, 9);
    expect(use.day.usedUsd).toBeLessThanOrEqual(0.1);
    expect(use.day.reservedUsd).toBe(0);
    expect(use.concurrentRequests.used).toBe(0);
  });

  it('is not overshot where calls are charged that were never answered, and tried again', {
    timeout: 30_000,
  }, async () => {
    await started.api('PATCH', '/settings', { timeouts: { firstByteMs: 1_500, wholeReplyMs: 1_500 } });
    await setLimit('overall', { dayUsd: 1 });
    let calls = 0;
    let billedUsd = 0;
    const answer = createEcho({ ...THOUSAND, delayMs: 5 });
    started.openai.respond(async (request, response) => {
      calls += 1;
      // Whatever becomes of it, the provider charges the whole of it.
      billedUsd += 0.008022;
      if (calls % 3 === 0) return answer(request, response);
      // Nothing comes, or the connection breaks while the model writes.
      if (calls % 3 === 1) setTimeout(() => response.destroy(), 1_100);
    });
    const asked = Array.from({ length: 100 }, async (_, index) => {
      const response = await started.chat(bounded('gpt-4.1', { stream: index % 2 === 0, user: `${index}` }));
      await response.text();
      return response.status;
    });
    const statuses = await Promise.all(asked);
    const { day } = (await overall()).use;
    expect(new Set(statuses)).toEqual(new Set([200, 502, 504]));
    // Some find room for another try, which fills it up.
    expect(calls).toBeGreaterThan(105);
    expect(day.usedUsd + day.reservedUsd).toBeGreaterThan(0.98);
    expect(billedUsd).toBeLessThanOrEqual(1);
    expect(day.usedUsd + day.reservedUsd).toBeLessThanOrEqual(1);
    expect(day.usedUsd + day.reservedUsd).toBeGreaterThanOrEqual(billedUsd);
    // No room is left, until the owner says that those calls have cost nothing.
    const unsettled = (await started.api('GET', '/unsettled-calls')) as Unsettled;
    expect(unsettled.calls.length).toBeGreaterThan(10);
    expect(unsettled.calls[0]).toMatchObject({ why: 'givenUp', clientName: 'test' });
    expect(unsettled.heldUsd).toBeCloseTo(day.reservedUsd, 9);
    const [first] = unsettled.calls;
    await started.api('POST', '/unsettled-calls/release', { ids: [first?.id] });
    expect((await overall()).use.day.reservedUsd).toBeCloseTo(day.reservedUsd - (first?.heldUsd ?? 0), 9);
    await started.api('POST', '/unsettled-calls/release', {});
    expect((await overall()).use.day.reservedUsd).toBe(0);
    expect((await started.rows()).filter(({ retries }) => retries > 0).length).toBeGreaterThan(5);
  });

  it('counts the prompt of a call that was given up, in the row and in what was lost', async () => {
    await setLimit('overall', { dayUsd: 5 });
    let calls = 0;
    const answer = createEcho(THOUSAND);
    started.openai.respond(async (request, response) => {
      calls += 1;
      if (calls > 1) return answer(request, response);
      setTimeout(() => response.destroy(), 1_050);
    });
    await (await started.chat(bounded('gpt-4.1'))).text();
    const row = (await started.row()) as unknown as { id: string; givenUpNano: number; costNano: number };
    const prompt = row.givenUpNano;
    expect(row).toMatchObject({ status: 'ok', retries: 1, costKind: 'estimated', costNano: 8_022_000 + prompt });
    expect(prompt).toBeGreaterThan(0);
    const { costLines } = (await started.api('GET', `/requests/${row.id}`)) as { costLines: { kind: string }[] };
    expect(costLines.map(({ kind }) => kind)).toEqual(['input', 'output', 'givenUp']);
    expect(await started.api('GET', '/analytics/savings')).toMatchObject({
      actualNano: row.costNano,
      baselineNano: 8_022_000,
      parts: { modelsNano: 0, retriesNano: -prompt, failuresNano: 0 },
    });
    expect(await started.api('GET', '/requests?saving=retries')).toMatchObject({ requests: [{ id: row.id }] });
    const { heldUsd, calls: held } = (await started.api('GET', '/unsettled-calls')) as Unsettled;
    expect(held).toMatchObject([{ requestId: row.id }]);
    expect((await overall()).use.day).toMatchObject({ usedUsd: row.costNano / 1e9, reservedUsd: heldUsd });
  });

  it('refuses in the words of the dialect: which, when it resets, how to raise it', async () => {
    await setLimit('overall', { dayUsd: 0.0001 });
    const response = await started.chat(bounded('gpt-4.1'));
    const { error } = (await response.json()) as Refusal;
    expect(response.status).toBe(429);
    expect(error).toMatchObject({ type: 'rate_limit_error', code: 'budget_exceeded' });
    expect(error.message).toMatch(/^The day's budget of \$0.0001 for all gateway keys together has no room/);
    expect(error.message).toMatch(
      /It resets on \d{4}-\d\d-\d\d 00:00 \(Europe\/Madrid\)\. Raise it .*PATCH \/api\/limits\/overall\.$/,
    );
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(started.openai.calls()).toEqual([]);
  });

  it.each([
    [
      'openai-chat',
      '/v1/chat/completions',
      ask('gpt-4.1'),
      { error: { type: 'rate_limit_error', code: 'budget_exceeded' } },
    ],
    ['openai-responses', '/v1/responses', { model: 'gpt-4.1', input: 'Hi.' }, { error: { code: 'budget_exceeded' } }],
    [
      'anthropic',
      '/v1/messages',
      ask('claude-sonnet-4-5', { max_tokens: 1000 }),
      { type: 'error', error: { type: 'rate_limit_error' } },
    ],
    [
      'gemini',
      '/v1beta/models/gemini-2.5-flash:generateContent',
      { contents: [{ role: 'user', parts: [{ text: 'Hi.' }] }] },
      { error: { code: 429, status: 'RESOURCE_EXHAUSTED' } },
    ],
  ])('refuses in the shape of %s, with the same sentence', async (_, path, body, shape) => {
    await setLimit('overall', { dayUsd: 0.0001 });
    const response = await fetch(started.url + path, {
      method: 'POST',
      headers: { 'x-api-key': started.key, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as Refusal;
    expect(response.status).toBe(429);
    expect(answer).toMatchObject(shape);
    expect(answer.error.message).toMatch(/^The day's budget of .* It resets on .* Raise it .*overall\.$/);
  });

  it('is told in the headers of each reply, with what is left of it and when it resets', async () => {
    await setLimit('overall', { dayUsd: 1, tokensPerMinute: 100_000 });
    const { headers } = await started.chat(bounded('gpt-4.1'));
    expect(headers.get('x-ratelimit-limit-usd')).toBe('1');
    expect(Number(headers.get('x-ratelimit-remaining-usd'))).toBeLessThan(1);
    expect(Number(headers.get('x-ratelimit-remaining-usd'))).toBeGreaterThan(0.9);
    expect(Number(headers.get('x-ratelimit-reset-usd'))).toBeLessThanOrEqual(25 * 3600);
    expect(headers.get('x-ratelimit-limit-tokens')).toBe('100000');
    expect(Number(headers.get('x-ratelimit-remaining-tokens'))).toBeLessThan(100_000);
    expect(Number(headers.get('x-ratelimit-reset-tokens'))).toBeLessThanOrEqual(60);
    expect(headers.get('x-ratelimit-limit-requests')).toBeNull();
  });

  it('of one key leaves the others alone', async () => {
    await setLimit(await keyId(), { monthUsd: 0.0001 });
    const { key } = started.gateway.createKey('other');
    expect((await started.chat(bounded('gpt-4.1'))).status).toBe(429);
    expect((await started.chat(bounded('gpt-4.1'), { key })).status).toBe(200);
  });

  it('of nothing lets nothing through that costs, and lifting it lets all through again', async () => {
    const id = await keyId();
    await (await started.chat(ask('gpt-4o-mini'))).text();
    await setLimit(id, { dayUsd: 0 });
    expect((await started.chat(ask('gpt-4o-mini'))).status).toBe(429);
    await setLimit(id, { dayUsd: null });
    expect((await started.chat(ask('gpt-4o-mini'))).status).toBe(200);
  });

  it('bounds an answer that the client did not bound, and says so', async () => {
    await setLimit('overall', { dayUsd: 0.03 });
    const response = await started.chat(ask('gpt-4.1'));
    expect(response.status).toBe(200);
    const sent = JSON.parse(started.openai.calls().at(-1)?.body.toString() ?? '{}') as Record<string, number>;
    const limit = sent.max_completion_tokens ?? sent.max_tokens ?? 0;
    expect(limit).toBeGreaterThan(1024);
    expect(limit * 8e-6).toBeLessThan(0.03);
    expect(response.headers.get('x-gateway-losses')).toContain(`max_tokens: limited to ${limit}`);
  });

  it('sends auto to a cheaper model before it refuses', async () => {
    const hard = { messages: [{ role: 'user' as const, content: HARD }], max_tokens: 4000 };
    const free = await started.chat({ model: 'auto:quality', ...hard });
    const dear = free.headers.get('x-gateway-model');
    const spent = (await overall()).use.day.usedUsd;
    await setLimit('overall', { dayUsd: spent + 0.012 });
    const near = await started.chat({ model: 'auto:quality', ...hard, user: 'another' });
    expect(near.status).toBe(200);
    expect(near.headers.get('x-gateway-model')).not.toBe(dear);
    expect(near.headers.get('x-gateway-why')).toContain('that the budget has room for');
    await setLimit('overall', { dayUsd: spent + 0.000001 });
    const none = await started.chat({ model: 'auto:quality', ...hard, user: 'a third' });
    expect(none.status).toBe(429);
    expect(((await none.json()) as Refusal).error.code).toBe('budget_exceeded');
  });

  it('refuses a model without a price, unless that is allowed', async () => {
    await setLimit('overall', { dayUsd: 5 });
    const refused = await started.chat(bounded('openai/of-which-nobody-knows'));
    expect(refused.status).toBe(429);
    expect(((await refused.json()) as Refusal).error.message).toContain(
      'price of openai/of-which-nobody-knows is unknown',
    );
    await started.api('PATCH', '/settings', { budgets: { unknownPrice: 'allow' } });
    expect((await started.chat(bounded('openai/of-which-nobody-knows'))).status).toBe(200);
  });

  it('answers from the cache when all is spent', async () => {
    const same = bounded('gpt-4.1');
    await (await started.chat(same)).text();
    await setLimit('overall', { dayUsd: 0 });
    const copy = await started.chat(same);
    expect([copy.status, copy.headers.get('x-gateway-cache')]).toEqual([200, 'hit']);
  });

  it('tells at half, four fifths and all of it, once each', async () => {
    started.openai.respond(createEcho(THOUSAND));
    await setLimit('overall', { weekUsd: 0.0401 });
    for (let asked = 0; asked < 5; asked++) await (await started.chat(bounded('gpt-4.1', { max_tokens: 10 }))).text();
    const titles = started.host.notices.map(({ title }) => title);
    expect(titles).toEqual([
      "50 % of the week's budget is spent",
      "80 % of the week's budget is spent",
      "The week's budget is spent",
    ]);
  });

  it('gives back what a failed and what a cancelled request had reserved', async () => {
    await setLimit('overall', { dayUsd: 1 });
    started.openai.respond(
      (_, response) => void response.writeHead(400, { 'content-type': 'application/json' }).end('{}'),
    );
    await (await started.chat(bounded('gpt-4.1'))).text();
    started.openai.respond(createEcho({ text: 'a b c d e f g h', delayMs: 50 }));
    const controller = new AbortController();
    const response = await started.chat(bounded('gpt-4.1', { stream: true }), { signal: controller.signal });
    expect((await overall()).use.day.reservedUsd).toBeGreaterThan(0.008);
    await response.body?.getReader().read();
    controller.abort();
    await vi.waitFor(async () => expect((await overall()).use.day.reservedUsd).toBe(0), SOON);
  });
});

describe('limits by the minute', () => {
  it('let so many requests in and tell when to come back', async () => {
    await setLimit(await keyId(), { requestsPerMinute: 2 });
    const first = await started.chat(bounded('gpt-4.1'));
    expect(first.headers.get('x-ratelimit-limit-requests')).toBe('2');
    expect(first.headers.get('x-ratelimit-remaining-requests')).toBe('1');
    expect((await started.chat(bounded('gpt-4.1'))).status).toBe(200);
    const third = await started.chat(bounded('gpt-4.1'));
    expect(third.status).toBe(429);
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(((await third.json()) as Refusal).error).toMatchObject({ code: 'rate_limited' });
    expect((await started.row()).errorCode).toBe('rate_limited');
    await setLimit(await keyId(), { requestsPerMinute: null });
    expect((await started.chat(bounded('gpt-4.1'))).status).toBe(200);
  });

  it('count the tokens that were really used', async () => {
    started.openai.respond(createEcho(THOUSAND));
    await setLimit('overall', { tokensPerMinute: 1500 });
    await (await started.chat(bounded('gpt-4.1'))).text();
    expect((await overall()).use.tokensPerMinute.used).toBe(1011);
    await (await started.chat(bounded('gpt-4.1'))).text();
    expect((await started.chat(bounded('gpt-4.1'))).status).toBe(429);
  });

  it('let only so many requests be under way', async () => {
    started.openai.respond(createEcho({ text: 'a b c d e f', delayMs: 30 }));
    await setLimit('overall', { concurrentRequests: 2 });
    const statuses = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const response = await started.chat(bounded('gpt-4.1', { stream: true }));
        await response.text();
        return response.status;
      }),
    );
    expect(statuses.sort()).toEqual([200, 200, 429, 429, 429]);
    expect((await started.chat(bounded('gpt-4.1'))).status).toBe(200);
  });
});

const HARD = `Prove that the scheduler below cannot deadlock, then refactor it to work stealing, keeping it lock free, and analyse its
complexity. \`\`\`rust\nstruct Scheduler { queues: Vec<Mutex<VecDeque<Task>>> }\n\`\`\` Think step by step about memory orderings.`;
