import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wholeChromiumPath } from '../chromium.ts';

/** The project's folder. */
export const root: string = join(import.meta.dirname, '..', '..');

/** Electron's binary, where it was downloaded. */
export const electronPath: string | undefined = findElectron();
/** What stands in for it shows Chromium a page of `file://`, which other systems read in ways of their own. */
const standsIn = process.platform === 'linux' && wholeChromiumPath !== undefined;
/** False: neither is here. */
export const canLaunch: boolean = electronPath !== undefined || standsIn;
export const isReal: boolean = electronPath !== undefined;
/** The end of a spec's name: what it runs on, or why it is left out. */
export const launcher: string = electronPath
  ? ' (on real Electron)'
  : standsIn
    ? ' (on the stand-in for Electron, with pages of Chromium)'
    : ' (left out: neither Electron nor its stand-in is here)';

function findElectron(): string | undefined {
  const folder = join(root, 'node_modules', 'electron');
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const path = join(folder, 'dist', readFileSync(pathFile, 'utf8'));
  return existsSync(path) ? path : undefined;
}
