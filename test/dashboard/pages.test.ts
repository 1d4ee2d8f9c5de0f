import { afterAll, beforeAll, describe } from 'vitest';
import { chromiumPath, needsChromium } from '../chromium.ts';
import { type Dashboard, openDashboard } from './open.ts';
import { fillUp, ownerOf } from './seed.ts';
import { createStage, type Stage } from './stage.ts';
import { describeStates } from './states.ts';

describe.skipIf(chromiumPath === undefined)(`every page${needsChromium}`, () => {
  const opened: Dashboard[] = [];
  const stages: Record<string, Stage> = {};
  const stage = (name: string): Stage => ({
    open: (path, look) => stages[name]?.open(path, look) ?? Promise.reject(new Error(`There is no stage ${name}.`)),
  });
  beforeAll(async () => {
    // The first may have to bundle what the others then run.
    const empty = await openDashboard({ keys: [] });
    const [some, huge] = await Promise.all([
      openDashboard({ rows: 300, keys: ['openai', 'anthropic'] }),
      openDashboard({ rows: 100_000, longNames: true }),
    ]);
    opened.push(empty, some, huge);
    await fillUp(ownerOf(huge), huge.provider.url);
    for (const [name, dashboard] of Object.entries({ empty, some, huge })) stages[name] = createStage(dashboard);
  }, 180_000);
  afterAll(async () => {
    for (const dashboard of opened) await dashboard.close();
  });

  describeStates({ empty: stage('empty'), some: stage('some'), huge: stage('huge') });
});
