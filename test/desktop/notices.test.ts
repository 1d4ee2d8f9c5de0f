import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { describeDesktop, SOON, startApp } from './app.ts';

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

/** A provider that takes every key until it is told to take none. */
async function startProvider() {
  let status = 200;
  server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"object":"list","data":[]}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    environment: { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` },
    refuse() {
      status = 401;
    },
  };
}

describeDesktop('notices', () => {
  it('tell what the person should know, and open its page', async () => {
    const { environment, refuse } = await startProvider();
    const app = await startApp({
      environment,
      flags: ['--port', '0', '--hidden'],
      probe: { keychain: 'gnome_libsecret' },
    });
    const { providerKeys } = await app.owner();
    const { id } = await providerKeys.add({ provider: 'openai', key: 'sk-0123456789abcdefghij', label: 'Work' });
    refuse();
    expect((await providerKeys.test({ id })).status).toBe('refused');
    await expect.poll(() => app.notices(), SOON).toMatchObject([{ title: 'A key for openai was refused' }]);
    expect(await app.isVisible()).toBe(false);
    await app.evaluate(() => globalThis.probe.notices[0]?.click(), null);
    await expect.poll(() => app.isVisible(), SOON).toBe(true);
    await expect.poll(async () => (await app.page()).url(), SOON).toContain('#/providers');
  });

  it('speak the language of the preferences from the moment that it is chosen', async () => {
    const { environment, refuse } = await startProvider();
    const app = await startApp({
      environment,
      flags: ['--port', '0', '--hidden'],
      probe: { keychain: 'gnome_libsecret' },
    });
    const { providerKeys, desktop } = await app.owner();
    const { id } = await providerKeys.add({ provider: 'openai', key: 'sk-0123456789abcdefghij', label: 'Work' });
    await desktop.update({ language: 'es' });
    expect((await desktop.get()).desktop?.update.why).toBe('Esta es una versión de desarrollo.');
    refuse();
    await providerKeys.test({ id });
    await expect
      .poll(() => app.notices(), SOON)
      .toEqual([{ title: 'Se rechazó una clave de openai', body: '«Work» ya no se usa. Introduce otra clave.' }]);
  });
});
