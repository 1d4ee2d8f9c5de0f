import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type Electron from 'electron';
import type { CDPSession, Page, Route } from 'playwright-core';
import { preventable } from './app.ts';
import { openPage } from './chromium.ts';
import { type Carried, PagePort } from './port.ts';
import { preloadSource } from './preload-world.ts';
import { handlers, ipcMain, nativeTheme } from './system.ts';

type FromPage =
  | { type: 'ipc'; channel: string; message: unknown; ports: number[] }
  | { type: 'data'; port: number; data: Carried };

const world = 'preload';

/** `app://gateway/x` is shown as `file://gateway/x`, the one scheme whose requests Chromium lets be answered and that is not HTTP. */
const toPage = (url: string) => url.replace(/^app:/, 'file:');
const fromPage = (url: string) => url.replace(/^file:/, 'app:');

/** The contents of a window: a page of Chromium, with the real preload in an isolated world. */
export class WebContents extends EventEmitter {
  private readonly preload: string;
  private opened: Promise<{ page: Page; session: CDPSession }> | undefined;
  private url = '';
  private loading = false;
  private openHandler: ((details: { url: string }) => unknown) | undefined;
  private readonly ports = new Map<string, PagePort>();

  constructor(preferences: Electron.WebPreferences | undefined) {
    super();
    const { preload = '', contextIsolation, sandbox, nodeIntegration } = preferences ?? {};
    if (!contextIsolation || !sandbox || nodeIntegration) throw new Error('The window must be isolated and sandboxed.');
    this.preload = readFileSync(preload, 'utf8');
    nativeTheme.on('updated', () => void this.opened?.then(({ page }) => paint(page)));
  }

  getURL(): string {
    return this.url;
  }

  isDestroyed(): boolean {
    return false;
  }

  setWindowOpenHandler(handler: (details: { url: string }) => unknown): void {
    this.openHandler = handler;
  }

  async load(url: string): Promise<void> {
    this.url = url;
    this.opened ??= this.open();
    const { page } = await this.opened;
    this.loading = true;
    try {
      await page.goto(toPage(url), { waitUntil: 'domcontentloaded' });
    } catch (thrown) {
      this.emit('did-fail-load');
      throw thrown;
    } finally {
      this.loading = false;
    }
    this.emit('loaded');
  }

  reload(): void {
    const before = this.opened;
    this.opened = undefined;
    // A crashed page of Chromium cannot be steered any more: another one takes its place.
    void before?.then(({ page }) => page.close()).catch(() => undefined);
    void this.load(this.url).catch(() => undefined);
  }

  forcefullyCrashRenderer(): void {
    void this.opened?.then(({ session }) => session.send('Page.crash')).catch(() => undefined);
  }

  async end(): Promise<void> {
    const opened = await this.opened;
    await opened?.page.close();
  }

  private async open(): Promise<{ page: Page; session: CDPSession }> {
    const page = await openPage();
    await paint(page);
    const session = await page.context().newCDPSession(page);
    await session.send('Page.enable');
    await session.send('Runtime.enable');
    await session.send('Runtime.addBinding', { name: 'standInBinding', executionContextName: world });
    const source = preloadSource(this.preload);
    await session.send('Page.addScriptToEvaluateOnNewDocument', { source, worldName: world });
    session.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name === 'standInBinding') this.take(JSON.parse(payload), { page, session, contextId: executionContextId });
    });
    session.on('Runtime.executionContextDestroyed', ({ executionContextId }) => this.closePorts(executionContextId));
    session.on('Runtime.executionContextsCleared', () => this.closePorts());
    session.on('Page.windowOpen', ({ url }) => this.openHandler?.({ url: fromPage(url) }));
    page.on('popup', (popup) => void popup.close());
    page.on('crash', () => {
      this.closePorts();
      this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
    });
    await page.route('**/*', (route) => this.answer(route, page));
    return { page, session };
  }

  /** A page of ours comes from the app's protocol handler; a way out of it is offered to `will-navigate` first. */
  private async answer(route: Route, page: Page): Promise<void> {
    const request = route.request();
    const url = fromPage(request.url());
    if (request.isNavigationRequest() && request.frame() === page.mainFrame() && !this.loading) {
      const event = Object.assign(preventable(), { url });
      this.emit('will-navigate', event);
      if (event.defaultPrevented) return route.abort('aborted');
    }
    const handler = handlers.get(url.split(':', 1)[0] ?? '');
    if (handler === undefined) return route.abort('blockedbyclient');
    const response = await handler(new Request(url, { method: request.method() }));
    const body = Buffer.from(await response.arrayBuffer());
    return route.fulfill({ status: response.status, headers: Object.fromEntries(response.headers), body });
  }

  private take(message: FromPage, from: { page: Page; session: CDPSession; contextId: number }): void {
    const key = (port: number) => `${from.contextId} ${port}`;
    if (message.type === 'data') {
      this.ports.get(key(message.port))?.receive(message.data);
      return;
    }
    const ports = message.ports.map((id) => {
      const send = (data: Carried) => {
        const expression = `standInReceive(${id}, ${JSON.stringify(data)})`;
        from.session.send('Runtime.evaluate', { expression, contextId: from.contextId }).catch(() => undefined);
      };
      const port = new PagePort(send);
      this.ports.set(key(id), port);
      return port;
    });
    const senderFrame = { url: fromPage(from.page.url()), parent: null };
    ipcMain.emit(message.channel, { ports, senderFrame, sender: this }, message.message);
  }

  private closePorts(contextId?: number): void {
    for (const [key, port] of this.ports) {
      if (contextId !== undefined && !key.startsWith(`${contextId} `)) continue;
      this.ports.delete(key);
      port.close();
    }
  }
}

function paint(page: Page): Promise<void> {
  return page.emulateMedia({ colorScheme: nativeTheme.shouldUseDarkColors ? 'dark' : 'light' });
}
