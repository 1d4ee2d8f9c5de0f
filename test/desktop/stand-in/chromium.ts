import type { Browser, Page } from 'playwright-core';

let browser: Promise<Browser> | undefined;

/** A page of the Chromium that the launcher has started. Its modules are loaded with the first window. */
export async function openPage(): Promise<Page> {
  browser ??= connect();
  const [context] = (await browser).contexts();
  if (context === undefined) throw new Error('Chromium has no context.');
  return context.newPage();
}

async function connect(): Promise<Browser> {
  const { chromium } = await import('playwright-core');
  return chromium.connectOverCDP(process.env.STAND_IN_CHROMIUM ?? '');
}
