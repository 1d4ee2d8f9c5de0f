import { basename, dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type EnvironmentOptions, type Plugin, type Rolldown } from 'vite';
import { sourceStamp } from './scripts/sources.mjs';

const root = import.meta.dirname;

/**
 * Worker threads are files of their own: each `new URL('./name.ts', import.meta.url)` in our sources becomes `name.js` beside the bundle.
 */
function hostOutput(): Plugin {
  return {
    name: 'host-output',
    applyToEnvironment: ({ name }) => name === 'headless' || name === 'main',
    transform(code, id) {
      if (id.includes('node_modules') || !id.endsWith('.ts')) return null;
      const bundled = code.replaceAll(
        /new URL\((['"])(\.[\w./-]+)\.ts\1, import\.meta\.url\)/g,
        (_whole, _quote, path) => {
          const name = basename(String(path));
          this.emitFile({ type: 'chunk', id: resolve(dirname(id), `${path}.ts`), fileName: `${name}.js` });
          return `new URL('./${name}.js', import.meta.url)`;
        },
      );
      return bundled === code ? null : { code: bundled, map: null };
    },
  };
}

/**
 * V8 keeps the source of each module in memory, with two bytes for each character where one of them is beyond Latin-1: an ellipsis in
 * a message would double a file of a mebibyte. Such characters stand in texts and patterns alone, where an escape is the same.
 */
function oneByteSources(): Plugin {
  return {
    name: 'one-byte-sources',
    // The desktop bundle is to be small on disk, where an escape takes twice as much.
    applyToEnvironment: ({ name }) => name === 'headless',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'chunk') continue;
        file.code = file.code.replace(
          /[\u0100-\uffff]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
      }
    },
  };
}

/**
 * The ranks by which tokens are counted are 2.3 MB of text. Their lengths and bytes, apart, are packed to 0.8 MB: that goes into a file beside
 * the bundle, unpacked when somebody counts.
 */
function packedRanks(): Plugin {
  const file = 'o200k_base.br';
  let source: Buffer | undefined;
  return {
    name: 'packed-ranks',
    applyToEnvironment: ({ name }) => name === 'headless' || name === 'main',
    async load(id) {
      if (!/js-tiktoken\/dist\/ranks\/o200k_base\.js$/.test(id)) return null;
      const { default: ranks } = (await import(pathToFileURL(id).href)) as { default: Record<string, unknown> };
      const { bpe_ranks: listed, ...rest } = ranks;
      const [mark, first, ...tokens] = String(listed).split(' ');
      const bytes = tokens.map((token) => Buffer.from(token, 'base64'));
      const lengths = Buffer.from(bytes.map(({ length }) => length));
      if (mark !== '!' || first !== '0' || bytes.some(({ length }) => length > 255))
        throw new Error('js-tiktoken lists its ranks in another way: packedRanks has to follow.');
      const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_LGWIN]: 24 } };
      source = brotliCompressSync(Buffer.concat([lengths, ...bytes]), quality);
      return `import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
const packed = brotliDecompressSync(readFileSync(new URL('./${file}', import.meta.url)));
let at = ${lengths.length};
let listed = '! 0';
for (let index = 0; index < ${lengths.length}; index++) {
  listed += ' ' + packed.toString('base64', at, at + packed[index]);
  at += packed[index];
}
export default { ...${JSON.stringify(rest)}, bpe_ranks: listed };`;
    },
    // Not while loading: Vite leaves out what a host's sources emit there.
    generateBundle() {
      if (source !== undefined) this.emitFile({ type: 'asset', fileName: file, source });
    },
  };
}

/**
 * undici's entry loads all that it has, such as mocks, stores of caches and WebSockets: 290 kB of a bundle. A gateway needs pools and proxies at once, and
 * `fetch` when it looks for prices. What is imported beside these ends the build.
 */
function leanUndici(): Plugin {
  return {
    name: 'lean-undici',
    applyToEnvironment: ({ name }) => name === 'headless' || name === 'main',
    load(id) {
      if (!/\/undici\/index\.js$/.test(id)) return null;
      return `import api from './lib/api/index.js';
import Dispatcher from './lib/dispatcher/dispatcher.js';
Object.assign(Dispatcher.prototype, api);
export { default as Pool } from './lib/dispatcher/pool.js';
export { default as Agent } from './lib/dispatcher/agent.js';
export { default as EnvHttpProxyAgent } from './lib/dispatcher/env-http-proxy-agent.js';
export const fetch = async (...given) => (await import('./lib/web/fetch/index.js')).fetch(...given);`;
    },
  };
}

/** Leaves a note of the sources that a bundle was made from, for `scripts/bundle.mjs`. */
function stamp(): Plugin {
  let source = '';
  return {
    name: 'stamp',
    // What changes while a bundle is made may not be in it.
    buildStart() {
      source = sourceStamp(root) ?? '';
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'stamp', source });
    },
  };
}

/** Puts the page at the top of its folder: Vite would keep `renderer/` in its path. */
function rendererOutput(): Plugin {
  return {
    name: 'renderer-output',
    applyToEnvironment: ({ name }) => name === 'client',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const page = bundle['renderer/index.html'];
        if (page) page.fileName = 'index.html';
      },
    },
  };
}

/** A host is bundled whole but for what carries native code or is the runtime itself. */
function hostEnvironment(
  name: string,
  external: string[],
  minify: Rolldown.OutputOptions['minify'] = false,
): EnvironmentOptions {
  return {
    consumer: 'server',
    resolve: { noExternal: true, external },
    build: {
      outDir: `dist/${name}`,
      emptyOutDir: true,
      target: 'node24',
      rolldownOptions: {
        input: { index: `${name}/index.ts` },
        output: {
          // Flat, because code that looks for a file beside itself must find it from any chunk.
          entryFileNames: '[name].js',
          chunkFileNames: '[name]-[hash].js',
          minify,
        },
      },
    },
  };
}

export default defineConfig({
  root,
  publicDir: false,
  plugins: [react(), hostOutput(), packedRanks(), leanUndici(), oneByteSources(), rendererOutput(), stamp()],
  environments: {
    client: {
      build: {
        outDir: 'dist/renderer',
        emptyOutDir: true,
        target: 'es2024',
        // Everything is a file with a hash in its name: the policy of the page allows no inline data but images.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        rolldownOptions: {
          input: { index: 'renderer/index.html' },
          // What several pages share is one file, not forty that the browser fetches six at a time.
          output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] } },
        },
      },
    },
    // Without comments and indents, which would stay in memory; names stay, for what is said of faults.
    headless: hostEnvironment('headless', ['better-sqlite3'], { compress: false, mangle: false, codegen: true }),
    // Smaller to ship. A stack trace tells line and column; a build of the same version has the names.
    main: hostEnvironment('main', ['better-sqlite3', 'electron'], {
      compress: true,
      mangle: true,
      codegen: true,
    }),
    preload: {
      consumer: 'server',
      resolve: { noExternal: true, external: ['electron'] },
      build: {
        outDir: 'dist/preload',
        emptyOutDir: true,
        target: 'es2024',
        rolldownOptions: {
          input: { index: 'preload/index.ts' },
          // A preload script in the sandbox must be one CommonJS file.
          output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
        },
      },
    },
  },
  builder: {
    buildApp: async (builder) => {
      for (const environment of Object.values(builder.environments)) await builder.build(environment);
    },
  },
});
