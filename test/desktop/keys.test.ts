import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeDesktop, makeHome, startApp } from './app.ts';
import { createHeldProvider } from './held-stream.ts';

const KEY = 'sk-proj-THE-PLAIN-KEY-0123456789';

/** Linux has several keychains, the others one each. */
const linux = process.platform === 'linux';
const backend = linux ? 'gnome_libsecret' : process.platform === 'darwin' ? 'keychain' : 'dpapi';
const weak = linux ? ['basic_text', 'none'] : ['none'];

describeDesktop('provider keys', () => {
  it('lie sealed: no file of the data directory holds one, and the next start opens it', async () => {
    const { provider, letGo, environment } = await createHeldProvider();
    letGo();
    const home = await makeHome();
    const probe = { keychain: 'gnome_libsecret' };
    const app = await startApp({ home, environment, probe });
    const owner = await app.owner();
    await owner.providerKeys.add({ provider: 'openai', key: KEY });
    const to = await app.makeKey();
    await (await app.ask(to, { model: 'openai/gpt-4.1', stream: true })).text();
    expect(provider.calls().at(-1)?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect((await owner.desktop.get()).desktop?.keyProtection).toEqual({ backend, strong: true });
    await app.quit();
    await app.exit;
    expect(await filesWith(home.data, KEY)).toEqual([]);
    expect(await filesWith(home.data, backend)).not.toEqual([]);

    const again = await startApp({ home, environment, probe, folder: join(home.path, 'app') });
    await (
      await again.ask({ ...to, address: await again.address() }, { model: 'openai/gpt-4.1', stream: true })
    ).text();
    expect(provider.calls().at(-1)?.headers.authorization).toBe(`Bearer ${KEY}`);
  });

  it.each(weak)('are kept without a keychain (%s) only where the person wants that', async (keychain) => {
    const { environment } = await createHeldProvider();
    const home = await makeHome();
    const app = await startApp({
      home,
      environment,
      probe: { keychain, answers: ['Do Not Keep Keys', 'Keep Keys in the File'] },
    });
    const owner = await app.owner();
    await expect(owner.providerKeys.add({ provider: 'openai', key: KEY })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('no keychain'),
    });
    expect((await owner.providerKeys.list()).keys).toEqual([]);
    await owner.providerKeys.add({ provider: 'openai', key: KEY });
    // Asked once, not for each key.
    await owner.providerKeys.add({ provider: 'openai', key: `${KEY}-other` });
    const boxes = await app.boxes();
    expect(boxes).toHaveLength(2);
    const calm = { byEnter: 'Do Not Keep Keys', byEscape: 'Do Not Keep Keys' };
    expect(boxes[0]).toMatchObject({ detail: expect.stringContaining('any program that runs as you'), ...calm });
    const { desktop } = await owner.desktop.get();
    expect(desktop).toMatchObject({ keyProtection: { strong: false }, preferences: { weakKeysAccepted: true } });
    expect(await filesWith(home.data, KEY)).toEqual([]);
  });

  it('move into the keychain once there is one', async () => {
    const { provider, letGo, environment } = await createHeldProvider();
    letGo();
    const home = await makeHome();
    const weak = await startApp({ home, environment, probe: { keychain: 'none', answers: ['Keep Keys in the File'] } });
    await (await weak.owner()).providerKeys.add({ provider: 'openai', key: KEY });
    const to = await weak.makeKey();
    await weak.quit();
    await weak.exit;

    const folder = join(home.path, 'app');
    const strong = await startApp({ home, environment, folder, probe: { keychain: 'gnome_libsecret' } });
    await (
      await strong.ask({ ...to, address: await strong.address() }, { model: 'openai/gpt-4.1', stream: true })
    ).text();
    expect(provider.calls().at(-1)?.headers.authorization).toBe(`Bearer ${KEY}`);
    await expect.poll(() => readFile(join(home.data, 'desktop.log'), 'utf8')).toContain('sealed again');
    await expect.poll(() => filesWith(home.data, backend)).not.toEqual([]);
  });

  it('that cannot be opened are kept, marked, and asked for again', async () => {
    const { environment } = await createHeldProvider();
    const home = await makeHome();
    const first = await startApp({ home, environment, probe: { keychain: 'gnome_libsecret' } });
    await (await first.owner()).providerKeys.add({ provider: 'openai', key: KEY });
    const to = await first.makeKey();
    await first.quit();
    await first.exit;

    const folder = join(home.path, 'app');
    const locked = await startApp({ home, environment, folder, probe: { keychain: 'none' } });
    const refused = await locked.ask({ ...to, address: await locked.address() }, { model: 'openai/gpt-4.1' });
    expect(await refused.json()).toMatchObject({ error: { code: 'provider_key_unreadable' } });
    expect((await (await locked.owner()).providerKeys.list()).keys).toMatchObject([{ status: 'unreadable' }]);
    await locked.quit();
    await locked.exit;

    const open = await startApp({ home, environment, folder, probe: { keychain: 'gnome_libsecret' } });
    const { keys } = await (await open.owner()).providerKeys.list();
    expect(await (await open.owner()).providerKeys.test({ id: keys[0]?.id ?? '' })).toMatchObject({ status: 'works' });
  });

  it('in the environment are offered, not taken, and kept when the person wants that', async () => {
    const { environment } = await createHeldProvider();
    const variables = { ...environment, OPENAI_API_KEY: KEY, GROQ_API_KEY: 'gsk_0123456789abcdef' };
    const app = await startApp({ environment: variables, probe: { keychain: 'gnome_libsecret' } });
    const owner = await app.owner();
    expect((await owner.desktop.get()).desktop?.foundKeys).toEqual([
      { variable: 'OPENAI_API_KEY', provider: 'openai', lastFour: '6789' },
      { variable: 'GROQ_API_KEY', provider: 'groq', lastFour: 'cdef' },
    ]);
    expect((await owner.providerKeys.list()).keys).toEqual([]);
    const { imported } = await owner.desktop.importKeys({ variables: ['OPENAI_API_KEY', 'HOME'] });
    expect(imported).toEqual([{ variable: 'OPENAI_API_KEY', status: 'works' }]);
    expect((await owner.providerKeys.list()).keys).toMatchObject([{ label: 'OPENAI_API_KEY', source: 'stored' }]);
    expect((await owner.desktop.get()).desktop?.foundKeys.map(({ variable }) => variable)).toEqual(['GROQ_API_KEY']);
  });
});

/** Names of the files under a folder whose bytes hold a text. */
async function filesWith(folder: string, text: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if ((await readFile(path)).includes(text)) found.push(path);
  }
  return found;
}
