import { describe, expect, it } from 'vitest';
import { classify } from './classifier.ts';
import { readFeatures } from './features.ts';
import probes from './probes.json' with { type: 'json' };
import type { Classification } from './route.ts';

function judge(text: string): Classification {
  const messages = [{ role: 'user' as const, parts: [{ type: 'text' as const, text }] }];
  const request = {
    dialect: 'openai-chat' as const,
    model: '',
    messages,
    tools: [],
    stream: false,
    streamUsage: false,
  };
  return classify(readFeatures(request));
}

describe('the score', () => {
  it.each(['simple', 'medium', 'complex'] as const)('places at least 85 %% of the %s probes rightly', (tier) => {
    const wrong = probes.tiers[tier].filter((text) => judge(text).complexity !== tier);
    expect(wrong.length / probes.tiers[tier].length, wrong.join('\n')).toBeLessThanOrEqual(0.15);
  });

  it('never takes a simple probe for complex, or a complex one for simple', () => {
    expect(probes.tiers.simple.filter((text) => judge(text).complexity === 'complex')).toEqual([]);
    expect(probes.tiers.complex.filter((text) => judge(text).complexity === 'simple')).toEqual([]);
  });

  it('puts short and hard above long and easy in at least 95 % of the pairs', () => {
    const wrong = probes.pairs.filter(([hard = '', easy = '']) => judge(hard).score <= judge(easy).score);
    expect(probes.pairs.length).toBeGreaterThanOrEqual(150);
    expect(wrong.length / probes.pairs.length, JSON.stringify(wrong)).toBeLessThanOrEqual(0.05);
  });

  it('leaves no tier with more than 70 % of the mixed probes', () => {
    const all = [...Object.values(probes.tiers).flat(), ...probes.pairs.flat()];
    expect(all.length).toBeGreaterThanOrEqual(140);
    for (const tier of ['simple', 'medium', 'complex']) {
      expect(all.filter((text) => judge(text).complexity === tier).length / all.length).toBeLessThan(0.7);
    }
  });
});
