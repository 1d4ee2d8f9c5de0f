import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Dashboard } from './open.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** No violation that axe can find; each is told with the element it is on. */
export async function expectAccessible(page: Page): Promise<void> {
  // Evaluated through the browser's debugger, which the policy of the page does not bind.
  await page.evaluate(axe);
  const violations = await page.evaluate(
    async () =>
      (await (globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }).axe.run()).violations,
  );
  expect(
    violations.map(({ id, nodes }) => [
      id,
      ...nodes.slice(0, 4).map((node) => `${node.html.slice(0, 200)} ${node.failureSummary}`),
    ]),
  ).toEqual([]);
}

/** Nothing is wider than the window: nobody has to scroll sideways. */
async function expectFits(page: Page): Promise<void> {
  const [needed, there] = await page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth, window.innerWidth]',
  );
  expect(needed).toBeLessThanOrEqual(there);
}

/** A page holds up in both themes, in Spanish, at 900 pixels and at twice the size of text. `ready` is a text that is there once it has loaded. */
export async function expectSound(
  dashboard: Dashboard,
  path: string,
  ready: { en: string; es: string },
): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    const page = await dashboard.open(path, { theme, width: 900, height: 600 });
    await page.getByText(ready.en).first().waitFor();
    await expect.poll(() => page.locator('.mantine-Skeleton-root').count()).toBe(0);
    await expectAccessible(page);
    await expectFits(page);
    await page.close();
  }
  const spanish = await dashboard.open(path, { language: 'es', width: 640, height: 400 });
  await spanish.getByText(ready.es).first().waitFor();
  await expectFits(spanish);
  await spanish.close();
}
