import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import type Electron from 'electron';

interface Item {
  id?: string;
  label?: string;
  type?: string;
  enabled: boolean;
  click(): void;
}

/** The items as given. Drawing, accelerators and roles are the system's. */
export class Menu {
  readonly items: Item[];
  private constructor(items: Item[]) {
    this.items = items;
  }
  static buildFromTemplate(template: Electron.MenuItemConstructorOptions[]): Menu {
    return new Menu(
      template.map(({ id, label, type, enabled, click }) => ({
        ...(id !== undefined && { id }),
        ...(label !== undefined && { label }),
        ...(type !== undefined && { type }),
        enabled: enabled !== false,
        click: () => (click as (() => void) | undefined)?.(),
      })),
    );
  }
  static setApplicationMenu(_menu: Menu | null): void {}
}

class NativeImage {
  readonly path: string;
  template = false;
  constructor(path: string) {
    this.path = path;
  }
  isEmpty(): boolean {
    return !existsSync(this.path);
  }
  setTemplateImage(template: boolean): void {
    this.template = template;
  }
}

export const nativeImage = { createFromPath: (path: string) => new NativeImage(path) };

export class Tray extends EventEmitter {
  constructor(image: NativeImage) {
    super();
    this.setImage(image);
  }
  setImage(image: NativeImage): void {
    if (image.isEmpty()) throw new Error(`There is no image ${image.path}.`);
  }
  setContextMenu(_menu: Menu | null): void {}
  setToolTip(_text: string): void {}
  destroy(): void {}
}

export class Notification extends EventEmitter {
  readonly title: string;
  readonly body: string;
  constructor({ title = '', body = '' }: Electron.NotificationConstructorOptions) {
    super();
    this.title = title;
    this.body = body;
  }
  static isSupported(): boolean {
    return true;
  }
  show(): void {}
}
