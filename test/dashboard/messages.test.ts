import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import en from '../../renderer/i18n/en.json' with { type: 'json' };
import es from '../../renderer/i18n/es.json' with { type: 'json' };

const root = join(import.meta.dirname, '..', '..');
const sources = globSync('renderer/**/*.{ts,tsx}', { cwd: root })
  .filter((path) => !path.endsWith('.test.ts'))
  .map((path) => readFileSync(join(root, path), 'utf8'))
  .join('\n');

/** Words in quotes that look like names of messages, and what template texts begin with: `status.${…}`. */
const quoted = new Set([...sources.matchAll(/['"]([a-z]\w*(?:\.[\w-]+)+)['"]/g)].map(([, name]) => name ?? ''));
const beginnings = new Set([...sources.matchAll(/`([a-z]\w*\.[\w.]*)\$\{/g)].map(([, beginning]) => beginning ?? ''));
const places = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

describe('messages of the dashboard', () => {
  it('are there in both languages', () => {
    expect(Object.keys(es)).toEqual(Object.keys(en));
  });

  it.each(Object.entries(en))('%s keeps its places and forms when translated', (name, text) => {
    const translated = (es as Record<string, string>)[name] ?? '';
    expect(translated.trim()).not.toBe('');
    expect(places(translated)).toEqual(places(text));
    expect(translated.split('|').length).toBe(text.split('|').length);
  });

  it('are all used', () => {
    const unused = Object.keys(en).filter(
      (name) => !quoted.has(name) && ![...beginnings].some((beginning) => name.startsWith(beginning)),
    );
    expect(unused).toEqual([]);
  });

  it('are the only words on pages', () => {
    const bare = [...sources.matchAll(/^\s*([A-Z][a-z]+(?: [a-z]+)+[.?!]?)\s*$/gm)].map(([, words]) => words);
    expect(bare).toEqual([]);
  });
});
