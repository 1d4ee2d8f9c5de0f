import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { expectAccessible } from './checks.ts';
import { type Dashboard, openDashboard } from './open.ts';
import { ownerOf } from './seed.ts';

describe.skipIf(chromiumPath === undefined)(`the routing page${needsChromium}`, { timeout: 60_000 }, () => {
  let dashboard: Dashboard;
  beforeAll(async () => {
    dashboard = await openDashboard();
  }, 60_000);
  afterAll(() => dashboard.close());

  it('shows the decision for a prompt, under a change before it holds, and takes the change back', async () => {
    const page = await dashboard.open('/routing');
    await page.getByLabel('Prompt', { exact: true }).fill('Say hello.');
    const first = page.getByRole('region', { name: 'Candidates' }).getByRole('row').nth(1).getByRole('cell').first();
    await first.waitFor();
    await expectAccessible(page);
    const chosen = await first.innerText();
    await page.getByText('Quality', { exact: true }).first().click();
    await page.getByText('with your changes', { exact: true }).waitFor();
    for (const name of ['Simple', 'Medium', 'Complex']) {
      await page.getByRole('slider', { name: `Quality needed · ${name}` }).press('End');
    }
    await expect.poll(() => first.innerText()).not.toBe(chosen);
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('The policy holds from the next request').waitFor();
    await page.getByText('with your changes', { exact: true }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await expect.poll(() => first.innerText()).toBe(chosen);
    await page.close();
  });

  it('orders rules from the keyboard, takes a removal back, and goes back to an earlier policy', async () => {
    const page = await dashboard.open('/routing');
    for (const name of ['openai', 'anthropic']) {
      await page.getByRole('button', { name: 'Add a rule' }).click();
      const form = page.getByRole('dialog', { name: 'Add a rule' });
      await form.getByRole('button', { name: 'Keep in the draft' }).click();
      await form.getByText('Say which model to use').waitFor();
      await form.getByLabel('Never call').fill(name);
      await form.getByLabel('Never call').press('Enter');
      await form.getByLabel('Name of the rule').fill(`No ${name}`);
      await expectAccessible(page);
      await form.getByRole('button', { name: 'Keep in the draft' }).click();
      await form.waitFor({ state: 'detached' });
    }
    await page.getByText('1. No openai').waitFor();
    await page.getByRole('button', { name: 'Move the rule No anthropic' }).press('ArrowUp');
    await page.getByText('1. No anthropic').waitFor();
    await page.getByRole('button', { name: 'More about No anthropic' }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await page.getByText('1. No openai').waitFor();
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByText('1. No anthropic').waitFor();
    await page.getByLabel('Prompt', { exact: true }).fill('Say hello.');
    const chosen = page.getByRole('region', { name: 'Candidates' }).getByRole('row').nth(1).getByRole('cell').first();
    await expect.poll(() => chosen.innerText()).toMatch(/gemini/);
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('button', { name: 'Go back to version 0' }).click();
    await page.getByText('No rule: everything is weighed.').waitFor();
    await page.close();
  });

  it('says in words what it saw in a prompt', async () => {
    const page = await dashboard.open('/routing');
    await page.getByLabel('Prompt', { exact: true }).fill('Prove that there are infinitely many primes.');
    await page.getByText(/^a proof \+\d/).waitFor();
    await page.close();
  });

  it('checks cheap answers in the shadow once it knows whom to ask, and moves conversations when told to', async () => {
    const page = await dashboard.open('/routing');
    await page.getByLabel('Check cheap answers against a strong model').check();
    const apply = page.getByRole('button', { name: 'Apply' });
    await page.getByText('Choose a model').first().waitFor();
    expect(await apply.isDisabled()).toBe(true);
    for (const [role, model] of [
      ['Strong model', 'gpt-5'],
      ['Judge', 'claude-haiku-4-5'],
    ] as const) {
      await page.getByRole('combobox', { name: role }).fill(model);
      await page.getByRole('option', { name: model, exact: true }).click();
    }
    await page.getByLabel('Share of answers checked').fill('12.5');
    await page.getByLabel('At most a day (UTC)').fill('0.25');
    await page.getByRole('slider', { name: 'For a better model: how much harder' }).press('ArrowRight');
    await expectAccessible(page);
    await apply.click();
    await page.getByText('The policy holds from the next request').waitFor();
    const { policy } = await ownerOf(dashboard).routing.policy.get();
    expect(policy.shadow).toEqual({
      enabled: true,
      strong: 'openai/gpt-5',
      judge: 'anthropic/claude-haiku-4-5',
      share: 0.125,
      dayUsd: 0.25,
    });
    expect(policy.stay.margin).toBe(0.3);
    await page.getByText('No answer has been checked yet.').waitFor();
    await page.close();
  });

  it('makes an alias and takes its removal back', async () => {
    const page = await dashboard.open('/routing');
    await page.getByLabel('Name', { exact: true }).fill('fast');
    await page.getByRole('button', { name: 'Add alias' }).click();
    const alias = page.getByText('fast → auto');
    await alias.waitFor();
    await page.getByRole('button', { name: 'Remove' }).click();
    await alias.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await alias.waitFor();
    await page.close();
  });
});
