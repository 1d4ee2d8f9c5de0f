import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readOwnerToken } from './owner-token.ts';

let directory: string;
let warnings: string[];
const log = { info: () => undefined, warn: (message: string) => void warnings.push(message), error: () => undefined };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'owner-'));
  warnings = [];
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('the owner token', () => {
  it('is made once and kept', async () => {
    const token = await readOwnerToken(directory, {}, log);
    expect(token).toMatch(/^gwo_[\w-]{43}$/);
    expect(await readOwnerToken(directory, {}, log)).toBe(token);
    expect((await readFile(join(directory, 'owner-token'), 'utf8')).trim()).toBe(token);
  });

  it.runIf(process.platform !== 'win32')('lies in a file that only its owner can read', async () => {
    await readOwnerToken(directory, {}, log);
    expect((await stat(join(directory, 'owner-token'))).mode & 0o777).toBe(0o600);
  });

  it('comes from the environment where it is set, which then forgets it', async () => {
    const environment = { LLM_GATEWAY_OWNER_TOKEN: 'a-token-of-the-user-that-is-long' };
    expect(await readOwnerToken(directory, environment, log)).toBe('a-token-of-the-user-that-is-long');
    expect(environment).toEqual({});
    expect(warnings).toEqual([]);
  });

  it('warns of a short one and refuses one that fits no header', async () => {
    expect(await readOwnerToken(directory, { LLM_GATEWAY_OWNER_TOKEN: 'short' }, log)).toBe('short');
    expect(warnings).toEqual([expect.stringContaining('is short')]);
    for (const bad of ['', 'two words', 'línea', 'a\nb']) {
      await expect(readOwnerToken(directory, { LLM_GATEWAY_OWNER_TOKEN: bad }, log)).rejects.toThrow('printable ASCII');
    }
  });

  it('refuses a file that holds no token', async () => {
    await writeFile(join(directory, 'owner-token'), '\n', { mode: 0o600 });
    await expect(readOwnerToken(directory, {}, log)).rejects.toThrow('is damaged. Delete it');
  });
});
