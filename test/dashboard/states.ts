import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import en from '../../renderer/i18n/en.json' with { type: 'json' };
import es from '../../renderer/i18n/es.json' with { type: 'json' };
import { expectAccessible, expectFits, until } from './checks.ts';
import { expectReachable } from './keyboard.ts';
import { type Message, type PageEntry, pages } from './pages.ts';
import type { Scene, Stage } from './stage.ts';

/** Gateways for the states that pages are shown in. */
export interface Stages {
  /** Nobody has used it: no key of a provider, no request. */
  empty: Stage;
  /** Two providers and some hundred requests. */
  some: Stage;
  /** A hundred thousand requests, and the longest names that can be given to anything. */
  huge: Stage;
}

/** What holds for each page, wherever the dashboard is shown. */
export function describeStates(stages: Stages): void {
  describe.concurrent.each(pages)('at $path', { timeout: 120_000 }, (entry) => {
    it('says what to do where there is nothing yet', () => showEmpty(stages.empty, entry));
    it('holds its place while it loads, and rests for whoever wants no motion', () => showLoading(stages.some, entry));
    it('says what to do where the gateway fails, and tries again when told to', () => showFailing(stages.some, entry));
    it('reaches every control from the keyboard', () => reachAll(stages.some, entry));
    it('does its job without a mouse', () => doJob(stages.some, entry));
    it('bears a hundred thousand requests and the longest names, in both themes and small windows', () =>
      showHuge(stages.huge, entry));
  });
  // By itself: in the app, a language is that of all windows.
  describe('in Spanish', { timeout: 120_000 }, () => {
    it.each(pages)('says nothing else at $path', (entry) => speakSpanish(stages.huge, entry));
  });
}

async function showEmpty(stage: Stage, entry: PageEntry): Promise<void> {
  await show(stage, entry.path, {}, async ({ page }) => {
    await loaded(page, entry.empty ?? entry.ready);
    if (entry.empty !== undefined) {
      const around = page.locator('main .mantine-Center-root').filter({ hasText: en[entry.empty] });
      expect(await around.locator('a, button').or(page.locator('main textarea')).count()).toBeGreaterThan(0);
    }
    await expectAccessible(page);
  });
}

async function showLoading(stage: Stage, entry: PageEntry): Promise<void> {
  await show(stage, entry.path, { answers: 'held' }, async ({ page, answer }) => {
    await page.getByRole('heading', { level: 1, name: en[entry.title] }).waitFor();
    if (entry.waits !== false) await page.locator('main .mantine-Skeleton-root').first().waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await page.evaluate(movements)).toEqual([]);
    await expectFits(page);
    await answer('given');
    await loaded(page, entry.ready);
  });
}

/** What moves for longer than a blink. Runs in the page. */
const movements = `document.getAnimations()
  .filter((one) => one.playState === 'running' && !(one.effect.getComputedTiming().activeDuration <= 50))
  .map((one) => (one.animationName ?? one.transitionProperty) + ' of ' + one.effect.target.className)`;

async function showFailing(stage: Stage, entry: PageEntry): Promise<void> {
  const scene = await stage.open(entry.path, { answers: 'failing' });
  const { page } = scene;
  try {
    await page.getByRole('heading', { level: 1, name: en[entry.title] }).waitFor();
    const alerts = page.locator('main').getByRole('alert').filter({ hasText: en['failure.internal'] });
    await alerts.first().waitFor();
    await until(async () => (await page.locator('main .mantine-Skeleton-root').count()) === 0);
    expect(await alerts.first().innerText()).toContain(en['failure.internalAdvice']);
    await expectAccessible(page);
    await scene.answer('given');
    await until(async () => {
      const retry = alerts.first().getByRole('button', { name: en['action.retry'] });
      // One may try again for several that failed alike.
      if (await retry.isEnabled({ timeout: 1000 }).catch(() => false))
        await retry.press('Enter', { timeout: 1000 }).catch(() => {});
      return (await alerts.count()) === 0;
    }, 60_000);
    await loaded(page, entry.ready);
  } finally {
    await scene.close();
  }
}

async function reachAll(stage: Stage, entry: PageEntry): Promise<void> {
  await show(stage, entry.narrow ?? entry.path, {}, async ({ page }) => {
    await loaded(page, entry.ready);
    await expectReachable(page);
  });
}

async function doJob(stage: Stage, entry: PageEntry): Promise<void> {
  await show(stage, entry.path, {}, async ({ page }) => {
    await loaded(page, entry.ready);
    await entry.job(page);
  });
}

async function showHuge(stage: Stage, entry: PageEntry): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await show(stage, entry.path, { theme, width: 900, height: 600 }, async ({ page }) => {
      await loaded(page, entry.ready);
      await expectAccessible(page);
      expect(await page.evaluate<number>('document.querySelectorAll("*").length')).toBeLessThan(MOST_ELEMENTS);
      for (const [width, height] of theme === 'light' ? SIZES : []) {
        await page.setViewportSize({ width, height });
        await expectFits(page);
      }
    });
  }
}

/** A page that draws all it knows is slow on any machine. */
const MOST_ELEMENTS = 8000;

/** A common window, the smallest one, and what is left of the common one for whoever reads at twice the size. */
const SIZES = [
  [1280, 800],
  [900, 600],
  [640, 400],
] as const;

async function speakSpanish(stage: Stage, entry: PageEntry): Promise<void> {
  await show(stage, entry.path, { language: 'es', width: 900, height: 600 }, async ({ page }) => {
    await loaded(page, entry.ready, es);
    const texts = await page.evaluate<string[]>(visibleTexts);
    expect(texts.filter((text) => onlyEnglish.has(text))).toEqual([]);
    await expectFits(page);
    await page.setViewportSize({ width: 640, height: 400 });
    await expectFits(page);
  });
}

/** Also the names of a provider and of a model of its, which nobody translates. */
const NAMES = new Set(['demo', 'medium']);
const spanish = new Set<string>(Object.values(es));
const onlyEnglish = new Set<string>(Object.values(en).filter((text) => !spanish.has(text) && !NAMES.has(text)));

/** Texts that can be read or heard, each by itself. Runs in the page. */
const visibleTexts = `(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) texts.push(node.data.trim());
  for (const element of document.querySelectorAll('[aria-label], [placeholder], [title]')) {
    for (const name of ['aria-label', 'placeholder', 'title']) texts.push(element.getAttribute(name)?.trim() ?? '');
  }
  return texts;
})()`;

async function loaded(page: Page, ready: Message, messages: Record<Message, string> = en): Promise<void> {
  const text = messages[ready];
  const main = page.locator('main');
  await main
    .getByText(text, { exact: true })
    .or(main.getByRole('button', { name: text }))
    .first()
    .waitFor();
  await until(async () => (await page.locator('main .mantine-Skeleton-root').count()) === 0);
}

/** A page for as long as it is looked at. It has nothing to complain about meanwhile. */
async function show(
  stage: Stage,
  path: string,
  look: Parameters<Stage['open']>[1],
  act: (scene: Scene) => Promise<void>,
): Promise<void> {
  const scene = await stage.open(path, look);
  try {
    await act(scene);
    expect(scene.complaints).toEqual([]);
  } finally {
    await scene.close();
  }
}
