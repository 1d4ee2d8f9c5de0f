import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { echo } from '../fake-echo.ts';
import { expectAccessible } from './checks.ts';
import { type Dashboard, openDashboard } from './open.ts';

describe.skipIf(chromiumPath === undefined)(`the playground${needsChromium}`, { timeout: 60_000 }, () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard();
  }, 60_000);
  beforeEach(() => dashboard.provider.respond(echo));
  afterAll(() => dashboard.close());

  it('answers, says what it cost, and leaves the request in the ledger', async () => {
    const page = await dashboard.open('/playground');
    await page.getByLabel('Your message').fill('What is the capital of France?');
    await page.keyboard.press('Enter');
    await page.getByText('Why this model?').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'A good answer' }).click();
    await page.getByText('Noted: auto learns from it').waitFor();
    await page.getByText('Why this model?').click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('Playground', { exact: true }).waitFor();
    await page.goBack();
    await page.getByText('What is the capital of France?').first().waitFor();
    await page.reload();
    await page.getByText('Why this model?').waitFor();
    await page.close();
  });

  it('has two models answer side by side, each with its cost', async () => {
    const page = await dashboard.open('/playground?model=openai/gpt-4o-mini&other=anthropic/claude-haiku-4-5');
    await page.getByLabel('Your message').fill('Compare yourselves.');
    await page.getByRole('button', { name: 'Send' }).click();
    await expect.poll(() => page.getByText('Why this model?').count()).toBe(2);
    expect(await page.getByText(/^\$0\.\d+$/).count()).toBe(2);
    await page.close();
  });

  it('stops when told to, and the gateway gives the call up', async () => {
    dashboard.provider.respond((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"index":0,"delta":{"content":"Once upon a time"}}]}\n\n');
    });
    const page = await dashboard.open('/playground?model=openai/gpt-4o-mini');
    await page.getByLabel('Your message').fill('Tell a long story.');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Once upon a time').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped').waitFor();
    await expect.poll(() => dashboard.provider.calls().at(-1)?.abortedAtMs).toBeDefined();
    await page.close();
  });

  it('says what went wrong in the words of the gateway', async () => {
    const page = await dashboard.open('/playground?model=no-such-model');
    await page.getByLabel('Your message').fill('Hello');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('alert').getByText('no-such-model').waitFor();
    await page.close();
  });

  it('takes pictures along, finds them and a half-written question after a reload, and brings a cleared chat back', async () => {
    const page = await dashboard.open('/playground?model=openai/gpt-4o-mini');
    const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Add a picture' }).click();
    await (await chooser).setFiles({ name: 'dot.png', mimeType: 'image/png', buffer: Buffer.from(dot, 'base64') });
    await page.getByAltText('Picture 1').waitFor();
    await page.getByLabel('Your message').fill('What is this?');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Why this model?').waitFor();
    expect(dashboard.provider.calls().at(-1)?.body.toString()).toContain('data:image/png;base64,');

    await page.getByLabel('Your message').fill('And is it');
    await page.reload();
    await page.locator('.question img').waitFor();
    expect(await page.getByLabel('Your message').inputValue()).toBe('And is it');
    await page.getByRole('button', { name: 'New chat' }).click();
    await page.getByText('Ask something').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('What is this?').waitFor();
    await page.close();
  });

  it('shows the conversation as code', async () => {
    const page = await dashboard.open('/playground');
    await page.getByRole('button', { name: 'As code' }).click();
    await page.getByRole('tab', { name: 'Python' }).click();
    await page.getByText('from openai import OpenAI').waitFor();
    await expectAccessible(page);
    await page.close();
  });
});
