import { basename, dirname, resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { sourceStamp } from './scripts/sources.mjs';

const root = import.meta.dirname;

/**
 * Worker threads are files of their own: each `new URL('./name.ts', import.meta.url)` in our sources becomes `name.js` beside the bundle.
 * Also leaves a note of the sources that the bundle was made from, for `scripts/start.mjs`.
 */
function headlessOutput(): Plugin {
  return {
    name: 'headless-output',
    applyToEnvironment: ({ name }) => name === 'headless',
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
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'stamp', source: sourceStamp(root) ?? '' });
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

export default defineConfig({
  root,
  publicDir: false,
  plugins: [react(), headlessOutput(), rendererOutput()],
  environments: {
    client: {
      build: {
        outDir: 'dist/renderer',
        emptyOutDir: true,
        target: 'es2024',
        // Everything is a file with a hash in its name: the policy of the page allows no inline data but images.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        rolldownOptions: { input: { index: 'renderer/index.html' } },
      },
    },
    headless: {
      consumer: 'server',
      // The one module that cannot be bundled carries native code.
      resolve: { noExternal: true, external: ['better-sqlite3'] },
      build: {
        outDir: 'dist/headless',
        emptyOutDir: true,
        target: 'node24',
        minify: false,
        rolldownOptions: {
          input: { index: 'headless/index.ts' },
          // Flat, because code that looks for a file beside itself must find it from any chunk.
          output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
        },
      },
    },
  },
  builder: {
    buildApp: async (builder) => {
      const { client, headless } = builder.environments;
      if (client) await builder.build(client);
      if (headless) await builder.build(headless);
    },
  },
});
