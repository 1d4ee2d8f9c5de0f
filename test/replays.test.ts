import { describe, expect, it } from 'vitest';
import { cacheShare, replaySessions } from '../bench/routing/sessions-report.ts';
import { loadRegistry } from '../gateway/models/registry.ts';

const { file } = loadRegistry(new URL('../models.json', import.meta.url).pathname);

describe.each([[['anthropic']], [['openai', 'anthropic', 'gemini']]])('ten sessions of agents with %j', (providers) => {
  const models = file.models.filter(({ provider, quality }) => providers.includes(provider) && quality.length > 0);
  const replayed = replaySessions(models);
  const routed = replayed.map((one) => one.routed);

  it('have 20 to 80 requests each, some move, and no move is refused by the strictest provider', () => {
    for (const { requests, refusals } of routed) {
      expect(requests).toBeGreaterThanOrEqual(20);
      expect(requests).toBeLessThanOrEqual(80);
      expect(refusals).toEqual([]);
    }
    expect(routed.filter(({ moves }) => moves > 0).length).toBeGreaterThanOrEqual(2);
  });

  it('cost no more than with the one model that their hardest turn needs', () => {
    for (const { session, routed: run, equal } of replayed)
      expect(run.costNano, session.name).toBeLessThanOrEqual(equal.costNano);
  });

  it('read as much from prompt caches as with one model, within half a point', () => {
    const fixed = cacheShare(replayed.map((one) => one.equal));
    expect(fixed).toBeGreaterThan(90);
    expect(fixed - cacheShare(routed)).toBeLessThanOrEqual(0.5);
  });
});
