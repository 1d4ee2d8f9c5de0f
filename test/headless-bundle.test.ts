import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const project = join(import.meta.dirname, '..');
let texts: string[];

beforeAll(() => {
  execFileSync(process.execPath, [join(project, 'scripts', 'start.mjs'), '--version']);
  const folder = join(project, 'dist', 'headless');
  texts = globSync('*.js', { cwd: folder }).map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(texts.length).toBeGreaterThan(10);
}, 60_000);

describe('the bundle of the headless host', () => {
  it('keeps its sources in one byte a character', () => {
    expect(texts.flatMap((text) => text.match(/[\u0100-\uffff]/g) ?? [])).toEqual([]);
  });

  it('holds nothing of its HTTP client that nobody uses', () => {
    expect(texts.join('')).toContain('EnvHttpProxyAgent');
    expect(texts.flatMap((text) => text.match(/\b(MockAgent|SnapshotAgent|SqliteCacheStore)\b/g) ?? [])).toEqual([]);
  });
});
