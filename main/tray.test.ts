import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createTray } from './tray.ts';
import type { TrayView } from './tray-menu.ts';

interface Image {
  path: string;
  template: boolean;
}

/** What the tray was given to draw. */
const { drawn } = vi.hoisted(() => ({ drawn: [] as Image[] }));
vi.mock('electron', async () => {
  const { Menu, nativeImage, Tray } = await import('../test/desktop/stand-in/shell.ts');
  class Remembering extends Tray {
    override setImage(image: Parameters<InstanceType<typeof Tray>['setImage']>[0]): void {
      super.setImage(image);
      drawn.push(image);
    }
  }
  return { Menu, nativeImage, Tray: Remembering, app: { getAppPath: () => join(import.meta.dirname, '..') } };
});
afterEach(() => void drawn.splice(0));

const actions = {
  open: () => {},
  pause: () => {},
  checkPrices: () => {},
  copyAddress: () => {},
  copyNewKey: () => {},
  quit: () => {},
};
const view: TrayView = { status: 'running', address: 'http://127.0.0.1:4556', stats: undefined, language: 'en' };

describe('the icon in the tray', () => {
  it.each(['darwin', 'linux', 'win32'] as const)(
    'shows running, paused and error on %s, each by an image of its own',
    (platform) => {
      const tray = createTray(actions, platform);
      for (const status of ['running', 'paused', 'error'] as const) tray?.show({ ...view, status });
      expect(new Set(drawn.map(({ path }) => path)).size).toBe(3);
      // macOS paints a template image in the colour of its bar.
      expect(
        drawn.every(
          ({ path, template }) => template === (platform === 'darwin') && path.endsWith('Template.png') === template,
        ),
      ).toBe(true);
    },
  );
});
