import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { circles, readImports, wrongs } from './layers.ts';

const root = join(import.meta.dirname, '..');

const folders = [
  'contract',
  'gateway',
  'headless',
  'main',
  'preload',
  'renderer',
  'resources',
  'test',
  'docs',
  'bench',
  'scripts',
];
const files = [
  ...['models.json', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.node.json', 'tsconfig.web.json'],
  ...['vite.config.ts', 'vitest.config.ts', 'drizzle.config.ts', 'biome.json', 'knip.json', 'electron-builder.yml'],
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'LICENSE', 'NOTICE'],
];
/** What tools make; `.gitignore` names the same. */
const made = ['node_modules', 'dist', 'out', 'release', 'coverage'];

const sources = globSync('{contract,gateway,headless,main,preload,renderer,scripts,bench,test}/**/*.{ts,tsx,mjs}', {
  cwd: root,
})
  .map((path) => path.replaceAll('\\', '/'))
  .sort();
const edges = sources.flatMap((path) => readImports(path, readFileSync(join(root, path), 'utf8')));

describe('the house', () => {
  it('imports only along the permitted ways', () => {
    expect(edges.length).toBeGreaterThan(50);
    expect(edges.flatMap(wrongs)).toEqual([]);
  });

  it('has no circles', () => {
    expect(circles(edges)).toEqual([]);
  });

  it('is at most three folders deep', () => {
    expect(sources.filter((path) => path.split('/').length > 4)).toEqual([]);
  });

  it('has no more at the top than it names', () => {
    const found = readdirSync(root, { withFileTypes: true }).filter((entry) => !entry.name.startsWith('.'));
    const strange = found.filter(
      (entry) => !(entry.isDirectory() ? [...folders, ...made] : files).includes(entry.name),
    );
    expect(strange.map((entry) => entry.name)).toEqual([]);
  });
});

describe('what lives for one request', () => {
  // V8 makes `thing.act = () => …` and `{ get act() … }` among the old objects at once, as if they were methods of a class. A dead old object holds all that
  // it knows until the next full collection: the whole request, and a fifth of all that was made survived.
  const OLD_AT_ONCE = /\.\w+ (\?\?|\|\|)?= (async )?(\([^()]*\)|\w+|function\b.*) (=>|\{)|^ +(get|set) \w+\(/;
  /** Made once, at the start. */
  const once = ['gateway/index.ts', 'gateway/providers/index.ts', 'gateway/models/catalogue.ts'];

  it('gets its functions by name, not in the place of a property', () => {
    const found = sources
      .filter((path) => path.startsWith('gateway/') && !path.endsWith('.test.ts') && !once.includes(path))
      .flatMap((path) =>
        readFileSync(join(root, path), 'utf8')
          .split('\n')
          .filter((line) => OLD_AT_ONCE.test(line)),
      );
    expect(found).toEqual([]);
    expect(['  exchange.onAbort = () => leave();', '    get ending() {'].every((line) => OLD_AT_ONCE.test(line))).toBe(
      true,
    );
  });
});

describe('the rules', () => {
  const wrong = (from: string, line: string) => readImports(from, line).flatMap(wrongs);

  it.each([
    ['gateway/server.ts', "import { app } from 'electron';"],
    ['gateway/server.ts', "import type { FC } from 'react';"],
    ['gateway/server.ts', "import { run } from '../headless/index.ts';"],
    ['gateway/server.ts', "import {\n  one,\n  two,\n} from '../headless/index.ts';"],
    ['gateway/server.ts', "const run = await import('../headless/index.ts');"],
    ['gateway/server.ts', "export * from '../headless/index.ts';"],
    ['gateway/server.ts', "import '../headless/index.ts';"],
    ['gateway/server.ts', "new Worker(new URL('../headless/index.ts', import.meta.url));"],
    ['gateway/server.ts', "import { fake } from '../test/fake.ts';"],
    ['gateway/server.ts', "import { help } from './sse.test.ts';"],
    ['gateway/sse.test.ts', "import { help } from './chat.test.ts';"],
    ['headless/serve.ts', "import { price } from '../gateway/models/price.ts';"],
    ['headless/serve.ts', "import { z } from 'zod';"],
    ['contract/index.ts', "import type { Model } from '../gateway/models/schema.ts';"],
    ['contract/index.ts', "import { readFile } from 'node:fs';"],
    ['preload/index.ts', "import { contract } from '../contract/index.ts';"],
    ['renderer/main.tsx', "import { join } from 'node:path';"],
    ['gateway/pipeline/route.ts', "import { cache } from './cache.ts';"],
    ['gateway/dialects/gemini/reply.ts', "import { read } from '../anthropic/reply.ts';"],
  ])('%s may not say %s', (from, line) => {
    expect(wrong(from, line)).toHaveLength(1);
  });

  it.each([
    ['gateway/server.ts', "import Fastify from 'fastify';"],
    ['gateway/server.ts', "import { contract } from '../contract/index.ts';"],
    ['gateway/server.ts', " * import { run } from '../headless/index.ts';"],
    ['gateway/server.ts', "// import { run } from '../headless/index.ts';"],
    ['gateway/server.test.ts', "import { fake } from '../test/fake.ts';"],
    ['gateway/pipeline/index.ts', "import { cache } from './cache.ts';"],
    ['gateway/pipeline/route.ts', "import type { Exchange } from './exchange.ts';"],
    ['gateway/dialects/gemini/reply.ts', "import type { Usage } from '../../chat.ts';"],
    ['gateway/dialects/gemini/reply.ts', "import { wire } from './wire.ts';"],
    ['headless/serve.ts', "import { createGateway } from '../gateway/index.ts';"],
    ['preload/index.ts', "import type { Contract } from '../contract/index.ts';"],
  ])('%s may say %s', (from, line) => {
    expect(wrong(from, line)).toEqual([]);
  });

  it('find a circle, also a roundabout one', () => {
    const edge = (from: string, to: string) => ({ from, to, kind: 'value' as const });
    expect(circles([edge('a.ts', 'b.ts'), edge('b.ts', 'c.ts'), edge('c.ts', 'b.ts')])).toEqual(['b.ts → c.ts → b.ts']);
    expect(circles([edge('a.ts', 'b.ts'), edge('a.ts', 'c.ts'), edge('b.ts', 'c.ts')])).toEqual([]);
    expect(circles([{ from: 'a.ts', to: 'b.ts', kind: 'worker' }, edge('b.ts', 'a.ts')])).toEqual([]);
  });
});
