import { expect, it } from 'vitest';
import { describeDesktop, SOON, startApp } from './app.ts';

describeDesktop('the first start', () => {
  it('answers a client, shows its window, and talks to the page over its port', async () => {
    const app = await startApp();
    const { address, key } = await app.makeKey();
    const reply = await app.ask({ address, key });
    const text = await reply.text();
    expect(JSON.parse(text), text).toMatchObject({ object: 'chat.completion', metadata: { provider: 'demo' } });
    const page = await app.page();
    await page.locator('#status', { hasText: address }).waitFor();
    await page.locator('#events li', { hasText: '"type":"requests"' }).first().waitFor();
    await expect.poll(() => app.isVisible(), SOON).toBe(true);
    expect(await app.boxes()).toEqual([]);
  });

  it('keeps the page to itself: no network, no foreign page, no new window', async () => {
    const app = await startApp();
    const page = await app.page();
    await page.locator('body[data-network=refused]').waitFor();
    await page.locator('#outside').click();
    await page.locator('#new-window').click();
    await expect.poll(() => app.opened(), SOON).toEqual(['https://example.com/terms', 'https://example.com/new']);
    await page.locator('#status', { hasText: 'version' }).waitFor();
  });

  it('gives the page nothing of Electron or Node', async () => {
    const app = await startApp();
    const page = await app.page();
    const found = await page.evaluate(
      "['require', 'process', 'ipcRenderer', 'electron', 'module'].filter((name) => name in window)",
    );
    expect(found).toEqual([]);
  });
});
