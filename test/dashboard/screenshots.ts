import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openDashboard } from './open.ts';

// Takes a picture of every page, to be looked at: `node test/dashboard/screenshots.ts FOLDER`.
const folder = process.argv[2] ?? 'screenshots';
const paths = ['/', '/requests', '/playground', '/connect', '/keys', '/providers', '/models', '/routing', '/settings'];
const sizes = [
  [1280, 800],
  [900, 600],
] as const;

mkdirSync(folder, { recursive: true });
const dashboard = await openDashboard({ rows: 20_000 });
try {
  for (const path of [...paths, '/alerts']) {
    for (const theme of ['light', 'dark'] as const) {
      const page = await dashboard.open(path, { theme });
      await page.getByRole('heading', { level: 1 }).waitFor();
      for (const [width, height] of sizes) {
        await page.setViewportSize({ width, height });
        // Charts are drawn anew for a new width.
        await page.waitForTimeout(700);
        const name = `${path.slice(1) || 'overview'}-${theme}-${width}.png`;
        await page.screenshot({ path: join(folder, name) });
      }
      await page.close();
    }
  }
} finally {
  await dashboard.close();
}
