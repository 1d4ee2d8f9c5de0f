import { basename, dirname, resolve } from 'node:path';
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

/** Leaves a note of the sources that a bundle was made from, for `scripts/bundle.mjs`. */
function stamp(): Plugin {
  return {
    name: 'stamp',
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
  plugins: [react(), hostOutput(), rendererOutput(), stamp()],
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
    headless: hostEnvironment('headless', ['better-sqlite3']),
    // Smaller to ship; names stay, for those who read a stack trace.
    main: hostEnvironment('main', ['better-sqlite3', 'electron'], { compress: true, mangle: false, codegen: true }),
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
