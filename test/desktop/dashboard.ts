import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { bundle } from '../../scripts/bundle.mjs';
import { writeHistory } from '../dashboard/history.ts';
import type { Dashboard, DashboardOptions } from '../dashboard/opened.ts';
import { createFakeProvider } from '../fake-provider.ts';
import { type DesktopApp, launch } from './launch.ts';
import { isReal, root } from './launcher.ts';

/** What the app finds at its start, beside its data. */
export interface AppState {
  /** The first steps are done; so it is if nothing is said. */
  welcomed?: boolean;
  /** As `PROBE` names it. */
  keychain?: string;
  /** Writes what else lies in the person's home, and returns further variables of the environment. */
  prepare?(home: string): Promise<Record<string, string>>;
}

export interface Window extends Dashboard {
  app: DesktopApp;
}

/**
 * The desktop app with the real dashboard in its window, as the specs of pages want it: each page that is opened is a window of its own with
 * the app's preload script. Keys are added through the contract, since the app uses none of the environment.
 */
export async function openWindow(
  { rows, longNames, keys }: Required<DashboardOptions>,
  { welcomed = true, keychain = 'gnome_libsecret', prepare }: AppState = {},
): Promise<Window> {
  await bundle(root, ['client', 'preload', 'main']);
  const home = await mkdtemp(join(tmpdir(), 'window-'));
  if (rows > 0) await writeHistory(home, { rows, days: 30, endMs: Date.now(), longNames });
  const prepared = await prepare?.(home);
  const provider = await createFakeProvider();
  const urls = Object.fromEntries(['OPENAI', 'ANTHROPIC', 'GEMINI'].map((name) => [`${name}_BASE_URL`, provider.url]));
  const environment = { HOME: home, LLM_GATEWAY_DATA_DIR: home, ...urls, ...prepared };
  const flags = ['--port', '0', '--hidden'];
  const app = await launch({ environment, flags, probe: { keychain, answers: ['Keep Keys in the File'] } });
  const url = await addressOf(app);
  const ownerToken = (await readFile(join(home, 'owner-token'), 'utf8')).trim();
  const ask = createOwner(url, ownerToken);
  for (const name of keys) await ask('POST', '/provider-keys', { provider: name, key: `sk-${name}-0123456789abcdef` });
  const { key: gatewayKey } = await ask('POST', '/gateway-keys', { name: 'default' });
  await ask('PATCH', '/desktop/preferences', { welcomed });
  let opened = 0;
  let stopped = false;

  async function stop(): Promise<void> {
    if (!stopped) await app.dispose();
    stopped = true;
  }

  return {
    app,
    url,
    gatewayKey: String(gatewayKey),
    ownerToken,
    home,
    provider,
    async open(path, { theme = 'light', language = 'en', width = 1280, height = 800 } = {}) {
      await ask('PATCH', '/desktop/preferences', { language });
      const page = await openPage(app, `?window=${++opened}`, path);
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height });
      return page;
    },
    openStranger: () => Promise.reject(new Error('Nobody signs in to the window.')),
    stop,
    async close() {
      await stop();
      await provider.close();
      await rm(home, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** Another window as the app makes its own. */
async function openPage(app: DesktopApp, mark: string, path: string): Promise<Page> {
  const given = { url: `app://gateway/${mark}#${path}`, preload: join(root, 'dist', 'preload', 'index.cjs') };
  await app.evaluate(({ BrowserWindow, session }, { url, preload }) => {
    // Specs read the clipboard, which the app lets no page do.
    session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(true));
    session.defaultSession.setPermissionCheckHandler(() => true);
    const webPreferences = { preload, contextIsolation: true, sandbox: true, nodeIntegration: false };
    void new BrowserWindow({ webPreferences }).loadURL(url);
  }, given);
  const page = await app.page(mark);
  if (!isReal) await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  return page;
}

async function addressOf(app: DesktopApp): Promise<string> {
  for (;;) {
    const label = await app.evaluate(
      () => globalThis.probe.menu?.items.find(({ id }) => id === 'status')?.label ?? '',
      null,
    );
    const [, address] = label.split('· ');
    if (address) return `http://${address}`;
    await sleep(20);
  }
}

function createOwner(url: string, token: string) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return async (method: string, path: string, body: object): Promise<Record<string, unknown>> => {
    const response = await fetch(`${url}/api${path}`, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  };
}
