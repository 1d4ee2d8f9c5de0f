import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { chromiumArguments, chromiumPath } from '../chromium.ts';
import { openWindow } from '../desktop/dashboard.ts';
import { createFakeProvider } from '../fake-provider.ts';
import { writeHistory } from './history.ts';
import type { Dashboard, DashboardOptions, Look, Ready } from './opened.ts';

export type { Dashboard } from './opened.ts';

const start = join(import.meta.dirname, '..', '..', 'scripts', 'start.mjs');

/** The specs are run in a browser on the headless host, and once more with this: in the window of the desktop app. */
export const inWindow = process.env.TARGET === 'desktop';

/** Another page in the same document, as by a link. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(path)}`);
}

/** A real host in a process of its own with one fake behind all providers, and a real browser to look at it. */
export function openDashboard(options: DashboardOptions = {}): Promise<Dashboard> {
  const given = { rows: 0, longNames: false, keys: ['openai', 'anthropic', 'gemini'] as const, ...options };
  return inWindow ? openWindow(given) : openBrowser(given);
}

async function openBrowser({ rows, longNames, keys }: Required<DashboardOptions>): Promise<Dashboard> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'dashboard-'));
  if (rows > 0) await writeHistory(dataDirectory, { rows, days: 30, endMs: Date.now(), longNames });
  const provider = await createFakeProvider();
  const variables: Record<string, string> = {};
  for (const name of keys) {
    variables[`${name.toUpperCase()}_API_KEY`] = `sk-${name}-0123456789abcdef`;
  }
  for (const name of ['OPENAI', 'ANTHROPIC', 'GEMINI']) variables[`${name}_BASE_URL`] = provider.url;
  const { child, ready } = await startHost(dataDirectory, variables);
  const browser = await chromium.launch({
    ...(chromiumPath !== undefined && { executablePath: chromiumPath }),
    args: chromiumArguments,
  });
  const contexts = new Map<string, BrowserContext>();

  async function contextFor({ theme = 'light', language = 'en' }: Look): Promise<BrowserContext> {
    const name = `${theme} ${language}`;
    const known = contexts.get(name);
    if (known !== undefined) return known;
    const context = await browser.newContext({
      colorScheme: theme,
      locale: language,
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const response = await context.request.post(`${ready.url}/rpc/session`, { data: { token: ready.ownerToken } });
    if (!response.ok()) throw new Error(`Signing in answered ${response.status()}.`);
    contexts.set(name, context);
    return context;
  }

  async function stop(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  return {
    ...ready,
    provider,
    home: dataDirectory,
    async open(path, look = {}) {
      const page = await (await contextFor(look)).newPage();
      await page.setViewportSize({ width: look.width ?? 1280, height: look.height ?? 800 });
      await page.goto(`${ready.url}/#${path}`);
      return page;
    },
    async openStranger(address) {
      const page = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
      await page.goto(address);
      return page;
    },
    stop,
    async close() {
      await browser.close();
      await stop();
      await provider.close();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

async function startHost(
  dataDirectory: string,
  variables: Record<string, string>,
): Promise<{ child: ChildProcess; ready: Ready }> {
  const child = spawn(process.execPath, [start, 'serve', '--json', '--port', '0', '--data-dir', dataDirectory], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, HOME: dataDirectory, ...variables },
  });
  for await (const line of createInterface({ input: child.stdout })) return { child, ready: JSON.parse(line) as Ready };
  throw new Error('The gateway ended before it was ready.');
}
