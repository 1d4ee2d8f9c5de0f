import { describe, expect, it } from 'vitest';
import { cacheShare, replaySessions } from '../bench/routing/sessions-report.ts';
import { loadRegistry } from '../gateway/models/registry.ts';

const { file } = loadRegistry(new URL('../models.json', import.meta.url).pathname);
const PROVIDERS = [['anthropic'], ['openai'], ['gemini'], ['openai', 'anthropic', 'gemini']];
/** Undefined: the ten sessions that `npm run bench:routing` prints. Beside them, ten others of each seed. */
const SEEDS = [undefined, 1, 2, 3, 5, 8, 13];

describe.each(PROVIDERS.map((providers) => [providers]))('ten sessions of agents with %j', (providers) => {
  const models = file.models.filter(({ provider, quality }) => providers.includes(provider) && quality.length > 0);

  describe.each(SEEDS)('of seed %s', (seed) => {
    const replayed = replaySessions(models, seed);
    const routed = replayed.map((one) => one.routed);

    it('are moved only where the strictest provider refuses nothing', () => {
      for (const { requests, refusals } of routed) {
        expect(requests).toBeLessThanOrEqual(80);
        expect(refusals).toEqual([]);
      }
      if (seed === undefined) expect(routed.filter(({ moves }) => moves > 0).length).toBeGreaterThanOrEqual(1);
    });

    it('cost no more than with the one model that their hardest turn needs', () => {
      for (const { session, routed: run, equal } of replayed)
        expect(run.costNano, session.name).toBeLessThanOrEqual(equal.costNano);
    });

    it('read as much from prompt caches as with one model, within half a point', () => {
      const fixed = cacheShare(replayed.map((one) => one.equal));
      expect(fixed).toBeGreaterThan(85);
      expect(fixed - cacheShare(routed)).toBeLessThanOrEqual(0.5);
    });
  });
});

it('the sessions that are printed have 20 to 80 requests each', () => {
  for (const { session } of replaySessions(file.models.filter(({ provider }) => provider === 'anthropic'))) {
    expect(session.steps.length).toBeGreaterThanOrEqual(20);
    expect(session.steps.length).toBeLessThanOrEqual(80);
  }
});
