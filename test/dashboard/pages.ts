import type { Page } from 'playwright-core';
import en from '../../renderer/i18n/en.json' with { type: 'json' };
import { until } from './checks.ts';
import { press, tabTo, type } from './keyboard.ts';

export type Message = keyof typeof en;

export interface PageEntry {
  path: string;
  title: Message;
  /** Stands there once the page has loaded, whatever there is. */
  ready: Message;
  /** Says that there is nothing yet. Absent: the page is never empty. */
  empty?: Message;
  /** False: there is nothing that it has to wait for. */
  waits?: false;
  /** Where its controls can all be reached in reasonable time. */
  narrow?: string;
  /** What the page is for, without a mouse. It begins with nothing but a provider. */
  job(page: Page): Promise<void>;
}

/** Every page of the dashboard, for the specs that all of them have to pass. */
export const pages: readonly PageEntry[] = [
  {
    path: '/',
    title: 'overview.title',
    ready: 'overview.latest',
    empty: 'overview.empty',
    async job(page) {
      await press(page.getByRole('radio', { name: '7 days' }), 'ArrowRight');
      await until(async () => page.url().includes('range=30d'));
      await press(page.getByRole('radio', { name: 'Chart' }), 'ArrowRight');
      await page.getByRole('columnheader', { name: 'Total' }).or(page.getByRole('table')).first().waitFor();
      await press(page.getByRole('link', { name: 'All requests' }));
      await page.getByRole('heading', { name: 'Requests', level: 1 }).waitFor();
    },
  },
  {
    path: '/requests',
    title: 'requests.title',
    ready: 'requests.export',
    empty: 'overview.empty',
    async job(page) {
      await press(page.getByRole('columnheader', { name: 'Cost' }).getByRole('button'));
      await until(async () => page.url().includes('sort=dearest'));
      await page.locator('[role="grid"][aria-busy="false"] [data-index="1"]').waitFor();
      await tabTo(page.locator('[data-index="0"]'));
      await page.keyboard.press('ArrowDown');
      await page.locator('[data-index="1"]:focus').waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').getByText('Why this model').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.locator('[data-index="1"]:focus').waitFor();
    },
  },
  {
    path: '/playground',
    title: 'playground.title',
    ready: 'playground.empty',
    empty: 'playground.empty',
    waits: false,
    async job(page) {
      await type(page.getByLabel('Your message'), 'How are you?');
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'Why this model?' }).waitFor();
    },
  },
  {
    path: '/connect',
    title: 'connect.title',
    ready: 'connect.snippets',
    async job(page) {
      await press(page.getByRole('button', { name: 'Connect Codex', exact: true }));
      const dialog = page.getByRole('dialog');
      await dialog.getByText('+ model_provider = "llm-gateway"').waitFor();
      await press(dialog.getByRole('button', { name: 'Connect', exact: true }));
      await dialog.getByText('Codex is pointed here.').waitFor();
      await press(dialog.getByRole('button', { name: 'Close' }).last());
      await page.getByRole('button', { name: 'Disconnect Codex' }).waitFor();
    },
  },
  {
    path: '/keys',
    title: 'keys.title',
    ready: 'keys.overall',
    async job(page) {
      await press(page.getByRole('button', { name: 'Create a key' }).first());
      await type(page.getByRole('dialog').getByLabel('Name'), 'Without a mouse');
      await page.keyboard.press('Enter');
      await page.getByTestId('secret').waitFor();
      await press(page.getByRole('button', { name: 'I have copied it' }));
      await page.getByRole('button', { name: 'Set limits of Without a mouse' }).waitFor();
    },
  },
  {
    path: '/providers',
    title: 'providers.title',
    ready: 'providers.others',
    empty: 'providers.empty',
    async job(page) {
      await press(page.getByRole('button', { name: 'Add a key' }).first());
      const dialog = page.getByRole('dialog');
      await type(dialog.getByRole('combobox', { name: 'Provider' }), 'Groq');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await type(dialog.getByLabel('Key', { exact: true }), 'sk-without-a-mouse-9876');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    },
  },
  {
    path: '/alerts',
    title: 'alerts.title',
    ready: 'alerts.history',
    empty: 'alerts.noRules',
    async job(page) {
      await press(page.getByRole('button', { name: 'Add a rule' }).first());
      const dialog = page.getByRole('dialog');
      await type(dialog.getByLabel('Dollars a day'), '3');
      await press(dialog.getByRole('button', { name: 'Save' }));
      await page.getByText(/^A day costs \$3\.00 or more/).waitFor();
    },
  },
  {
    path: '/models',
    title: 'models.title',
    ready: 'models.window',
    narrow: '/models?q=claude-haiku',
    async job(page) {
      await type(page.getByLabel('Search models'), 'claude-haiku-4-5');
      await until(async () => page.url().includes('q=claude-haiku-4-5'));
      await press(page.getByRole('row').nth(1).getByRole('button'));
      await page.getByRole('dialog').getByText('Price history').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    },
  },
  {
    path: '/routing',
    title: 'routing.title',
    ready: 'routing.try',
    async job(page) {
      await press(page.getByRole('radio', { name: 'Balanced' }), 'ArrowLeft');
      await press(page.getByRole('button', { name: 'Apply' }));
      await page.getByText('The policy holds from the next request').waitFor();
      await press(page.getByRole('button', { name: 'Undo', exact: true }));
      await until(() => page.getByRole('radio', { name: 'Balanced' }).isChecked());
    },
  },
  {
    path: '/settings',
    title: 'settings.title',
    ready: 'settings.cache',
    async job(page) {
      const cache = page.getByRole('switch', { name: 'Keep answers in memory' });
      await press(cache, 'Space');
      await page.getByText('Saved').waitFor();
      await press(page.getByRole('button', { name: 'Undo' }));
      await until(() => cache.isChecked());
    },
  },
];
