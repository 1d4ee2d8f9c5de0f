import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { messages, speak } from './messages.ts';

const sources = globSync('*.ts', { cwd: import.meta.dirname })
  .filter((path) => !path.endsWith('.test.ts') && path !== 'messages.ts')
  .map((path) => readFileSync(join(import.meta.dirname, path), 'utf8'))
  .join('\n');
const quoted = new Set([...sources.matchAll(/'([a-z]\w*\.\w+)'/g)].map(([, name]) => name ?? ''));
const beginnings = [...sources.matchAll(/`([a-z]\w*\.)\$\{/g)].map(([, beginning]) => beginning ?? '');
const places = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

describe('messages of tray, notices and dialogs', () => {
  it('are there in both languages, with the same places and forms', () => {
    expect(Object.keys(messages.es)).toEqual(Object.keys(messages.en));
    for (const [name, text] of Object.entries(messages.en)) {
      const translated = (messages.es as Record<string, string>)[name] ?? '';
      expect(translated.trim(), name).not.toBe('');
      expect([name, ...places(translated)]).toEqual([name, ...places(text)]);
      expect([name, translated.split('|').length]).toEqual([name, text.split('|').length]);
    }
  });

  it('are all used', () => {
    const unused = Object.keys(messages.en).filter(
      (name) => !quoted.has(name) && !beginnings.some((beginning) => name.startsWith(beginning)),
    );
    expect(unused).toEqual([]);
  });

  it('are filled in as the language counts and groups', () => {
    expect(speak('en')('menu.today', { cost: '$1', count: 1 })).toBe('Today: $1 · 1 request');
    expect(speak('es-MX')('menu.today', { cost: '$1', count: 12_345 })).toBe('Hoy: $1 · 12,345 peticiones');
    expect(speak('de')('menu.today', { cost: '1 $', count: 12_345 })).toBe('Today: 1 $ · 12.345 requests');
  });
});
