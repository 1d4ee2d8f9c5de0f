import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isEnough, missesOf, writeSection } from './report.ts';
import { CLIENTS, type ClientName, PAIRS } from './rows.ts';
import { type Cell, runMatrix } from './run.ts';

const clients = Object.keys(CLIENTS) as ClientName[];
const asked = new Map<ClientName, Promise<Cell[]>>();

/** All cells of a client, run once. */
function cellsOf(client: ClientName): Promise<Cell[]> {
  const cells = asked.get(client) ?? runMatrix(PAIRS.filter(({ inbound }) => inbound === client));
  asked.set(client, cells);
  return cells;
}

it.each(clients)(
  'a client of %s and every provider mean the same by every feature',
  async (client) => {
    const cells = await cellsOf(client);
    expect(cells.length).toBeGreaterThan(600);
    expect(missesOf(cells)).toEqual([]);
  },
  120_000,
);

it('the page tells what they cannot carry', async () => {
  const cells: Cell[] = [];
  for (const client of clients) cells.push(...(await cellsOf(client)));
  expect(cells.length).toBeGreaterThan(2500);
  const page = readFileSync(new URL('../../docs/dialects.md', import.meta.url), 'utf8');
  expect(page, 'npm run conformance -- --write').toBe(writeSection(page, cells));
}, 120_000);

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
