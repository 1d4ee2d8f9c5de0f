import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{contract,gateway,headless,main,renderer,scripts,test}/**/*.test.ts'],
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
