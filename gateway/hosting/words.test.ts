import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { words, wordsIn } from './words.ts';

const gateway = join(import.meta.dirname, '..');
const sources = globSync('**/*.ts', { cwd: gateway })
  .filter((path) => !path.endsWith('.test.ts') && !path.endsWith('words.ts'))
  .map((path) => readFileSync(join(gateway, path), 'utf8'))
  .join('\n');
const quoted = new Set([...sources.matchAll(/'([a-z]+\.\w+)'/g)].map(([, name]) => name ?? ''));
/** `prices.${…}On`, and `${…}About` of what is quoted. */
const made = (name: string) =>
  [...sources.matchAll(/`([a-z]+\.)\$\{[^}]+\}(\w*)`/g)].some(
    ([, beginning = '', end = '']) => name.startsWith(beginning) && name.endsWith(end),
  ) ||
  (name.endsWith('About') && quoted.has(name.slice(0, -'About'.length)));
const places = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

describe('what the gateway itself tells a person', () => {
  it('is there in both languages, with the same places and forms', () => {
    expect(Object.keys(words.es)).toEqual(Object.keys(words.en));
    for (const [name, text] of Object.entries(words.en)) {
      const translated = (words.es as Record<string, string>)[name] ?? '';
      expect([name, translated.trim() === '', translated === text]).toEqual([name, false, false]);
      expect([name, ...places(translated)]).toEqual([name, ...places(text)]);
      expect([name, translated.split('|').length]).toEqual([name, text.split('|').length]);
    }
  });

  it('is all used', () => {
    expect(Object.keys(words.en).filter((name) => !quoted.has(name) && !made(name))).toEqual([]);
  });

  it('speaks of days and numbers as the language does, and English where there is no language', () => {
    expect(wordsIn('es-ES').day('2026-12-03')).toBe('3 de diciembre');
    expect(wordsIn('de').day('2026-12-03')).toBe('3 December');
    expect(wordsIn('es')('alert.down', { names: 'Groq', count: 1 })).toBe('Groq no responde');
    expect(wordsIn()('alert.down', { names: 'Groq, OpenAI', count: 2 })).toBe('Groq, OpenAI are down');
  });
});
