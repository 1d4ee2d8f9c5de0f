import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { openDashboard } from './open.ts';

/* npm run bench:dashboard: how fast pages are there with a million requests behind them, and how soon a new one shows. */

const ROUNDS = 5;
const LIMITS = { paintMs: 500, usableMs: 1000, liveMs: 500, shift: 0.001, scriptBytes: 300_000 };
const built = join(import.meta.dirname, '..', '..', 'dist', 'renderer');

const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000000' } } });
let missed = 0;

function say(name: string, figures: number[], limit: number, unit: string): void {
  const median = figures.toSorted((one, other) => one - other)[Math.floor(figures.length / 2)] ?? Number.NaN;
  if (!(median < limit)) missed += 1;
  const shown = (value: number) => (unit === 'ms' || unit === 'B' ? String(Math.round(value)) : value.toFixed(4));
  const all = figures.length > 1 ? `   (${figures.map(shown).join(', ')})` : '';
  console.log(`${median < limit ? '  ' : '✗ '}${name.padEnd(44)} ${shown(median)} ${unit}   limit ${limit}${all}`);
}

/** Runs in the page before its own scripts: notes when everything is there, and what moved. */
const watch = `{
  const seen = { usableMs: 0, shift: 0 };
  Object.assign(globalThis, { seen });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  const look = () => {
    const rows = document.querySelector('main tbody tr, main [role=row][data-index]');
    if (rows !== null && document.querySelector('.mantine-Skeleton-root') === null) seen.usableMs = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}`;

interface Seen {
  paintMs: number;
  usableMs: number;
  shift: number;
}

async function load(page: Page, url: string): Promise<Seen> {
  await page.addInitScript(watch);
  await page.goto(url);
  let usableMs = 0;
  while (usableMs === 0) {
    await page.waitForTimeout(100);
    usableMs = await page.evaluate<number>('seen.usableMs');
  }
  // What moves late counts as well.
  await page.waitForTimeout(1000);
  return page.evaluate<Seen>(
    `({ ...seen, paintMs: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity })`,
  );
}

/** Scripts that the page asks for before any of them runs, packed. */
async function measureScripts(): Promise<number> {
  const html = await readFile(join(built, 'index.html'), 'utf8');
  const names = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, name]) => name ?? '');
  const sizes = await Promise.all(names.map(async (name) => gzipSync(await readFile(join(built, name))).length));
  return sizes.reduce((sum, size) => sum + size, 0);
}

const dashboard = await openDashboard({ rows: Number(values.rows) });
try {
  for (const path of ['/', '/?range=30d', '/requests']) {
    const all: Seen[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const page = await dashboard.open('/settings');
      await page.goto('about:blank');
      // As at the very first visit.
      await (await page.context().newCDPSession(page)).send('Network.clearBrowserCache');
      all.push(await load(page, `${dashboard.url}/#${path}`));
      await page.close();
    }
    // The first one warms the gateway up.
    all.shift();
    say(
      `${path}: first paint`,
      all.map((one) => one.paintMs),
      LIMITS.paintMs,
      'ms',
    );
    say(
      `${path}: usable`,
      all.map((one) => one.usableMs),
      LIMITS.usableMs,
      'ms',
    );
    say(
      `${path}: layout shift`,
      all.map((one) => one.shift),
      LIMITS.shift,
      '',
    );
  }
  say('live: from the end of a request to its row', await measureLive(), LIMITS.liveMs, 'ms');
  say('scripts of the first page, packed', [await measureScripts()], LIMITS.scriptBytes, 'B');
  console.log(missed === 0 ? '\nAll figures kept.' : `\n${missed} figures missed.`);
} finally {
  await dashboard.close();
}

async function measureLive(): Promise<number[]> {
  const page = await dashboard.open('/');
  await page.getByText('Live', { exact: true }).waitFor();
  const delays: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await page.waitForTimeout(1500);
    const response = await fetch(`${dashboard.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${dashboard.gatewayKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: `Hello ${round}` }] }),
    });
    await response.text();
    const endedAtMs = Date.now();
    const id = response.headers.get('x-gateway-request-id');
    const shownAtMs = await page.evaluate<number>(`new Promise((resolve) => {
      const look = () => document.querySelector('a[href*="${id}"]') ? resolve(Date.now()) : requestAnimationFrame(look);
      look();
    })`);
    delays.push(shownAtMs - endedAtMs);
  }
  await page.close();
  return delays;
}
