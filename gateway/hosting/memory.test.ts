import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const mebibyte = 1024 * 1024;
/** What 32 MiB, the bound, would grow to. */
const next = 64 * mebibyte;
const module = pathToFileURL(join(import.meta.dirname, 'memory.ts')).href;

describe('the young generation', () => {
  it('stays as small as with the flag where nobody passed it', async () => {
    const { usual, most } = await grown([], 'boundYoungGeneration()');
    expect(usual).toBe(32 * mebibyte);
    // For a moment V8 goes a little beyond any bound, the flag's too, where collecting comes late.
    expect(most).toBeLessThan(next);
    // What V8 does by itself.
    expect((await grown([], '')).most).toBeGreaterThanOrEqual(next);
  });

  it('is left to the flag where it was passed', async () => {
    const flag = '--max-semi-space-size=64';
    expect((await grown([flag], 'boundYoungGeneration()')).most).toBeGreaterThanOrEqual(next);
    expect((await grown([], `boundYoungGeneration(['--js-flags=${flag}'])`)).most).toBeGreaterThanOrEqual(next);
  });
});

describe('what starting took', () => {
  it('is given back once there is nothing to do', async () => {
    const [before, after] = await sizes('() => true');
    expect(before).toBeGreaterThan(4 * mebibyte);
    expect(after).toBeLessThan(4 * mebibyte);
  });

  it('is kept while there is work', async () => {
    const [before, after] = await sizes('() => turn++ % 2 === 0');
    expect(before).toBeGreaterThan(4 * mebibyte);
    expect(after).toBe(before);
  });
});

/** The young generation after much was made, and a while later. */
async function sizes(isIdle: string): Promise<number[]> {
  const { stdout } = await run(
    [],
    `
    import { tidyOnceIdle } from ${JSON.stringify(module)};
    import { setTimeout } from 'node:timers/promises';
    ${makeMuch}
    let turn = 0;
    const before = sizeNow();
    tidyOnceIdle(${isIdle});
    // Until it has been collected, or much longer than it would have taken.
    for (let left = 40; left > 0 && sizeNow() === before; left--) await setTimeout(50);
    process.stdout.write(JSON.stringify([before, sizeNow()]));`,
  );
  return JSON.parse(stdout);
}

/** What it takes while much survives, turn by turn, in a process of its own: in the middle of all turns, and at most. */
async function grown(flags: string[], action: string): Promise<{ usual: number; most: number }> {
  const { stdout } = await run(
    flags,
    `
    import { boundYoungGeneration } from ${JSON.stringify(module)};
    ${action};
    ${makeMuch}
    seen.sort((a, b) => a - b);
    process.stdout.write(JSON.stringify({ usual: seen[seen.length / 2], most: seen.at(-1) }));`,
  );
  return JSON.parse(stdout);
}

/** In turns as small as a gateway's: V8 can collect twice, and grow twice, in one that makes several MiB, before anyone hears of it. */
const makeMuch = `
    import { getHeapSpaceStatistics } from 'node:v8';
    const sizeNow = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size;
    const seen = [];
    const kept = [];
    for (let turn = 0; turn < 1200; turn++) {
      for (let index = 0; index < 5_000; index++) kept[(turn * 5_000 + index) % 400_000] = { index, list: [index] };
      seen.push(sizeNow());
      await new Promise(setImmediate);
    }`;

const run = (flags: string[], source: string) =>
  promisify(execFile)(process.execPath, [...flags, '--input-type=module', '--eval', source]);
