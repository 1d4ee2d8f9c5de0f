import type { SafeStorage } from 'electron';
import type { Cipher } from '../gateway/host.ts';

interface KeychainOptions {
  safeStorage: Pick<
    SafeStorage,
    'encryptStringAsync' | 'decryptStringAsync' | 'isAsyncEncryptionAvailable' | 'getSelectedStorageBackend'
  >;
  platform: NodeJS.Platform;
  /** The system's store can be asked from here on. */
  ready: Promise<unknown>;
  /** Seals under a key file: where there is no keychain, and to read what the headless host has sealed. */
  file(): Promise<Cipher>;
  /** Tells the person that nothing protects the keys here. Throws where they do not want to go on. */
  consent(): Promise<void>;
}

export interface KeychainCipher extends Cipher {
  /** `strong`: the system keeps the key to the keys; else whoever can read the data directory can read them. */
  protection(): Promise<{ backend: string; strong: boolean }>;
}

const backends = ['keychain', 'dpapi', 'gnome_libsecret', 'kwallet', 'kwallet5', 'kwallet6'];

/**
 * Seals with the system's keychain through Electron's safeStorage, by its asynchronous calls. Chromium's fallback `basic_text`
 * uses a password that everybody knows, so a key file stands in for it: that at least guards a database that travels alone.
 */
export function createKeychainCipher(options: KeychainOptions): KeychainCipher {
  const { safeStorage, platform, ready, file, consent } = options;
  let known: Promise<{ backend: string; strong: boolean }> | undefined;

  async function find(): Promise<{ backend: string; strong: boolean }> {
    await ready;
    const available = await safeStorage.isAsyncEncryptionAvailable().catch(() => false);
    const backend = backendOf(platform, safeStorage);
    if (available && backends.includes(backend)) return { backend, strong: true };
    // A keychain that is locked now may be open at the next call.
    known = undefined;
    return { backend: 'file', strong: false };
  }

  function protection(): Promise<{ backend: string; strong: boolean }> {
    known ??= find();
    return known;
  }

  return {
    protection,
    opens: (by) => by === 'file' || backends.includes(by),
    async seal(text) {
      const { backend, strong } = await protection();
      if (strong) return { bytes: await safeStorage.encryptStringAsync(text), by: backend };
      await consent();
      return (await file()).seal(text);
    },
    async open(sealed) {
      const { strong } = await protection();
      if (sealed.by === 'file') return { text: (await (await file()).open(sealed)).text, reseal: strong };
      if (!strong) throw new Error('The keychain that sealed this cannot be reached.');
      const opened = await safeStorage.decryptStringAsync(Buffer.from(sealed.bytes));
      return { text: opened.result, reseal: opened.shouldReEncrypt };
    },
  };
}

function backendOf(platform: NodeJS.Platform, safeStorage: KeychainOptions['safeStorage']): string {
  if (platform === 'darwin') return 'keychain';
  return platform === 'win32' ? 'dpapi' : safeStorage.getSelectedStorageBackend();
}
