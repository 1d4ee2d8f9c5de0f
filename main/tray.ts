import { Menu, nativeImage, Tray } from 'electron';
import { type TrayActions, type TrayStatus, type TrayView, trayMenu } from './tray-menu.ts';
import { fromApp } from './window.ts';

export interface TrayIcon {
  show(view: TrayView): void;
  destroy(): void;
}

/** The icon in the tray and its menu. Undefined where the system has no tray: the window is the way back then. */
export function createTray(actions: TrayActions, platform: NodeJS.Platform): TrayIcon | undefined {
  let shownStatus: TrayStatus = 'starting';
  let tray: Tray;
  try {
    tray = new Tray(iconOf(shownStatus, platform));
  } catch {
    return undefined;
  }
  tray.setToolTip('LLM Gateway');
  // Elsewhere a click opens the menu.
  if (platform === 'win32') tray.on('click', () => actions.open());
  return {
    show(view) {
      if (view.status !== shownStatus) tray.setImage(iconOf(view.status, platform));
      shownStatus = view.status;
      // Linux shows changes of a menu only when it is set again.
      tray.setContextMenu(Menu.buildFromTemplate(trayMenu(view, actions)));
    },
    destroy: () => tray.destroy(),
  };
}

/** On macOS the system paints a template image in the colour of its bar. */
function iconOf(status: TrayStatus, platform: NodeJS.Platform): Electron.NativeImage {
  const state = status === 'starting' ? 'running' : status;
  const name = platform === 'darwin' ? `${state}Template.png` : `${state}.png`;
  const image = nativeImage.createFromPath(fromApp('resources', 'icons', 'tray', name));
  if (platform === 'darwin') image.setTemplateImage(true);
  return image;
}
