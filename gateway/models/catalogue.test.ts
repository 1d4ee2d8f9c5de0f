import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../db/open.ts';
import { createCatalogue } from './catalogue.ts';
import type { Patch } from './layers.ts';
import { priceVersion } from './price.ts';
import { loadRegistry } from './registry.ts';
import type { Model } from './schema.ts';

const root = join(import.meta.dirname, '../..');
const shipped = loadRegistry(join(root, 'models.json'));
const HAIKU = 'anthropic/claude-haiku-4-5';
const LATER = '2099-01-01';

function open(database = openDatabase(':memory:', join(root, 'resources/migrations'))) {
  let nowMs = 1_000;
  const catalogue = createCatalogue({ database, shipped, isServed: () => true, extra: [], now: () => nowMs++ });
  return { database, catalogue, again: () => open(database) };
}

const patch = (id: string, fields: Partial<Model>, day = LATER): Patch => ({ id, day, fields });

describe('the layers', () => {
  it('tell of each field which of the three it is from', () => {
    const { catalogue } = open();
    catalogue.apply({ patches: [patch(HAIKU, { prices: [{ input: 2, output: 8 }] })], disagreements: [] });
    catalogue.edit({ id: HAIKU, rating: 1.5 });
    expect(catalogue.one(HAIKU)?.origins).toMatchObject({ price: 'downloaded', rating: 'edited', title: 'shipped' });
    expect(catalogue.one(HAIKU)?.model.prices).toEqual([{ input: 2, output: 8 }]);
  });

  it('keep an edit over what is downloaded later, and show the download once it is taken back', () => {
    const { catalogue } = open();
    catalogue.edit({ id: HAIKU, price: { input: 9, output: 9 } });
    catalogue.apply({ patches: [patch(HAIKU, { prices: [{ input: 2, output: 8 }] })], disagreements: [] });
    expect(catalogue.registry.find(HAIKU)?.prices).toEqual([{ input: 9, output: 9 }]);
    expect(catalogue.edit({ id: HAIKU, price: null }).model.prices).toEqual([{ input: 2, output: 8 }]);
  });

  it('leave aside a download that is older than what was shipped', () => {
    const { catalogue } = open();
    catalogue.apply({ patches: [patch(HAIKU, { title: 'Old' }, '2020-01-01')], disagreements: [] });
    expect(catalogue.one(HAIKU)?.model.title).not.toBe('Old');
  });

  it('survive a restart, and a model that nothing touches stays the same object', () => {
    const { catalogue, again } = open();
    catalogue.edit({ id: HAIKU, hidden: true });
    catalogue.add({
      provider: 'openai',
      name: 'mine',
      contextTokens: 1000,
      input: ['text'],
      capabilities: {},
      price: null,
    });
    const next = again().catalogue;
    expect(next.one(HAIKU)?.hidden).toBe(true);
    expect(next.one('openai/mine')?.beneath).toBeNull();
    expect(next.registry.version).toBe(catalogue.registry.version);
    expect(next.registry.find('openai/gpt-5.5')).toBe(shipped.file.models.find(({ id }) => id === 'openai/gpt-5.5'));
    next.reset('openai/mine');
    next.reset(HAIKU);
    expect(next.registry.version).toBe(shipped.version);
  });
});

describe('a change of the registry', () => {
  it('is one swap: who holds a model keeps its price, who asks anew gets the new one', () => {
    const { catalogue } = open();
    const held = catalogue.registry.find(HAIKU);
    const before = JSON.stringify(held);
    let told = '';
    catalogue.registry.onChange(() => {
      told = catalogue.registry.version;
    });
    catalogue.edit({ id: HAIKU, price: { input: 9, output: 9 } });
    expect(JSON.stringify(held)).toBe(before);
    expect(catalogue.registry.find(HAIKU)).not.toBe(held);
    expect(told).toBe(catalogue.registry.version);
    expect(told).not.toBe(shipped.version);
  });

  it('that does not fit changes nothing, in memory and on disk', () => {
    const { catalogue, again } = open();
    const twice = patch(HAIKU, { aliases: ['claude-opus-4-8'] });
    expect(() => catalogue.apply({ patches: [twice], disagreements: [] })).toThrow(/names both/);
    expect(catalogue.registry.version).toBe(shipped.version);
    expect(again().catalogue.registry.version).toBe(shipped.version);
  });

  it('leaves the price list that held before in the history, under the version that rows name', () => {
    const { catalogue } = open();
    const first = catalogue.registry.find(HAIKU);
    if (first === undefined) throw new Error('missing');
    catalogue.edit({ id: HAIKU, price: { input: 9, output: 9 } });
    catalogue.reset(HAIKU);
    const kept = catalogue.prices(HAIKU);
    expect(kept.map(({ layer }) => layer)).toEqual(['shipped', 'edited', 'shipped']);
    expect(kept.at(-1)).toMatchObject({ version: priceVersion(first), prices: first.prices });
    expect(catalogue.prices('openai/gpt-5.5')).toHaveLength(1);
  });
});
