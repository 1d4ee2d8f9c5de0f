import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isEnough, missesOf, writeSection } from './report.ts';
import { PAIRS } from './rows.ts';
import { type Cell, runMatrix } from './run.ts';

it('every client and provider mean the same by every feature, and the page tells what they cannot carry', async () => {
  const cells = await runMatrix(PAIRS);
  expect(cells.length).toBeGreaterThan(2500);
  expect(missesOf(cells)).toEqual([]);
  const page = readFileSync(new URL('../../docs/dialects.md', import.meta.url), 'utf8');
  expect(page, 'npm run conformance -- --write').toBe(writeSection(page, cells));
}, 300_000);

it('one miss between speakers of one dialect is too many, and so are two in a hundred others', () => {
  const pair = { inbound: 'OpenAI Chat', outbound: 'OpenAI Chat' } as const;
  const cell: Cell = { ...pair, feature: 'text', stream: false, isSame: true, misses: [], losses: [] };
  const others = Array.from({ length: 198 }, (): Cell => ({ ...cell, isSame: false }));
  const misses = ['it was lost'];
  expect(isEnough([cell, ...others])).toBe(true);
  expect(isEnough([{ ...cell, misses }, ...others])).toBe(false);
  expect(isEnough([cell, ...others, { ...cell, isSame: false, misses }])).toBe(true);
  expect(isEnough([cell, ...others.map((each, at) => (at % 50 === 0 ? { ...each, misses } : each))])).toBe(false);
});
