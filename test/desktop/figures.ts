import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { bundle } from '../../scripts/bundle.mjs';
import { createFakeProvider } from '../fake-provider.ts';
import { type DesktopApp, launch } from './launch.ts';
import { launcher, root } from './launcher.ts';

/*
 * npm run bench:desktop: how long the app takes to answer and to paint, and the longest stall of its main process under load.
 */
const starts = 5;
const loadMs = 10_000;
const callers = 8;

interface Running {
  app: DesktopApp;
  page: Page;
  url: string;
  ownerToken: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  answeredAt: number;
  /** Processor time of the app until then. */
  workedMs: number;
}

await bundle(root, ['client', 'preload', 'main']);
const provider = await createFakeProvider();
console.log(`Figures of the desktop app${launcher}`);
const answered: number[] = [];
const painted: number[] = [];
const worked: number[] = [];
for (let count = 1; count <= starts; count++) {
  await withApp(async (running) => {
    answered.push(running.answeredAt - running.startedAt);
    worked.push(running.workedMs);
    painted.push((await firstPaintAt(running.page)) - running.answeredAt);
    if (count < starts) return;
    const { wallMs, ownMs, gcMs } = await longestStall(running);
    console.log(`longest stall of the main process under load: ${wallMs.toFixed(0)} ms (limit 50)`);
    console.log(
      `  the longest that its thread worked without a pause: ${ownMs.toFixed(0)} ms; the longest collection: ${gcMs.toFixed(0)} ms`,
    );
  });
}
print('process start to the first answer', answered, 1_000);
print('  processor time of it, all threads', worked);
print('first contentful paint after that', painted, 500);
await provider.close();

async function withApp(use: (running: Running) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'figures-'));
  const data = join(home, 'data');
  await mkdir(data);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = { HOME: home, LLM_GATEWAY_DATA_DIR: data, OPENAI_BASE_URL: `${provider.url}/v1` };
  const app = await launch({ environment, flags: ['--port', String(port)], probe: { keychain: 'kwallet6' } });
  try {
    const answeredAt = await firstAnswer(`${url}/health`);
    const { startedAt, workedMs } = await app.evaluate(() => {
      const { user, system } = process.cpuUsage();
      return { startedAt: Date.now() - process.uptime() * 1000, workedMs: (user + system) / 1000 };
    }, null);
    const ownerToken = (await readFile(join(data, 'owner-token'), 'utf8')).trim();
    await use({ app, url, ownerToken, startedAt, answeredAt, workedMs, page: await app.page() });
  } finally {
    await app.dispose();
    await rm(home, { recursive: true, force: true, maxRetries: 10 });
  }
}

async function firstAnswer(url: string): Promise<number> {
  for (;;) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return Date.now();
    await sleep(5);
  }
}

/** The moment at which the page first showed something, as the browser itself has noted it. */
async function firstPaintAt(page: Page): Promise<number> {
  const read =
    "(() => { const [paint] = performance.getEntriesByName('first-contentful-paint'); return paint ? performance.timeOrigin + paint.startTime : 0; })()";
  for (;;) {
    const at = Number(await page.evaluate(read));
    if (at > 0) return at;
    await sleep(20);
  }
}

interface Stall {
  /** Between two turns of the loop, the machine's other work included. */
  wallMs: number;
  /** Processor time of the main thread between two turns: what the app itself did. */
  ownMs: number;
  gcMs: number;
}

/** Callers that ask without a pause, each request another one, while window and tray follow. */
async function longestStall({ app, url, ownerToken }: Running): Promise<Stall> {
  const post = (path: string, body: object) => owner({ url, ownerToken }, 'POST', path, body);
  await post('/provider-keys', { provider: 'openai', key: 'sk-0123456789abcdefghij' });
  const { key } = (await (await post('/gateway-keys', { name: 'figures' })).json()) as { key: string };
  let asked = 0;
  const call = async (untilMs: number) => {
    while (Date.now() < untilMs) {
      asked += 1;
      const content = `Question ${asked}. ${'Words of some length. '.repeat(50)}`;
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'auto', stream: asked % 2 === 0, messages: [{ role: 'user', content }] }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`A call was answered ${response.status}: ${text}`);
    }
  };
  const run = (forMs: number) => Promise.all(Array.from({ length: callers }, () => call(Date.now() + forMs)));
  // What is loaded on first use is loaded by now.
  await run(2_000);
  await app.evaluate(() => {
    const stall = { wallMs: 0, ownMs: 0, gcMs: 0 };
    const { PerformanceObserver } = process.getBuiltinModule('node:perf_hooks');
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) stall.gcMs = Math.max(stall.gcMs, duration);
    }).observe({ entryTypes: ['gc'] });
    const everyMs = 5;
    const own = () => {
      const { user, system } = process.threadCpuUsage();
      return (user + system) / 1000;
    };
    let before = { wallMs: performance.now(), ownMs: own() };
    setInterval(() => {
      const now = { wallMs: performance.now(), ownMs: own() };
      stall.wallMs = Math.max(stall.wallMs, now.wallMs - before.wallMs - everyMs);
      stall.ownMs = Math.max(stall.ownMs, now.ownMs - before.ownMs);
      before = now;
    }, everyMs);
    Object.assign(globalThis, { stall });
  }, null);
  const before = asked;
  await run(loadMs);
  console.log(`${asked - before} requests in ${loadMs / 1000} s, with the window open`);
  return app.evaluate(() => {
    const { stall } = globalThis as unknown as { stall: Stall };
    return { ...stall };
  }, null);
}

function owner(of: Pick<Running, 'url' | 'ownerToken'>, method: string, path: string, body: object): Promise<Response> {
  const headers = { authorization: `Bearer ${of.ownerToken}`, 'content-type': 'application/json' };
  return fetch(`${of.url}/api${path}`, { method, headers, body: JSON.stringify(body) });
}

function print(name: string, values: number[], limitMs?: number): void {
  const sorted = values.map(Math.round).sort((one, other) => one - other);
  console.log(
    `${name}: median ${sorted[Math.floor(sorted.length / 2)]} ms of ${sorted.join(', ')}${limitMs === undefined ? '' : ` (limit ${limitMs})`}`,
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
