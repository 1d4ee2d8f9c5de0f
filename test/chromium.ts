import { existsSync } from 'node:fs';

const { CHROMIUM_PATH } = process.env;
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const find = (among: (string | undefined)[]) => among.find((path) => path !== undefined && existsSync(path));

/** The Chromium of this machine with all that a browser has, for the windows of the desktop app; undefined where there is none. */
export const wholeChromiumPath: string | undefined = find([CHROMIUM_PATH, ...places]);

/** One for pages alone: where it can be had, without a browser's windows, which nobody looks at here. Pages take two thirds of the time so. */
export const chromiumPath: string | undefined = find([CHROMIUM_PATH, '/usr/bin/chromium-headless-shell', ...places]);

/** Root has no sandbox of its own, and a machine that runs tests no graphics. */
export const chromiumArguments: string[] = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-dev-shm-usage',
];

/** The end of a test's name where there is no browser: it says why it was left out. */
export const needsChromium: string = chromiumPath === undefined ? ' (left out: no Chromium here)' : '';
