import { EventEmitter } from 'node:events';
import type Electron from 'electron';
import { preventable } from './app.ts';
import { WebContents } from './contents.ts';

const windows = new Set<BrowserWindow>();

type Used =
  | 'show'
  | 'hide'
  | 'close'
  | 'focus'
  | 'restore'
  | 'maximize'
  | 'isVisible'
  | 'isMinimized'
  | 'isMaximized'
  | 'getNormalBounds'
  | 'loadURL';

/** A window without a frame: what the system would draw is only remembered. */
export class BrowserWindow extends EventEmitter implements Pick<Electron.BrowserWindow, Used> {
  readonly webContents: WebContents;
  private readonly bounds: Electron.Rectangle;
  private visible: boolean;
  private maximized = false;

  constructor({
    x = 0,
    y = 0,
    width = 800,
    height = 600,
    show = true,
    webPreferences,
  }: Electron.BrowserWindowConstructorOptions) {
    super();
    this.bounds = { x, y, width, height };
    this.visible = show;
    this.webContents = new WebContents(webPreferences);
    this.webContents.once('loaded', () => this.emit('ready-to-show'));
    windows.add(this);
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows];
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.load(url);
  }

  show(): void {
    this.visible = true;
  }
  hide(): void {
    this.visible = false;
  }
  focus(): void {}
  restore(): void {}
  maximize(): void {
    this.maximized = true;
  }
  isVisible(): boolean {
    return this.visible;
  }
  isMinimized(): boolean {
    return false;
  }
  isMaximized(): boolean {
    return this.maximized;
  }
  getNormalBounds(): Electron.Rectangle {
    return { ...this.bounds };
  }

  close(): void {
    const event = preventable();
    this.emit('close', event);
    if (event.defaultPrevented) return;
    windows.delete(this);
    void this.webContents.end();
    this.emit('closed');
  }
}

/** False where a window did not want to close. */
export function closeWindows(): boolean {
  for (const window of windows) window.close();
  return windows.size === 0;
}
