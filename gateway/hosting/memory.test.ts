import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const mebibyte = 1024 * 1024;
const module = pathToFileURL(join(import.meta.dirname, 'memory.ts')).href;

describe('the young generation', () => {
  it('stays as small as with the flag where nobody passed it', async () => {
    expect(await grown([], 'boundYoungGeneration()')).toBe(32 * mebibyte);
    // What V8 does by itself.
    expect(await grown([], '')).toBeGreaterThan(32 * mebibyte);
  });

  it('is left to the flag where it was passed', async () => {
    const flag = '--max-semi-space-size=64';
    expect(await grown([flag], 'boundYoungGeneration()')).toBeGreaterThan(32 * mebibyte);
    expect(await grown([], `boundYoungGeneration(['--js-flags=${flag}'])`)).toBeGreaterThan(32 * mebibyte);
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

/**
 * What it takes while much survives, in the middle of all turns of a process, and of three processes: for moments V8 goes beyond any bound, the flag's
 * too, where collecting comes late, and on a busy machine it now and then grows less than it might.
 */
async function grown(flags: string[], action: string): Promise<number> {
  const middles: number[] = [];
  for (let count = 0; count < 3; count++) {
    const { stdout } = await run(
      flags,
      `
      import { boundYoungGeneration } from ${JSON.stringify(module)};
      ${action};
      ${makeMuch}
      process.stdout.write(JSON.stringify(seen));`,
    );
    middles.push(middle(JSON.parse(stdout)));
  }
  return middle(middles);
}

const middle = (sizes: number[]): number => sizes.toSorted((a, b) => a - b)[Math.floor(sizes.length / 2)] ?? 0;

/** In turns as small as a gateway's: V8 can collect twice, and grow twice, in one that makes several MiB, before anyone hears of it. */
const makeMuch = `
    import { getHeapSpaceStatistics } from 'node:v8';
    const sizeNow = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size;
    const seen = [];
    const kept = [];
    for (let turn = 0; turn < 600; turn++) {
      for (let index = 0; index < 5_000; index++) kept[(turn * 5_000 + index) % 400_000] = { index, list: [index] };
      seen.push(sizeNow());
      await new Promise(setImmediate);
    }`;

const run = (flags: string[], source: string) =>
  promisify(execFile)(process.execPath, [...flags, '--input-type=module', '--eval', source]);
