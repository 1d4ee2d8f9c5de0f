import { expect, it } from 'vitest';
import { classify } from '../gateway/routing/classifier.ts';
import { CUE_NAMES } from '../gateway/routing/cues.ts';
import { readFeatures } from '../gateway/routing/features.ts';
import probes from '../gateway/routing/probes.json' with { type: 'json' };
import en from '../renderer/i18n/en.json' with { type: 'json' };

it('has words for all that the classifier notices of a request', () => {
  const texts = [
    ...Object.values(probes.tiers),
    probes.pairs.flat(),
    ['', '...', 'Привет, как дела, друзья мои?'],
  ].flat();
  const noticed = new Set<string>(CUE_NAMES);
  for (const text of texts) {
    const features = readFeatures({
      dialect: 'openai-chat',
      model: 'auto',
      messages: [{ role: 'user', parts: [{ type: 'text', text }] }],
      tools: [],
      stream: false,
      streamUsage: false,
    });
    const { signals, ...shape } = features;
    for (const name of [...Object.keys(signals), ...Object.keys(shape)]) noticed.add(name);
    for (const { signal } of classify(features).reasons) noticed.add(signal);
  }
  expect(noticed.size).toBeGreaterThan(30);
  expect([...noticed].filter((name) => !(`signal.${name}` in en))).toEqual([]);
});
