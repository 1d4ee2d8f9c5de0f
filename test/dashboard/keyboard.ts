import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Tabs until something has the focus, as somebody without a mouse would; fails where that never happens. */
export async function tabTo(wanted: Locator, most = 150): Promise<void> {
  await wanted.waitFor({ state: 'attached' });
  const page = wanted.page();
  for (let pressed = 0; pressed < most; pressed += 1) {
    if (await wanted.evaluate(hasFocus)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reached ${wanted}.`);
}

/** Runs in the page. */
export const hasFocus = (element: { matches(selector: string): boolean }): boolean => element.matches(':focus');

/** Tabs to a control and presses a key on it. */
export async function press(wanted: Locator, key = 'Enter'): Promise<void> {
  await tabTo(wanted);
  await wanted.page().keyboard.press(key);
}

/** Tabs to a field and types, in the place of what was there. */
export async function type(wanted: Locator, text: string): Promise<void> {
  await tabTo(wanted);
  await wanted.page().keyboard.press('ControlOrMeta+a');
  await wanted.page().keyboard.type(text);
}

/** Every control that is shown is reached with Tab (or, within a group such as tabs, with arrows), and each shows that it has the focus. */
export async function expectReachable(page: Page): Promise<void> {
  const controls = await page.evaluate<number>(watchFocus);
  expect(controls).toBeGreaterThan(5);
  for (let pressed = 0; pressed < controls + 12; pressed += 1) await page.keyboard.press('Tab');
  expect(await page.evaluate(readFocus)).toEqual({ missed: [], invisible: [] });
}

/** Marks what there is to reach, and notes what had the focus and how it looked then. Runs in the page. */
const watchFocus = `(() => {
  const ancestors = (element, levels) => (element && levels > 0 ? [element, ...ancestors(element.parentElement, levels - 1)] : []);
  const lookOf = (element) => [element.nextElementSibling, ...ancestors(element, 7)]
    .filter(Boolean)
    .map((one) => {
      const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor, textDecorationLine, insetBlockStart } = getComputedStyle(one);
      return [outlineStyle, outlineStyle === 'none' ? '' : outlineWidth + outlineColor, boxShadow, borderColor, backgroundColor, textDecorationLine, insetBlockStart].join();
    })
    .join(' | ');
  const looks = new Map();
  globalThis.focusWatch = { looks, lookOf };
  document.addEventListener('focusin', ({ target }) => looks.set(target, lookOf(target)));
  const shown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: false }) && !element.closest('[inert], [aria-hidden="true"]');
  const groups = new Set();
  const alone = (element) => {
    // Of a group with arrows one member is a stop of Tab.
    const group = element.type === 'radio' ? 'radio ' + element.name : element.closest('[role="tablist"], [role="grid"], [role="listbox"]');
    if (!group || (element.getAttribute('role') === null && element.type !== 'radio' && !element.closest('[role="tablist"]'))) return true;
    if (groups.has(group)) return false;
    const stops = element.type === 'radio' ? element.checked : element.tabIndex >= 0;
    if (stops) groups.add(group);
    return stops;
  };
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [role="button"], [role="switch"], [role="checkbox"], [role="slider"], [tabindex="0"]')]
    .filter((element) => !element.disabled && element.getAttribute('aria-disabled') !== 'true' && element.type !== 'hidden' && element.type !== 'file' && shown(element))
    .filter(alone);
  globalThis.focusWatch.all = all;
  return all.length;
})()`;

const readFocus = `(() => {
  document.activeElement?.blur();
  const { all, looks, lookOf } = globalThis.focusWatch;
  const name = (element) => element.outerHTML.slice(0, 160);
  return {
    missed: all.filter((element) => element.isConnected && !looks.has(element)).map(name),
    invisible: [...looks].filter(([element, look]) => element.isConnected && element.id !== 'main' && lookOf(element) === look).map(([element]) => name(element)),
  };
})()`;
