import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import { afterEach, beforeAll, describe, expect } from 'vitest';
import type { contract } from '../../contract/index.ts';
import { bundle } from '../../scripts/bundle.mjs';
import { type DesktopApp, type LaunchOptions, launch } from './launch.ts';
import { canLaunch, launcher, root } from './launcher.ts';

/** How long a spec waits for what must come: long, as machines may be busy. */
export const SOON = { timeout: 20_000, interval: 20 };

interface Box {
  message: string;
  detail: string;
  buttons: string[];
  byEnter: string;
  byEscape: string;
  answered: string | null;
}

interface Probe {
  boxes: Box[];
  errors: { title: string; message: string }[];
  notices: { title: string; body: string; click(): void }[];
  opened: string[];
  menu: { items: { id?: string; label?: string; enabled: boolean; click(): void }[] } | null;
  answer: ((label: string) => void) | null;
  secondStarts: number;
}

declare global {
  var probe: Probe;
}

interface StartOptions extends Partial<LaunchOptions> {
  /** Data of an earlier start. */
  home?: Home;
}

/** A home of a person who has nothing but this app. */
export interface Home {
  path: string;
  data: string;
}

const homes: string[] = [];
const running = new Set<DesktopApp>();

/** The specs of the app. Each title says what they run on; where nothing can run them, that is their name. */
export function describeDesktop(name: string, specs: () => void): void {
  describe.skipIf(!canLaunch)(`${name}${launcher}`, { timeout: 90_000 }, () => {
    beforeAll(() => bundle(root, ['preload', 'main']), 120_000);
    afterEach(async () => {
      for (const app of running) await app.dispose();
      running.clear();
      for (const home of homes.splice(0)) await rm(home, { recursive: true, force: true, maxRetries: 10 });
    });
    specs();
  });
}

export async function makeHome(): Promise<Home> {
  const path = await mkdtemp(join(tmpdir(), 'desktop-'));
  homes.push(path);
  const data = join(path, 'data');
  await mkdir(data);
  return { path, data };
}

/** The first steps are done in it, and whatever else is preferred. */
export async function welcomed(home: Home, preferences: object = {}): Promise<void> {
  await mkdir(join(home.data, 'app'));
  await writeFile(join(home.data, 'app', 'preferences.json'), JSON.stringify({ welcomed: true, ...preferences }));
}

/** The app with a page of the specs in the place of the dashboard: it says what went over its port, and loads at once. */
export async function withSpecPage(home: Home): Promise<string> {
  const folder = join(home.path, 'app');
  await mkdir(join(folder, 'dist'), { recursive: true });
  for (const name of ['package.json', 'models.json', 'resources', 'dist/main', 'dist/preload']) {
    await symlink(join(root, name), join(folder, name));
  }
  await symlink(join(import.meta.dirname, 'page'), join(folder, 'dist', 'renderer'));
  return folder;
}

export function optionsFor(home: Home, options: Partial<LaunchOptions> = {}): LaunchOptions {
  const environment = { HOME: home.path, LLM_GATEWAY_DATA_DIR: home.data, ...options.environment };
  return { flags: ['--port', '0'], ...options, environment };
}

/** The app, started with a data directory of its own. */
export async function startApp({ home, ...options }: StartOptions = {}) {
  const own = home ?? (await makeHome());
  const folder = options.folder ?? (await withSpecPage(own));
  const app = await launch(optionsFor(own, { ...options, folder }));
  running.add(app);
  const { evaluate } = app;

  async function menu() {
    return evaluate(
      () => globalThis.probe.menu?.items.map(({ id, label, enabled }) => ({ id, label, enabled })) ?? [],
      null,
    );
  }

  async function address(): Promise<string> {
    const read = async () => (await menu()).find(({ id }) => id === 'status')?.label?.split('· ')[1] ?? '';
    await expect.poll(read, SOON).not.toBe('');
    return `http://${await read()}`;
  }

  /** The gateway as its owner may ask it, over HTTP. */
  async function owner(): Promise<ContractRouterClient<typeof contract>> {
    const url = `${await address()}/rpc`;
    const token = (await readFile(join(own.data, 'owner-token'), 'utf8')).trim();
    const headers = { authorization: `Bearer ${token}` };
    return createORPCClient(new RPCLink({ url, headers }));
  }

  return {
    ...app,
    home: own,
    menu,
    address,
    owner,
    click: (id: string) =>
      evaluate((_electron, wanted) => globalThis.probe.menu?.items.find((item) => item.id === wanted)?.click(), id),
    boxes: () => evaluate(() => globalThis.probe.boxes, null),
    notices: () => evaluate(() => globalThis.probe.notices.map(({ title, body }) => ({ title, body })), null),
    opened: () => evaluate(() => globalThis.probe.opened, null),
    answer: (label: string) => evaluate((_electron, given) => globalThis.probe.answer?.(given), label),
    isVisible: () =>
      evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().some((one) => one.isVisible()), null),
    /** As a person closes it. */
    closeWindow: () =>
      evaluate(({ BrowserWindow }) => {
        for (const one of BrowserWindow.getAllWindows()) one.close();
      }, null),
    /** Asks it to quit, and does not wait until it has. */
    quit: () => evaluate(({ app: quitting }) => void setImmediate(() => quitting.quit()), null),
    async makeKey() {
      const { key } = await (await owner()).gatewayKeys.create({ name: 'spec' });
      return { address: await address(), key };
    },
    ask: ({ address: at, key }: { address: string; key: string }, body: object = {}) =>
      fetch(`${at}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          model: 'auto',
          messages: [{ role: 'user', content: 'Say hello in five words.' }],
          ...body,
        }),
      }),
  };
}
