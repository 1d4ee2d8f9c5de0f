import { existsSync } from 'node:fs';

const places = [
  process.env.CHROMIUM_PATH,
  // Without the windows of a browser, which nobody looks at here: pages take two thirds of the time.
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The Chromium of this machine, for tests that need a real browser; undefined where there is none. */
export const chromiumPath: string | undefined = places.find((path) => path !== undefined && existsSync(path));

/** Root has no sandbox of its own, and a machine that runs tests no graphics. */
export const chromiumArguments: string[] = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-dev-shm-usage',
];

/** The end of a test's name where there is no browser: it says why it was left out. */
export const needsChromium: string = chromiumPath === undefined ? ' (left out: no Chromium here)' : '';
