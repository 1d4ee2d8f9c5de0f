import type { Page } from 'playwright-core';
import type { Message } from './pages.ts';

type Words = Record<Message, string>;

/** Something that opens over a page: a window, a panel, a menu. */
export interface Opening {
  name: string;
  path: string;
  /** Opens it on the page as it has loaded, and waits until it is there whole. */
  open(page: Page, words: Words): Promise<void>;
}

const button = (page: Page, name: string) => page.locator('main').getByRole('button', { name, exact: true });
const dialog = (page: Page) => page.getByRole('dialog').last();

async function choose(page: Page, more: string, item: string): Promise<void> {
  await page.locator('main').getByRole('button', { name: more }).first().click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
  await dialog(page).waitFor();
}

function opens(name: string, path: string, message: Message): Opening {
  return {
    name,
    path,
    async open(page, words) {
      await button(page, words[message]).first().click();
      await dialog(page).waitFor();
    },
  };
}

async function openRequest(page: Page, words: Words): Promise<void> {
  await page.locator('[data-index="1"]').click();
  await dialog(page).getByText(words['detail.why']).waitFor();
}

/** Everything that opens over a page, in the order of the pages. It needs a ledger with rows, a rule, a channel and a key of a tool. */
export const openings: readonly Opening[] = [
  {
    name: 'palette',
    path: '/',
    async open(page) {
      await page.keyboard.press('ControlOrMeta+k');
      await dialog(page).getByRole('textbox').waitFor();
    },
  },
  {
    name: 'palette-search',
    path: '/',
    async open(page, words) {
      await page.keyboard.press('ControlOrMeta+k');
      await dialog(page).getByRole('textbox').fill(words['keys.title'].slice(0, 4));
    },
  },
  {
    name: 'period',
    path: '/',
    async open(page, words) {
      await button(page, words['period.custom']).click();
      await page.getByLabel(words['period.from']).waitFor();
    },
  },
  {
    name: 'cost-table',
    path: '/',
    async open(page, words) {
      await page.getByText(words['overview.table'], { exact: true }).click();
      await page.getByRole('region', { name: words['overview.costOverTime'] }).getByRole('table').waitFor();
    },
  },
  { name: 'request', path: '/requests', open: openRequest },
  {
    name: 'request-end',
    path: '/requests',
    async open(page, words) {
      await openRequest(page, words);
      await dialog(page).getByText(words['detail.id'], { exact: true }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'failed-request',
    path: '/requests?status=error',
    async open(page, words) {
      await openRequest(page, words);
    },
  },
  {
    name: 'columns',
    path: '/requests',
    async open(page, words) {
      await button(page, words['requests.columns']).click();
      await page.getByRole('checkbox').first().waitFor();
    },
  },
  {
    name: 'nothing-left',
    path: '/requests?error=nothing-like-this',
    open: (page, words) => page.getByText(words['requests.nothing'], { exact: true }).waitFor(),
  },
  {
    name: 'answer',
    path: '/playground?other=auto:quality',
    async open(page, words) {
      await page.getByLabel(words['playground.question']).fill('Why is the sky blue?');
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: words['playground.why'] }).nth(1).waitFor();
    },
  },
  opens('code', '/playground', 'playground.code'),
  {
    name: 'connect-tool',
    path: '/connect',
    async open(page, words) {
      await button(page, words['tools.connectOne'].replace('{name}', 'Codex')).click();
      await dialog(page).getByText('+ model_provider').waitFor();
    },
  },
  {
    name: 'snippets',
    path: '/connect',
    async open(page, words) {
      await page.getByRole('tab', { name: words['snippet.python'] }).click();
    },
  },
  opens('create-key', '/keys', 'keys.create'),
  {
    name: 'key-once',
    path: '/keys',
    async open(page, words) {
      await button(page, words['keys.create']).first().click();
      await dialog(page).getByLabel(words['keys.name']).fill('Editor of the pictures');
      await page.keyboard.press('Enter');
      await page.getByTestId('secret').waitFor();
    },
  },
  {
    name: 'set-limits',
    path: '/keys',
    async open(page, words) {
      await button(page, words['limit.editOf'].replace('{name}', words['keys.overall'])).click();
      await dialog(page).waitFor();
    },
  },
  {
    name: 'key-menu',
    path: '/keys',
    async open(page, words) {
      await page
        .locator('main')
        .getByRole('button', { name: words['action.more'].split('{')[0] ?? '' })
        .first()
        .click();
      await page.getByRole('menuitem').first().waitFor();
    },
  },
  {
    name: 'revoke-key',
    path: '/keys',
    open: (page, words) => choose(page, words['action.more'].split('{')[0] ?? '', words['keys.revoke']),
  },
  opens('add-provider-key', '/providers', 'providers.addKey'),
  opens('own-provider', '/providers', 'providers.addOwn'),
  opens('alert-rule', '/alerts', 'alerts.addRule'),
  {
    name: 'alert-anomaly',
    path: '/alerts',
    async open(page, words) {
      await button(page, words['alerts.addRule']).first().click();
      await dialog(page).getByRole('combobox', { name: words['alerts.when'] }).click();
      await page.getByRole('option', { name: words['condition.spendAnomaly'] }).click();
    },
  },
  {
    name: 'alert-channel',
    path: '/alerts',
    async open(page, words) {
      await button(page, words['alerts.addChannel']).click();
      await dialog(page).getByText(words['channel.email'], { exact: true }).click();
      await dialog(page).getByLabel(words['channel.host']).waitFor();
    },
  },
  {
    name: 'model',
    path: '/models?q=claude-haiku-4',
    async open(page, words) {
      await page.getByRole('row').nth(1).getByRole('button').click();
      await dialog(page).getByText(words['models.history']).waitFor();
    },
  },
  {
    name: 'compare',
    path: '/models?available=1',
    async open(page, words) {
      for (const place of [1, 2, 3, 4]) await page.getByRole('row').nth(place).getByRole('checkbox').click();
      await button(page, words['models.compare'].replace('{count}', '4')).click();
      await dialog(page).getByText(words['models.oneRequest']).waitFor();
    },
  },
  {
    name: 'updates',
    path: '/models',
    async open(page, words) {
      await button(page, words['updates.changes']).click();
    },
  },
  {
    name: 'try-prompt',
    path: '/routing',
    async open(page, words) {
      await page.getByRole('textbox', { name: words['routing.prompt'] }).fill('Prove that there is no largest prime.');
      await page.getByRole('region', { name: words['routing.candidates'] }).waitFor();
    },
  },
  {
    name: 'back-test',
    path: '/routing',
    async open(page, words) {
      await page.getByText(words['preference.economy'], { exact: true }).first().click();
      await button(page, words['backtest.days'].replace('{days}', '7')).click();
      await page.getByText(words['backtest.same'], { exact: true }).waitFor();
    },
  },
  opens('routing-rule', '/routing', 'rules.add'),
  opens('invite', '/settings', 'users.invite'),
  opens('account', '/settings', 'account.make'),
  opens('delete-all', '/settings', 'data.deleteAll'),
  {
    name: 'undo',
    path: '/settings',
    async open(page, words) {
      await page.getByRole('switch', { name: words['settings.cacheOn'] }).press('Space');
      await page.getByRole('button', { name: words['action.undo'] }).waitFor();
    },
  },
];
