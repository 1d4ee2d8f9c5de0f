import { expect, it } from 'vitest';
import { describeDesktop, SOON, startApp } from './app.ts';
import { createHeldProvider } from './held-stream.ts';

type App = Awaited<ReturnType<typeof startApp>>;

const labels = async (app: App) => (await app.menu()).map(({ label }) => label).filter((label) => label !== undefined);

describeDesktop('the tray', () => {
  it('shows status, figures of today and the last three requests after traffic', async () => {
    const { letGo, environment } = await createHeldProvider();
    letGo();
    const app = await startApp({ environment, probe: { keychain: 'kwallet6' } });
    const address = await app.address();
    await (await app.owner()).providerKeys.add({ provider: 'openai', key: 'sk-0123456789abcdefghij' });
    const to = await app.makeKey();
    for (let count = 0; count < 4; count++) {
      const messages = [{ role: 'user', content: `Question ${count}` }];
      await (await app.ask(to, { model: 'openai/gpt-4.1', stream: true, messages })).text();
    }
    await expect.poll(() => labels(app), SOON).toContainEqual(expect.stringMatching(/^Today: \$0\.0\d+ · 4 requests$/));
    const shown = await labels(app);
    expect(shown[0]).toBe(`Running · ${address.replace('http://', '')}`);
    expect(shown).toContain('Cache hits: 0%');
    expect(shown).toContainEqual(expect.stringMatching(/^Saved: -?\$\d/));
    expect(shown.filter((label) => label.startsWith('gpt-4.1 · $0.0'))).toHaveLength(3);
    const actions = [
      'Pause Routing',
      'Copy Address',
      'Copy a New Key',
      'Check Prices Now',
      'Open Dashboard',
      'Quit LLM Gateway',
    ];
    for (const action of actions) expect(shown).toContain(action);
    await app.click('latest-0');
    const page = await app.page();
    await expect.poll(() => page.url(), SOON).toMatch(/#\/requests\/\w+/);
  });

  it('pauses routing, shows that, and resumes it', async () => {
    const app = await startApp();
    const to = await app.makeKey();
    await app.click('pause');
    await expect.poll(() => labels(app), SOON).toContainEqual(expect.stringMatching(/^Routing paused · /));
    expect((await app.ask(to)).status).toBe(403);
    await app.click('pause');
    await expect.poll(() => labels(app), SOON).toContainEqual(expect.stringMatching(/^Running · /));
    expect((await app.ask(to)).status).toBe(200);
  });

  it('copies the address, and a new key that works', async () => {
    const app = await startApp();
    const address = await app.address();
    await app.click('copy-address');
    const copied = () => app.evaluate(({ clipboard }) => clipboard.readText(), null);
    await expect.poll(copied, SOON).toBe(address);
    await app.click('copy-key');
    await expect.poll(copied, SOON).toMatch(/^gw_/);
    expect((await app.ask({ address, key: await copied() })).status).toBe(200);
    expect(await app.notices()).toMatchObject([{ title: 'A new key is in the clipboard' }]);
  });

  it('checks prices now, and says what came of it', async () => {
    const app = await startApp();
    await (await app.owner()).settings.update({ modelUpdates: { sources: ['http://127.0.0.1:9/models.json'] } });
    await app.click('check-prices');
    await expect.poll(() => app.notices(), SOON).toMatchObject([{ title: 'Prices were checked' }]);
  });
});
