import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type Electron from 'electron';

/** Dialogs are answered by the probe, which stands before these. */
export const dialog: Pick<Electron.Dialog, 'showMessageBox' | 'showErrorBox' | 'showSaveDialog'> = {
  showMessageBox: () => new Promise(() => {}),
  showErrorBox: () => undefined,
  showSaveDialog: async () => ({ canceled: true, filePath: '' }),
};

export const shell: Pick<Electron.Shell, 'openExternal' | 'openPath' | 'showItemInFolder'> = {
  openExternal: async () => undefined,
  openPath: async () => '',
  showItemInFolder: () => undefined,
};

let copied = '';
export const clipboard: Pick<Electron.Clipboard, 'writeText' | 'readText'> = {
  async writeText(text) {
    copied = text;
  },
  readText: async () => copied,
};

/** Seals for real, so that what lies on the disk can be searched; its key is as good as public. */
const secret = createHash('sha256').update('the keychain of the stand-in').digest();
export const safeStorage: Pick<
  Electron.SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
> = {
  isAsyncEncryptionAvailable: async () => true,
  getSelectedStorageBackend: () => 'gnome_libsecret',
  async encryptStringAsync(text) {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', secret, nonce);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.from('v11'), nonce, cipher.getAuthTag(), sealed]);
  },
  async decryptStringAsync(sealed) {
    const decipher = createDecipheriv('aes-256-gcm', secret, sealed.subarray(3, 15)).setAuthTag(
      sealed.subarray(15, 31),
    );
    const result = Buffer.concat([decipher.update(sealed.subarray(31)), decipher.final()]).toString('utf8');
    return { result, shouldReEncrypt: false };
  },
};

type Theme = Pick<Electron.NativeTheme, 'themeSource' | 'shouldUseDarkColors'>;
let themeSource: Theme['themeSource'] = 'system';
export const nativeTheme: EventEmitter & Theme = Object.defineProperties(new EventEmitter(), {
  themeSource: {
    get: () => themeSource,
    set(source: Theme['themeSource']) {
      themeSource = source;
      nativeTheme.emit('updated');
    },
  },
  shouldUseDarkColors: { get: () => themeSource === 'dark' },
}) as EventEmitter & Theme;

const workArea = { x: 0, y: 0, width: 1920, height: 1080 };
export const screen: { getAllDisplays(): Pick<Electron.Display, 'workArea'>[] } = {
  getAllDisplays: () => [{ workArea }],
};

/** Kept for nothing to ask: Chromium here has permission rules of its own. */
const defaultSession: Pick<Electron.Session, 'setPermissionRequestHandler' | 'setPermissionCheckHandler'> = {
  setPermissionRequestHandler: () => undefined,
  setPermissionCheckHandler: () => undefined,
};
export const session = { defaultSession, fromPartition: () => defaultSession };

type Handler = (request: Request) => Response | Promise<Response>;
export const handlers = new Map<string, Handler>();
export const protocol: Pick<Electron.Protocol, 'registerSchemesAsPrivileged' | 'handle'> = {
  registerSchemesAsPrivileged: () => undefined,
  handle: (scheme, handler) => void handlers.set(scheme, handler as Handler),
};

export const ipcMain = new EventEmitter();
/** Squirrel's, which only macOS has. */
export const autoUpdater = new EventEmitter();

/** Node's own requests: what the updater does with them is the same. */
export const net = {
  request: (options: http.RequestOptions) => (options.protocol === 'https:' ? https : http).request(options),
};
