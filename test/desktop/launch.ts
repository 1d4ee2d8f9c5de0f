import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type Electron from 'electron';
import { _electron, chromium, type Page } from 'playwright-core';
import { type Chromium, startChromium } from './chromium.ts';
import { electronPath, root } from './launcher.ts';

/** The app as a spec sees it, whatever runs it. */
export interface DesktopApp {
  process: ChildProcess;
  /** Runs a function in the main process; it sees nothing of where it was written. */
  evaluate<Argument, Result>(
    action: (electron: typeof Electron, argument: Argument) => Result | Promise<Result>,
    argument: Argument,
  ): Promise<Result>;
  /** The page of the window; waits until there is one. Of several windows, the one whose address holds `part`. */
  page(part?: string): Promise<Page>;
  /** All that the main process has printed. */
  output(): string;
  /** Its exit code, once it has left. */
  exit: Promise<number | null>;
  /** Ends it and all that was started for it. */
  dispose(): Promise<void>;
}

export interface LaunchOptions {
  /** What `test/desktop/probe.cjs` is told. */
  probe?: { answers?: string[]; keychain?: string; savePath?: string };
  environment: Record<string, string>;
  flags?: string[];
  /** Folder with package.json, dist and resources; the project itself if nothing is said. */
  folder?: string;
}

const probePath = join(import.meta.dirname, 'probe.cjs');

export function launch(options: LaunchOptions): Promise<DesktopApp> {
  return electronPath === undefined ? launchStandIn(options) : launchElectron(electronPath, options);
}

/** A second start of the same app: nothing of it can be asked, as it leaves at once. */
export async function launchAgain(options: LaunchOptions): Promise<number | null> {
  const folder = options.folder ?? root;
  const child =
    electronPath === undefined
      ? spawnStandIn(options, '')
      : spawn(electronPath, [folder, ...(options.flags ?? [])], { env: environmentOf(options), stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  return code;
}

async function launchElectron(executablePath: string, options: LaunchOptions): Promise<DesktopApp> {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  // A machine that runs specs has no keyring to unlock; which one the app sees is the probe's to say.
  const store = process.platform === 'linux' ? ['--password-store=basic'] : [];
  const args = ['-r', probePath, options.folder ?? root, ...sandbox, ...store, ...(options.flags ?? [])];
  const app = await _electron.launch({ executablePath, args, env: environmentOf(options) });
  const child = app.process();
  const output = collect(child);
  return {
    process: child,
    output,
    exit: exitOf(child),
    evaluate: (action, argument) => app.evaluate(action as never, argument as never) as Promise<never>,
    page: (part) => waitForPage(() => app.windows(), part),
    async dispose() {
      child.kill('SIGKILL');
      await exitOf(child);
    },
  };
}

async function launchStandIn(options: LaunchOptions): Promise<DesktopApp> {
  const browser = await startChromium();
  const child = spawnStandIn(options, browser.endpoint);
  const exit = exitOf(child);
  let connected: ReturnType<typeof chromium.connectOverCDP> | undefined;
  return {
    process: child,
    exit,
    output: collect(child),
    evaluate: evaluateIn(child),
    async page(part) {
      connected ??= chromium.connectOverCDP(browser.endpoint);
      const [context] = (await connected).contexts();
      return waitForPage(() => context?.pages() ?? [], part);
    },
    dispose: () => end(child, exit, browser),
  };
}

async function waitForPage(pages: () => Page[], part = ''): Promise<Page> {
  for (;;) {
    const page = pages().find((one) => !one.isClosed() && /^(app|file):/.test(one.url()) && one.url().includes(part));
    if (page) return page;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function end(child: ChildProcess, exit: Promise<unknown>, browser: Chromium): Promise<void> {
  child.kill('SIGKILL');
  await exit;
  await browser.close();
}

function spawnStandIn(options: LaunchOptions, endpoint: string): ChildProcess {
  const start = join(import.meta.dirname, 'stand-in', 'start.ts');
  return spawn(
    process.execPath,
    ['--max-semi-space-size=16', start, options.folder ?? root, probePath, ...(options.flags ?? [])],
    {
      env: { ...environmentOf(options), STAND_IN_CHROMIUM: endpoint },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
}

function evaluateIn(child: ChildProcess): DesktopApp['evaluate'] {
  let last = 0;
  return (action, argument) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      const done = () => {
        child.off('message', take);
        child.off('exit', gone);
      };
      const take = (message: { id?: number; result?: never; error?: string }) => {
        if (message.id !== id) return;
        done();
        if (message.error === undefined) resolve(message.result as never);
        else reject(new Error(message.error));
      };
      const gone = () => {
        done();
        reject(new Error('The app has left.'));
      };
      child.on('message', take);
      child.on('exit', gone);
      child.send({ id, source: String(action), argument });
    });
}

function environmentOf({ environment, probe }: LaunchOptions): Record<string, string> {
  const kept = [
    'PATH',
    'DISPLAY',
    'XAUTHORITY',
    'XDG_RUNTIME_DIR',
    'SystemRoot',
    'TEMP',
    'TMP',
    'USERPROFILE',
    'APPDATA',
  ];
  const own = Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
  return { ...own, ...environment, PROBE: JSON.stringify(probe ?? {}) };
}

function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (bytes) => {
      text += String(bytes);
    });
  }
  return () => text;
}

function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return once(child, 'exit').then(([code]) => code);
}
