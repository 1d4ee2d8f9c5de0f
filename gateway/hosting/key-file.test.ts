import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileCipher } from './key-file.ts';

const posix = process.platform !== 'win32';
let directory: string;
let warnings: string[];
const log = { info: () => undefined, warn: (message: string) => void warnings.push(message), error: () => undefined };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cipher-'));
  warnings = [];
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('the key-file cipher', () => {
  it('opens what it sealed, also after a restart', async () => {
    const cipher = await createFileCipher(directory, log);
    const again = await createFileCipher(directory, log);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
        expect(await again.open(await cipher.seal(text))).toEqual({ text, reseal: false });
      }),
    );
  });

  it('never seals the same text to the same bytes', async () => {
    const cipher = await createFileCipher(directory, log);
    const sealed = await Promise.all(Array.from({ length: 50 }, () => cipher.seal('sk-same')));
    expect(new Set(sealed.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).size).toBe(50);
    expect(Buffer.from(sealed[0]?.bytes ?? []).includes('sk-same')).toBe(false);
  });

  it('refuses a sealed text with any one bit flipped', async () => {
    const cipher = await createFileCipher(directory, log);
    const { bytes, by } = await cipher.seal('sk-secret');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const bad = Uint8Array.from(bytes);
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await expect(cipher.open({ bytes: bad, by })).rejects.toThrow();
    }
  });

  it('says what is wrong with a text that it cannot open', async () => {
    const cipher = await createFileCipher(directory, log);
    const sealed = await cipher.seal('sk-secret');
    const open = (bytes: Uint8Array) => cipher.open({ ...sealed, bytes });
    await expect(open(sealed.bytes.subarray(0, 20))).rejects.toThrow('cut short');
    await expect(open(new Uint8Array())).rejects.toThrow('not a sealed text');
    await expect(open(Uint8Array.from([9, ...sealed.bytes.subarray(1)]))).rejects.toThrow('newer version');
    const elsewhere = join(directory, 'elsewhere');
    await mkdir(elsewhere);
    await expect((await createFileCipher(elsewhere, log)).open(sealed)).rejects.toThrow('another key file');
  });

  it('makes a key file of 32 bytes, and leaves nothing else behind', async () => {
    await createFileCipher(directory, log);
    expect(await readdir(directory)).toEqual(['key']);
    expect(await readFile(join(directory, 'key'))).toHaveLength(32);
    expect(warnings).toEqual([]);
  });

  it.runIf(posix)('makes the key file readable by its owner alone', async () => {
    await createFileCipher(directory, log);
    expect((await stat(join(directory, 'key'))).mode & 0o777).toBe(0o600);
  });

  it.runIf(posix)('closes a key file that others can read, and says so', async () => {
    const cipher = await createFileCipher(directory, log);
    const sealed = await cipher.seal('sk');
    await chmod(join(directory, 'key'), 0o644);
    expect(await (await createFileCipher(directory, log)).open(sealed)).toMatchObject({ text: 'sk' });
    expect((await stat(join(directory, 'key'))).mode & 0o777).toBe(0o600);
    expect(warnings).toEqual([expect.stringContaining('Other users could read the key file')]);
  });

  it('refuses a damaged key file instead of replacing it', async () => {
    await writeFile(join(directory, 'key'), 'short', { mode: 0o600 });
    await expect(createFileCipher(directory, log)).rejects.toThrow('is damaged: it holds 5 bytes, not 32');
    expect(await readFile(join(directory, 'key'), 'utf8')).toBe('short');
  });

  it('refuses a key file that is no file', async () => {
    await mkdir(join(directory, 'key'), { mode: 0o700 });
    await expect(createFileCipher(directory, log)).rejects.toThrow(/is not a file|cannot be read/);
  });

  it('agrees on one key when two starts make it at the same time', async () => {
    const ciphers = await Promise.all(Array.from({ length: 8 }, () => createFileCipher(directory, log)));
    const sealed = (await ciphers[0]?.seal('sk')) ?? { bytes: new Uint8Array(), by: '' };
    for (const cipher of ciphers) expect(await cipher.open(sealed)).toMatchObject({ text: 'sk' });
  });

  it('says when the key file cannot be written', async () => {
    await expect(createFileCipher(join(directory, 'missing'), log)).rejects.toThrow('cannot be written (ENOENT)');
  });
});
