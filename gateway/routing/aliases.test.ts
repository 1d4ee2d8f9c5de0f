import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryHost } from '../../test/memory-host.ts';
import { type Database, openDatabase } from '../db/open.ts';
import { type Aliases, createAliases, whyFollowed } from './aliases.ts';

let host: ReturnType<typeof createMemoryHost>;
let database: Database;
let aliases: Aliases;
beforeEach(() => {
  host = createMemoryHost();
  database = openDatabase(':memory:', join(host.paths.resources, 'migrations'));
  aliases = createAliases(database, {});
});
afterEach(() => {
  database.close();
  host.remove();
});

const set = (name: string, target: string, clientId: string | null = null) => aliases.set({ name, target, clientId });

describe('an alias', () => {
  it('is followed to its end, and the way is told', () => {
    set('fast', 'small');
    set('small', 'openai/gpt-5-mini');
    const followed = aliases.follow('fast', 'gwk_1');
    expect(followed).toEqual({ target: 'openai/gpt-5-mini', path: ['fast', 'small'] });
    expect(whyFollowed(followed)).toBe('"fast" → "small" stands for openai/gpt-5-mini; ');
    expect(aliases.follow('models/fast', undefined).target).toBe('openai/gpt-5-mini');
    expect(whyFollowed(aliases.follow('models/gemini-2.5-pro', undefined))).toBe('');
    expect(aliases.follow('models/gemini-2.5-pro', undefined).target).toBe('models/gemini-2.5-pro');
  });

  it('of a gateway key goes before one for all', () => {
    set('gpt-4o', 'auto');
    set('gpt-4o', 'auto:economy', 'gwk_1');
    set('mine', 'gpt-4o', 'gwk_1');
    expect([undefined, 'gwk_1', 'gwk_2'].map((client) => aliases.follow('gpt-4o', client).target)).toEqual([
      'auto',
      'auto:economy',
      'auto',
    ]);
    expect(aliases.follow('mine', 'gwk_1').path).toEqual(['mine', 'gpt-4o']);
    expect(aliases.namesFor('gwk_1').sort()).toEqual(['gpt-4o', 'mine']);
    expect(aliases.namesFor('gwk_2')).toEqual(['gpt-4o']);
  });

  it('that leads in a circle is refused, wherever the circle closes', () => {
    expect(() => set('a', 'a')).toThrow(/circle: a/);
    set('a', 'b');
    set('b', 'c');
    expect(() => set('c', 'a')).toThrow(/circle: c → a → b → c/);
    expect(() => set('b', 'a', 'gwk_1')).toThrow(/circle/);
    expect(aliases.follow('a', 'gwk_1')).toEqual({ target: 'c', path: ['a', 'b'] });
    set('a', 'x', 'gwk_1');
    set('b', 'a', 'gwk_1');
    const [, own] = aliases.list().filter(({ name }) => name === 'a');
    expect(() => aliases.remove(own?.id ?? '')).toThrow(/circle/);
  });

  it.each(['auto', 'AUTO', 'auto:mine', 'models/x'])('cannot be called %s', (name) => {
    expect(() => set(name, 'gpt-4o')).toThrow(/meaning of its own/);
  });

  it('keeps its id when it is changed, and is there after another start', () => {
    const { id } = set('fast', 'a');
    expect(set('fast', 'b').id).toBe(id);
    expect(createAliases(database, {}).list()).toMatchObject([{ id, name: 'fast', target: 'b' }]);
  });

  it('can be removed and restored until the next start', () => {
    const { id } = set('fast', 'a');
    aliases.remove(id);
    expect(aliases.follow('fast', undefined).path).toEqual([]);
    expect(aliases.restore(id)).toMatchObject({ id, target: 'a' });
    expect(aliases.follow('fast', undefined).target).toBe('a');
    aliases.remove(id);
    set('fast', 'other');
    expect(() => aliases.restore(id)).toThrow(/another alias "fast"/);
    expect(() => createAliases(database, {}).restore(id)).toThrow(/no removed alias/);
  });

  it('of a configuration file goes before a stored one and cannot be changed', () => {
    const { id } = set('fast', 'stored');
    const declared = createAliases(database, { fast: 'file' });
    expect(declared.follow('fast', undefined).target).toBe('file');
    expect(() => declared.set({ name: 'fast', target: 'x', clientId: null })).toThrow(/configuration file/);
    expect(() => declared.remove('file:fast')).toThrow(/configuration file/);
    declared.remove(id);
    expect(() => createAliases(database, { a: 'b', b: 'a' })).toThrow(/circle/);
  });
});
