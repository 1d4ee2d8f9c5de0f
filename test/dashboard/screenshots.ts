import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import en from '../../renderer/i18n/en.json' with { type: 'json' };
import es from '../../renderer/i18n/es.json' with { type: 'json' };
import { occasions } from '../desktop/occasions.ts';
import { type Dashboard, inWindow, openDashboard } from './open.ts';
import type { Look } from './opened.ts';
import { openings } from './openings.ts';
import { type PageEntry, pages } from './pages.ts';
import { fillUp, ownerOf, useLittle } from './seed.ts';
import { createStage, type Stage } from './stage.ts';

// Takes pictures of every page in every state, and of whatever opens over one, to be looked at:
// `node test/dashboard/screenshots.ts FOLDER [WHICH]`, where WHICH is a regular expression for their names. With TARGET=desktop in the
// environment they are pictures of the desktop app's window, and of what only that can show.
const folder = process.argv[2] ?? 'screenshots';
const wanted = new RegExp(process.argv[3] ?? '');
/** A page may be as long as it likes; a picture that nobody can read helps nobody. */
const LONGEST = 2400;

const wide = { width: 1280, height: 800 };
const small = { width: 900, height: 600 };
/** What is left of the wide one for whoever reads at twice the size. */
const zoomed = { width: 640, height: 400 };
const messages = { en, es };

interface Picture {
  name: string;
  take(): Promise<Page>;
  look: Look;
  whole?: boolean;
}

const nameOf = (look: Look) => `${look.theme ?? 'light'}-${look.width}-${look.language ?? 'en'}`;
const looks: Look[] = [wide, small, zoomed].flatMap((size) =>
  (['light', 'dark'] as const).flatMap((theme) =>
    (['en', 'es'] as const).map((language) => ({ ...size, theme, language })),
  ),
);

async function take({ name, take, look, whole = true }: Picture): Promise<void> {
  try {
    const page = await take();
    // Charts are drawn anew for a new width, and tables once more when their rows are there.
    await page.waitForTimeout(600);
    const height = Math.min(LONGEST, await page.evaluate<number>('document.documentElement.scrollHeight'));
    if (whole && height > (look.height ?? 0)) await page.setViewportSize({ width: look.width ?? 1280, height });
    await page.waitForTimeout(whole ? 200 : 0);
    await page.screenshot({ path: join(folder, `${name}-${nameOf(look)}.png`) });
    await page.close();
  } catch (error) {
    console.error(`${name}-${nameOf(look)}: ${String(error).slice(0, 400)}`);
  }
}

const slug = ({ path }: { path: string }) => path.slice(1) || 'overview';

/** Pages as they are once they have loaded; or held, or failing, while they have not. */
function picturesOf(state: string, stage: Stage, seen: readonly Look[], answers?: 'held' | 'failing'): Picture[] {
  const shoot = (entry: PageEntry, look: Look) => async () => {
    const { page } = await stage.open(entry.path, { ...look, ...(answers && { answers }) });
    const words: Record<string, string> = messages[look.language ?? 'en'];
    await page.getByRole('heading', { level: 1, name: words[entry.title] ?? '' }).waitFor();
    if (answers === undefined) await settle(page);
    if (answers === 'failing') await page.locator('main').getByRole('alert').first().waitFor();
    return page;
  };
  return pages.flatMap((entry) =>
    seen.map((look) => ({ name: `${state}-${slug(entry)}`, look, take: shoot(entry, look) })),
  );
}

async function settle(page: Page): Promise<void> {
  await page
    .waitForFunction('!document.querySelector("main .mantine-Skeleton-root")', undefined, { timeout: 10_000 })
    .catch(() => {});
}

function opened(dashboard: Dashboard, seen: readonly Look[]): Picture[] {
  const shoot =
    ({ path, open }: (typeof openings)[number], look: Look) =>
    async () => {
      const page = await dashboard.open(path, look);
      page.setDefaultTimeout(10_000);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await settle(page);
      await open(page, messages[look.language ?? 'en']);
      return page;
    };
  return openings.flatMap((opening) =>
    seen.map((look) => ({ name: `open-${opening.name}`, look, take: shoot(opening, look), whole: false })),
  );
}

function entrances(dashboard: Dashboard, seen: readonly Look[]): Picture[] {
  return seen.flatMap((look) =>
    ['/', '/#/invitation/none'].map((path) => ({
      name: path === '/' ? 'sign-in' : 'invitation',
      look,
      take: async () => {
        const page = await dashboard.openStranger(`${dashboard.url}${path}`);
        await page.emulateMedia({ colorScheme: look.theme ?? 'light', reducedMotion: 'reduce' });
        await page.setViewportSize({ width: look.width ?? 1280, height: look.height ?? 800 });
        await page.getByRole('heading', { level: 1 }).waitFor();
        return page;
      },
    })),
  );
}

const light = { theme: 'light', language: 'en' } as const;
const dark = { theme: 'dark', language: 'en' } as const;
const spanish = { theme: 'light', language: 'es' } as const;

/** What a gateway shows, from when it is opened until all of its pictures are taken. */
async function visit(
  open: () => Promise<Dashboard>,
  list: (dashboard: Dashboard) => Promise<Picture[]> | Picture[],
): Promise<void> {
  const dashboard = await open();
  try {
    const due = (await list(dashboard)).filter(({ name, look }) => wanted.test(`${name}-${nameOf(look)}`));
    for (const picture of due) await take(picture);
  } finally {
    await dashboard.close();
  }
}

mkdirSync(folder, { recursive: true });
await visit(
  () => openDashboard({ rows: 20_000 }),
  async (dashboard) => {
    await useLittle(ownerOf(dashboard));
    const stage = createStage(dashboard);
    return [
      ...picturesOf('some', stage, looks),
      ...opened(dashboard, [
        { ...wide, ...light },
        { ...small, ...dark },
        { ...small, ...spanish },
        { ...zoomed, ...light },
      ]),
      ...picturesOf(
        'loading',
        stage,
        [
          { ...wide, ...light },
          { ...small, ...dark },
        ],
        'held',
      ),
      ...picturesOf(
        'failing',
        stage,
        [
          { ...wide, ...light },
          { ...small, ...dark },
        ],
        'failing',
      ),
    ];
  },
);
await visit(
  () => openDashboard({ keys: [] }),
  (dashboard) => [
    ...picturesOf('empty', createStage(dashboard), [
      { ...wide, ...light },
      { ...small, ...dark },
      { ...small, ...spanish },
      { ...zoomed, ...light },
    ]),
    ...(inWindow
      ? []
      : entrances(dashboard, [
          { ...wide, ...light },
          { ...small, ...dark },
        ])),
  ],
);
await visit(
  () => openDashboard({ rows: 100_000, longNames: true }),
  async (dashboard) => {
    await fillUp(ownerOf(dashboard), dashboard.provider.url);
    return picturesOf('huge', createStage(dashboard), [
      { ...wide, ...light },
      { ...small, ...dark },
      { ...zoomed, ...light },
    ]);
  },
);
for (const occasion of inWindow ? occasions : []) {
  const seen = [
    { ...wide, ...light },
    { ...wide, ...dark },
    { ...small, ...spanish },
  ];
  await visit(occasion.start, (dashboard) =>
    seen.map((look) => ({
      name: `app-${occasion.name}`,
      look,
      async take() {
        const page = await dashboard.open(occasion.path, look);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await settle(page);
        await occasion.show?.(page, messages[look.language]);
        return page;
      },
    })),
  );
}
