import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { createEcho } from '../fake-echo.ts';
import { expectAccessible } from './checks.ts';
import { type Dashboard, goTo, openDashboard } from './open.ts';

describe.skipIf(chromiumPath === undefined)(`capture in the dashboard${needsChromium}`, { timeout: 60_000 }, () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard();
    dashboard.provider.respond(createEcho({ text: 'Four, as ever.' }));
  }, 60_000);
  afterAll(() => dashboard.close());

  async function say(text: string): Promise<string> {
    const response = await fetch(`${dashboard.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${dashboard.gatewayKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4.1', messages: [{ role: 'user', content: text }] }),
    });
    await response.text();
    return response.headers.get('x-gateway-request-id') ?? '';
  }

  it('is switched on in the settings, shows prompt and reply, and asks another model', async () => {
    const before = await say('Is anybody writing this down?');
    const page = await dashboard.open('/settings');
    await page.getByText('No prompt or reply is kept.').waitFor();
    await page.getByRole('switch', { name: 'Keep prompts and replies' }).press('Space');
    await page.getByText('Saved').waitFor();
    const id = await say('How much is two and two?');
    await goTo(page, `/requests?open=${before}`);
    await page.getByRole('dialog').getByText('Not kept.').waitFor();
    await goTo(page, `/requests?open=${id}`);
    const detail = page.getByRole('dialog', { name: 'Request' });
    await detail.getByText('How much is two and two?').waitFor();
    await detail.getByText('Four, as ever.').waitFor();
    await expectAccessible(page);

    dashboard.provider.respond(createEcho({ text: 'Five, for once.' }));
    await detail.getByRole('button', { name: 'Replay on another model' }).click();
    const replay = page.getByRole('dialog', { name: 'Replay on another model' });
    await replay.getByRole('button', { name: 'Ask' }).click();
    await replay.getByText('Five, for once.').waitFor();
    expect(await replay.getByText('Four, as ever.').count()).toBe(1);
    await expect.poll(() => replay.getByText(/^\$[\d.]+ · /).count()).toBe(2);
    const asked = JSON.parse(dashboard.provider.requests.at(-1)?.body.toString() ?? '{}') as object;
    expect(JSON.stringify(asked)).toContain('How much is two and two?');
    await expectAccessible(page);
    await page.close();
  });

  it('is deleted for one request, whose row stays', async () => {
    const id = await say('Only this one');
    const page = await dashboard.open(`/requests?open=${id}`);
    const detail = page.getByRole('dialog', { name: 'Request' });
    await detail.getByText('Classify and route').waitFor();
    await detail.getByRole('button', { name: 'Delete this capture' }).click();
    const sure = page.getByRole('dialog', { name: 'Delete this capture' });
    await sure.getByRole('textbox').fill('delete');
    await sure.getByRole('button', { name: 'Delete this capture' }).click();
    await detail.getByText('Not kept.').waitFor();
    await page.close();
  });

  it('is deleted by typing a name', async () => {
    await say('Another one');
    const page = await dashboard.open('/settings');
    await page.getByText(/requests? (is|are) kept, in/).waitFor();
    await page.getByRole('button', { name: 'Delete kept prompts' }).click();
    const sure = page.getByRole('dialog');
    const act = sure.getByRole('button', { name: 'Delete kept prompts' });
    expect(await act.isDisabled()).toBe(true);
    await sure.getByRole('textbox').fill('delete prompts');
    await act.click();
    await page.getByText('No prompt or reply is kept.').waitFor();
    await page.close();
  });
});
