import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const mebibyte = 1024 * 1024;

describe('the young generation', () => {
  it('stays as small as with the flag where nobody passed it', async () => {
    expect(await largest([], 'boundYoungGeneration()')).toBe(32 * mebibyte);
    // What V8 does by itself.
    expect(await largest([], '')).toBeGreaterThan(32 * mebibyte);
  });

  it('is left to the flag where it was passed', async () => {
    const flag = '--max-semi-space-size=64';
    expect(await largest([flag], 'boundYoungGeneration()')).toBeGreaterThan(32 * mebibyte);
    expect(await largest([], `boundYoungGeneration(['--js-flags=${flag}'])`)).toBeGreaterThan(32 * mebibyte);
  });
});

/** The most that it takes while much survives, turn by turn, in a process of its own. */
async function largest(flags: string[], action: string): Promise<number> {
  const module = pathToFileURL(join(import.meta.dirname, 'memory.ts')).href;
  const source = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { boundYoungGeneration } from ${JSON.stringify(module)};
    ${action};
    let most = 0;
    const kept = [];
    for (let turn = 0; turn < 120; turn++) {
      for (let index = 0; index < 50_000; index++) kept[(turn * 50_000 + index) % 400_000] = { index, list: [index] };
      const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
      most = Math.max(most, space.space_size);
      await new Promise(setImmediate);
    }
    process.stdout.write(String(most));`;
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, '--input-type=module', '--eval', source]);
  return Number(stdout);
}
