import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type Electron from 'electron';
import { preventable } from './app.ts';
import { ignore, openTarget, type Target } from './chromium.ts';
import { type Carried, PagePort } from './port.ts';
import { preloadSource } from './preload-world.ts';
import { handlers, ipcMain, nativeTheme } from './system.ts';

type FromPage =
  | { type: 'ipc'; channel: string; message: unknown; ports: number[] }
  | { type: 'data'; port: number; data: Carried };

interface Paused {
  requestId: string;
  request: { url: string; method: string };
  resourceType: string;
  frameId: string;
}

const world = 'preload';

/** `app://gateway/x` is shown as `file://gateway/x`, the one scheme whose requests Chromium lets be answered and that is not HTTP. */
const toPage = (url: string) => url.replace(/^app:/, 'file:');
const fromPage = (url: string) => url.replace(/^file:/, 'app:');

/** The contents of a window: a page of Chromium, with the real preload in an isolated world. */
export class WebContents extends EventEmitter {
  private readonly preload: string;
  private opened: Promise<Target> | undefined;
  private url = '';
  /** Where the top frame is, which a page may have changed by itself. */
  private shown = '';
  private loading = false;
  private openHandler: ((details: { url: string }) => unknown) | undefined;
  private readonly ports = new Map<string, PagePort>();

  constructor(preferences: Electron.WebPreferences | undefined) {
    super();
    const { preload = '', contextIsolation, sandbox, nodeIntegration } = preferences ?? {};
    if (!contextIsolation || !sandbox || nodeIntegration) throw new Error('The window must be isolated and sandboxed.');
    this.preload = readFileSync(preload, 'utf8');
    nativeTheme.on('updated', () => {
      if (this.opened) ignore(this.opened.then(paint));
    });
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
    const target = await this.opened;
    this.loading = true;
    const parsed = new Promise((resolve) => this.once('parsed', resolve));
    const { errorText, loaderId } = await target.send<{ errorText?: string; loaderId?: string }>('Page.navigate', {
      url: toPage(url),
    });
    // Without a loader only the fragment has changed.
    if (errorText === undefined && loaderId !== undefined) await parsed;
    this.loading = false;
    this.emit(errorText === undefined ? 'loaded' : 'did-fail-load');
    if (errorText !== undefined) throw new Error(errorText);
  }

  reload(): void {
    const before = this.opened;
    this.opened = undefined;
    // A crashed page of Chromium cannot be steered any more: another one takes its place.
    if (before) ignore(before.then((target) => target.close()));
    ignore(this.load(this.url));
  }

  forcefullyCrashRenderer(): void {
    if (this.opened) ignore(this.opened.then((target) => target.send('Page.crash')));
  }

  async executeJavaScript(code: string): Promise<unknown> {
    const target = await this.opened;
    const parameters = { expression: code, awaitPromise: true, returnByValue: true };
    return (await target?.send<{ result: { value?: unknown } }>('Runtime.evaluate', parameters))?.result.value;
  }

  async end(): Promise<void> {
    (await this.opened)?.close();
  }

  private async open(): Promise<Target> {
    const target = await openTarget();
    target.on('Runtime.bindingCalled', (called: { name: string; payload: string; executionContextId: number }) => {
      if (called.name === 'standInBinding') this.take(JSON.parse(called.payload), target, called.executionContextId);
    });
    target.on('Runtime.executionContextDestroyed', ({ executionContextId }: { executionContextId: number }) =>
      this.closePorts(executionContextId),
    );
    target.on('Runtime.executionContextsCleared', () => this.closePorts());
    target.on('Inspector.detached', () => this.closePorts());
    target.on('Page.frameNavigated', ({ frame }: { frame: { url: string; parentId?: string } }) => {
      if (frame.parentId === undefined) this.shown = fromPage(frame.url);
    });
    target.on('Page.domContentEventFired', () => this.emit('parsed'));
    target.on('Page.windowOpen', ({ url }: { url: string }) => this.openHandler?.({ url: fromPage(url) }));
    target.on('Inspector.targetCrashed', () => {
      this.closePorts();
      this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
    });
    target.on('Fetch.requestPaused', (paused: Paused) => ignore(this.answer(paused, target)));
    await Promise.all([
      paint(target),
      target.send('Page.enable'),
      target.send('Runtime.enable'),
      target.send('Inspector.enable'),
      target.send('Runtime.addBinding', { name: 'standInBinding', executionContextName: world }),
      target.send('Page.addScriptToEvaluateOnNewDocument', {
        source: preloadSource(this.preload),
        worldName: world,
      }),
      target.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] }),
    ]);
    return target;
  }

  /** A page of ours comes from the app's protocol handler; a way out of it is offered to `will-navigate` first. */
  private async answer({ requestId, request, resourceType, frameId }: Paused, target: Target): Promise<unknown> {
    const url = fromPage(request.url);
    // A file that the page itself has made, to be kept.
    if (url.startsWith('blob:')) return target.send('Fetch.continueRequest', { requestId });
    const refuse = (errorReason: string) => target.send('Fetch.failRequest', { requestId, errorReason });
    if (resourceType === 'Document' && frameId === target.id && !this.loading) {
      const event = Object.assign(preventable(), { url });
      this.emit('will-navigate', event);
      if (event.defaultPrevented) return refuse('Aborted');
    }
    const handler = handlers.get(url.split(':', 1)[0] ?? '');
    if (handler === undefined) return refuse('BlockedByClient');
    const response = await handler(new Request(url, { method: request.method }));
    return target.send('Fetch.fulfillRequest', {
      requestId,
      responseCode: response.status,
      responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
      body: Buffer.from(await response.arrayBuffer()).toString('base64'),
    });
  }

  private take(message: FromPage, target: Target, contextId: number): void {
    const key = (port: number) => `${contextId} ${port}`;
    if (message.type === 'data') {
      this.ports.get(key(message.port))?.receive(message.data);
      return;
    }
    const ports = message.ports.map((id) => {
      const send = (data: Carried) => {
        const expression = `standInReceive(${id}, ${JSON.stringify(data)})`;
        ignore(target.send('Runtime.evaluate', { expression, contextId }));
      };
      const port = new PagePort(send);
      this.ports.set(key(id), port);
      return port;
    });
    // The preload runs in the top frame alone.
    const senderFrame = { url: this.shown, parent: null };
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

function paint(target: Target): Promise<unknown> {
  const value = nativeTheme.shouldUseDarkColors ? 'dark' : 'light';
  return target.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] });
}
