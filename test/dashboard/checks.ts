import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

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

/** Nothing is wider than the window: nobody has to scroll sideways. What sticks out is told. */
export async function expectFits(page: Page): Promise<void> {
  let found: string[] = [];
  // Charts are drawn anew a moment after the window has changed.
  const fits = async () => {
    found = await page.evaluate<string[]>(sticksOut);
    return found.length === 0;
  };
  await until(fits, 3000).catch(() => expect(found).toEqual([]));
}

const sticksOut = `(() => {
    const wide = document.documentElement.scrollWidth - window.innerWidth;
    if (wide <= 0) return [];
    const out = [...document.querySelectorAll('main *')].filter((one) => one.getBoundingClientRect().right > window.innerWidth);
    return [wide + ' px too wide', ...out.slice(-4).map((one) => one.outerHTML.slice(0, 200))];
  })()`;

const LONGEST_WAIT_MS = 20_000;

/** Asks again until it holds. Unlike `expect.poll` it knows its test also where several run at the same time. */
export async function until(holds: () => Promise<boolean>, longestMs = LONGEST_WAIT_MS): Promise<void> {
  for (const endMs = Date.now() + longestMs; Date.now() < endMs; await sleep(50)) if (await holds()) return;
  throw new Error(`It never held: ${holds}`);
}
