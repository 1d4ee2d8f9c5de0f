import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { canLaunch, launcher } from './test/desktop/launcher.ts';

if (!canLaunch)
  console.log('The pages in the window of the app are not tested: neither Electron nor its stand-in is here.');

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'node', include: ['{contract,gateway,headless,main,renderer,scripts,test}/**/*.test.ts'] } },
      // The specs of pages once more, in the window of the desktop app.
      {
        test: {
          name: `window${launcher}`,
          include: ['test/dashboard/*.test.ts'],
          exclude: canLaunch ? ['messages', 'account', 'walk'].map((name) => `test/dashboard/${name}.test.ts`) : ['**'],
          env: { TARGET: 'desktop' },
        },
      },
    ],
    // Of two cores one would be left over, and half of what runs here are other processes: browsers, gateways, tools.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // As the gateway runs: see `gateway/hosting/memory.ts`.
    execArgv: ['--no-memory-protection-keys'],
    // A test may write nothing where a person's real gateway would look, nor take that person's keys or proxy for its own.
    unstubEnvs: true,
    // Nothing here is timed: a limit is for what hangs, and machines that run tests are busy.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    expect: { poll: { timeout: 20_000 } },
    coverage: {
      provider: 'v8',
      include: ['{contract,gateway,headless}/**/*.ts'],
      exclude: ['**/*.test.ts'],
      reporter: ['text-summary', 'html', 'json-summary'],
    },
  },
});
