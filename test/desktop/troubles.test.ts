import { once } from 'node:events';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { strFromU8, unzipSync } from 'fflate';
import { afterEach, expect, it } from 'vitest';
import { describeDesktop, type Home, makeHome, SOON, startApp, withSpecPage } from './app.ts';
import { createHeldProvider } from './held-stream.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

async function takePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

async function freePort(port: number): Promise<void> {
  const taken = servers.find((server) => {
    const address = server.address();
    return typeof address === 'object' && address?.port === port;
  });
  await new Promise((resolve) => taken?.close(resolve));
}

describeDesktop('a port that is taken', () => {
  it('is told with its holder, and tried again when the person has freed it', async () => {
    const port = await takePort();
    const app = await startApp({ flags: ['--port', String(port)] });
    await expect.poll(async () => (await app.boxes()).length, SOON).toBe(1);
    const [box] = await app.boxes();
    const holder = process.platform === 'linux' ? ` by .+ \\(process ${process.pid}\\)` : '';
    expect(box?.message).toMatch(new RegExp(`is taken${holder}`));
    expect(box?.buttons).toEqual(['Try Again', expect.stringMatching(/^Use Port \d+$/), 'Quit']);
    expect(box).toMatchObject({ byEnter: 'Try Again', byEscape: 'Quit' });
    await freePort(port);
    await app.answer('Try Again');
    expect(await app.address()).toBe(`http://127.0.0.1:${port}`);
  });

  it('gives way to another one only when the person says so, and that one is remembered', async () => {
    const port = await takePort();
    const app = await startApp({ flags: ['--port', String(port)] });
    await expect.poll(async () => (await app.boxes()).length, SOON).toBe(1);
    const other = (await app.boxes())[0]?.buttons[1] ?? '';
    await app.answer(other);
    const chosen = Number(other.replace('Use Port ', ''));
    expect(await app.address()).toBe(`http://127.0.0.1:${chosen}`);
    expect((await (await app.owner()).desktop.get()).desktop?.preferences.port).toBe(chosen);
    expect(JSON.parse(await readFile(join(app.home.data, 'app', 'preferences.json'), 'utf8'))).toMatchObject({
      port: chosen,
    });
  });

  it('takes the tools that are connected along to the other port, naming them before', async () => {
    const home = await makeHome();
    const first = await startApp({ home, flags: ['--port', '0'] });
    await first.address();
    await (await first.owner()).connections.connect({ id: 'codex' });
    await first.quit();
    expect(await first.exit).toBe(0);
    const port = await takePort();
    const app = await startApp({ home, folder: join(home.path, 'app'), flags: ['--port', String(port)] });
    await expect.poll(async () => (await app.boxes()).length, SOON).toBe(1);
    const [box] = await app.boxes();
    expect(box?.detail).toMatch(/Codex will be pointed at \d+ by LLM Gateway\.$/);
    await app.answer(box?.buttons[1] ?? '');
    const address = await app.address();
    const { tools } = await (await app.owner()).connections.list();
    expect(tools.find(({ id }) => id === 'codex')).toMatchObject({ state: 'connected', connection: { url: address } });
    const file = tools.find(({ id }) => id === 'codex')?.files[0] ?? '';
    expect(file.startsWith(home.path)).toBe(true);
    expect(await readFile(file, 'utf8')).toContain(`${address}/v1`);
  });

  it('that the person has changed in the preferences takes connected tools along at the next start', async () => {
    const [was, is] = [await takePort(), await takePort()];
    await freePort(was);
    const home = await makeHome();
    await mkdir(join(home.data, 'app'));
    await writeFile(join(home.data, 'app', 'preferences.json'), JSON.stringify({ port: was }));
    const first = await startApp({ home, flags: [] });
    const { connections, desktop } = await first.owner();
    await connections.connect({ id: 'codex' });
    await desktop.update({ port: is });
    await first.quit();
    expect(await first.exit).toBe(0);
    await freePort(is);
    const app = await startApp({ home, folder: join(home.path, 'app'), flags: [] });
    expect(await app.address()).toBe(`http://127.0.0.1:${is}`);
    const codex = async () => (await (await app.owner()).connections.list()).tools.find(({ id }) => id === 'codex');
    const url = `http://127.0.0.1:${is}`;
    await expect.poll(codex, SOON).toMatchObject({ state: 'connected', connection: { url } });
    expect(await readFile((await codex())?.files[0] ?? '', 'utf8')).toContain(`${url}/v1`);
  });

  it('lets the person quit', async () => {
    const port = await takePort();
    const app = await startApp({ flags: ['--port', String(port)], probe: { answers: ['Quit'] } });
    expect(await app.exit).toBe(0);
  });
});

describeDesktop('damaged files', () => {
  it('of preferences are put aside and told, and the app starts with its defaults', async () => {
    const home = await makeHome();
    await mkdir(join(home.data, 'app'));
    await writeFile(join(home.data, 'app', 'preferences.json'), '{"theme": "dark", "port');
    const app = await startApp({ home, probe: { answers: ['OK'] } });
    await app.address();
    await expect.poll(async () => (await app.boxes())[0]?.message, SOON).toBe('Your preferences could not be read.');
    expect((await (await app.owner()).desktop.get()).desktop?.preferences.theme).toBe('system');
    const kept = (await readdir(join(home.data, 'app'))).filter((name) => name.startsWith('preferences.damaged-'));
    expect(kept).toHaveLength(1);
    expect(await readFile(join(home.data, 'app', kept[0] ?? ''), 'utf8')).toContain('"theme": "dark", "port');
  });

  it('of preferences cost only the values that are not valid', async () => {
    const home = await makeHome();
    await mkdir(join(home.data, 'app'));
    await writeFile(join(home.data, 'app', 'preferences.json'), '{"theme": "dark", "port": "many", "startHidden": 3}');
    const app = await startApp({ home });
    const { desktop } = await (await app.owner()).desktop.get();
    expect(desktop?.preferences).toMatchObject({ theme: 'dark', port: 4556, startHidden: false });
    expect(await app.boxes()).toEqual([]);
  });

  it('of the database are told in one sentence and left as they are', async () => {
    const home = await makeHome();
    const database = join(home.data, 'gateway.sqlite');
    await writeFile(database, 'This is no database, and was one before.'.repeat(100));
    const app = await startApp({ home, probe: { answers: ['Quit'] } });
    expect(await app.exit).toBe(0);
    expect(await readFile(database, 'utf8')).toContain('This is no database');
    expect(await readFile(join(home.data, 'desktop.log'), 'utf8')).toContain('is damaged: restore a backup');
  });

  it("of the database are told in the person's language", async () => {
    const home = await makeHome();
    await mkdir(join(home.data, 'app'));
    await writeFile(join(home.data, 'app', 'preferences.json'), '{"language": "es"}');
    await writeFile(join(home.data, 'gateway.sqlite'), 'garbage '.repeat(1000));
    const app = await startApp({ home });
    await expect.poll(async () => (await app.boxes()).length, SOON).toBe(1);
    expect((await app.boxes())[0]).toMatchObject({
      message: 'LLM Gateway no puede iniciarse.',
      detail: expect.stringContaining('está dañada: restaura una copia de seguridad'),
      buttons: ['Reintentar', 'Salir'],
    });
    await app.answer('Salir');
    expect(await app.exit).toBe(0);
  });

  it('of the database can be mended while the app waits', async () => {
    const home = await makeHome();
    const database = join(home.data, 'gateway.sqlite');
    const healthy = await startApp({ home });
    await healthy.address();
    await healthy.quit();
    await healthy.exit;
    await copyFile(database, `${database}.backup`);
    await writeFile(database, 'garbage '.repeat(1000));
    const app = await startApp({ home, folder: join(home.path, 'app') });
    await expect.poll(async () => (await app.boxes())[0]?.detail, SOON).toContain('is damaged');
    await copyFile(`${database}.backup`, database);
    await app.answer('Try Again');
    expect(await (await fetch(`${await app.address()}/health`)).json()).toEqual({ status: 'ok' });
  });

  it('of a newer version are not touched', async () => {
    const home = await makeHome();
    const database = new BetterSqlite(join(home.data, 'gateway.sqlite'));
    database.exec('CREATE TABLE __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)');
    database.exec("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('of the future', 9999999999999)");
    database.close();
    const app = await startApp({ home });
    await expect.poll(async () => (await app.boxes())[0]?.detail, SOON).toContain('written by a newer version');
    await app.answer('Quit');
    expect(await app.exit).toBe(0);
  });
});

describeDesktop('crashes', () => {
  it('of the page leave the gateway up, and the page comes back', async () => {
    const app = await startApp();
    const page = await app.page();
    await page.locator('#status', { hasText: 'version' }).waitFor();
    const to = await app.makeKey();
    await app.evaluate(
      ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
      null,
    );
    expect((await app.ask(to)).status).toBe(200);
    await expect.poll(() => log(app.home), SOON).toContain('The page of the window died.');
    // Playwright takes a page that has crashed for gone for ever; the app is asked instead.
    const status = 'document.querySelector("#status")?.textContent ?? ""';
    const shown = (code: string) =>
      app.evaluate(
        ({ BrowserWindow }, asked) => BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(asked),
        code,
      );
    await expect.poll(() => shown(status), SOON).toContain('version');
    expect((await app.ask(to)).status).toBe(200);
  });

  it('of the main process are written down without secrets and told at the next start', async () => {
    const home = await makeHome();
    const folder = await withSpecPage(home);
    const app = await startApp({ home, folder });
    await app.address();
    await app.evaluate((_electron, secret) => {
      setTimeout(() => {
        throw new Error(`Broken with ${secret}`);
      });
    }, 'sk-proj-0123456789abcdef');
    expect(await app.exit).toBe(1);
    const again = await startApp({ home, folder });
    const owner = await again.owner();
    const { desktop } = await owner.desktop.get();
    expect(desktop?.lastCrash?.message).toContain('Broken with [key]');
    expect(await log(home)).not.toContain('sk-proj-0123456789abcdef');
    expect((await owner.desktop.dismissCrash()).desktop.lastCrash).toBeNull();
  });

  it('are reported by a zip that holds no secret', async () => {
    const home = await makeHome();
    const savePath = join(home.path, 'diagnostics.zip');
    const { letGo, environment } = await createHeldProvider();
    letGo();
    const app = await startApp({ home, environment, probe: { savePath, keychain: 'kwallet6' } });
    const owner = await app.owner();
    const key = 'sk-proj-never-in-a-report-0123456789';
    await owner.providerKeys.add({ provider: 'openai', key });
    const to = await app.makeKey();
    const messages = [{ role: 'user', content: 'My private diary.' }];
    await (await app.ask(to, { model: 'openai/gpt-4.1', stream: true, messages })).text();
    expect(await owner.desktop.exportDiagnostics()).toEqual({ path: savePath });
    const files = unzipSync(await readFile(savePath));
    expect(Object.keys(files).sort()).toEqual(
      ['about.json', 'desktop.json', 'desktop.log', 'providers.json', 'requests.json', 'settings.json'].sort(),
    );
    const text = Object.values(files)
      .map((file) => strFromU8(file))
      .join('\n');
    for (const secret of [key, to.key, 'private diary', home.path]) expect(text).not.toContain(secret);
    expect(JSON.parse(strFromU8(files['requests.json'] ?? new Uint8Array()))).toMatchObject([{ status: 'ok' }]);
    expect(await app.opened()).toEqual([savePath]);
  });
});

function log(home: Home): Promise<string> {
  return readFile(join(home.data, 'desktop.log'), 'utf8');
}
