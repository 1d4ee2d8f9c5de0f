import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromiumPath, needsChromium } from '../chromium.ts';

/** The project's folder. */
export const root: string = join(import.meta.dirname, '..', '..');

/** Electron's binary, where it was downloaded. */
export const electronPath: string | undefined = findElectron();
/** False: neither Electron nor what stands in for it is here. */
export const canLaunch: boolean = electronPath !== undefined || chromiumPath !== undefined;
export const isReal: boolean = electronPath !== undefined;
/** The end of a spec's name: what it runs on, or why it is left out. */
export const launcher: string = electronPath
  ? ' (on real Electron)'
  : needsChromium || ' (on the stand-in for Electron, with pages of Chromium)';

function findElectron(): string | undefined {
  const folder = join(root, 'node_modules', 'electron');
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const path = join(folder, 'dist', readFileSync(pathFile, 'utf8'));
  return existsSync(path) ? path : undefined;
}
