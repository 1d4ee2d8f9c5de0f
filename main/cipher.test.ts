import { beforeEach, expect, it } from 'vitest';
import type { Cipher } from '../gateway/host.ts';
import { createMemoryCipher } from '../test/memory-host.ts';
import { createKeychainCipher } from './cipher.ts';

const memory = createMemoryCipher();
const file: Cipher = {
  seal: async (text) => ({ ...(await memory.seal(text)), by: 'file' }),
  open: memory.open,
  opens: (by) => by === 'file',
};
const system = { backend: 'gnome_libsecret', available: true, shouldReEncrypt: false };
const asked: string[] = [];
let consents: boolean;

beforeEach(() => {
  Object.assign(system, { backend: 'gnome_libsecret', available: true, shouldReEncrypt: false });
  asked.length = 0;
  consents = true;
});

const create = (platform: NodeJS.Platform = 'linux') =>
  createKeychainCipher({
    platform,
    ready: Promise.resolve(),
    file: async () => file,
    async consent() {
      asked.push('consent');
      if (!consents) throw new Error('The person does not want that.');
    },
    safeStorage: {
      isAsyncEncryptionAvailable: async () => system.available,
      getSelectedStorageBackend: () => system.backend as 'gnome_libsecret',
      encryptStringAsync: async (text) => Buffer.from(`sealed ${Buffer.from(text).toString('base64')}`),
      decryptStringAsync: async (sealed) => ({
        result: Buffer.from(sealed.toString().replace('sealed ', ''), 'base64').toString(),
        shouldReEncrypt: system.shouldReEncrypt,
      }),
    },
  });

it.each([
  ['linux', 'gnome_libsecret'],
  ['darwin', 'keychain'],
  ['win32', 'dpapi'],
] as const)('on %s seals with %s and says so', async (platform, backend) => {
  const cipher = create(platform);
  expect(await cipher.protection()).toEqual({ backend, strong: true });
  const sealed = await cipher.seal('sk-1');
  expect(sealed.by).toBe(backend);
  expect(await cipher.open(sealed)).toEqual({ text: 'sk-1', reseal: false });
  expect(asked).toEqual([]);
});

it.each(['basic_text', 'unknown'])('takes %s for no keychain, and asks before it seals in a file', async (backend) => {
  system.backend = backend;
  const cipher = create();
  expect(await cipher.protection()).toEqual({ backend: 'file', strong: false });
  expect((await cipher.seal('sk-1')).by).toBe('file');
  expect(asked).toEqual(['consent']);
  consents = false;
  await expect(cipher.seal('sk-2')).rejects.toThrow('does not want');
});

it('passes on that the system wants a text sealed again', async () => {
  const cipher = create();
  const sealed = await cipher.seal('sk-1');
  system.shouldReEncrypt = true;
  expect(await cipher.open(sealed)).toEqual({ text: 'sk-1', reseal: true });
});

it('reads what a key file sealed, and wants it in the keychain where there is one', async () => {
  const sealed = await file.seal('sk-1');
  expect(await create().open(sealed)).toEqual({ text: 'sk-1', reseal: true });
  system.available = false;
  expect(await create().open(sealed)).toEqual({ text: 'sk-1', reseal: false });
});

it('cannot read what a keychain sealed while that is locked, and can again later', async () => {
  const cipher = create();
  const sealed = await cipher.seal('sk-1');
  system.available = false;
  const later = create();
  expect(later.opens(sealed.by)).toBe(true);
  await expect(later.open(sealed)).rejects.toThrow('cannot be reached');
  system.available = true;
  expect((await later.open(sealed)).text).toBe('sk-1');
  expect(later.opens('memory')).toBe(false);
});
