import { CLIENTS, OUTBOUNDS } from './rows.ts';
import type { Cell } from './run.ts';

const passes = (cells: readonly Cell[]): number => cells.filter(({ misses }) => misses.length === 0).length;
const share = (cells: readonly Cell[]): string => `${passes(cells)}/${cells.length}`;
/** 1 where nothing was asked. */
const ratio = (cells: readonly Cell[]): number => (cells.length === 0 ? 1 : passes(cells) / cells.length);
const percent = (cells: readonly Cell[]): string => `${(ratio(cells) * 100).toFixed(1)} %`;
const sameOf = (cells: readonly Cell[]): Cell[] => cells.filter(({ isSame }) => isSame);

/** At least 99 % of all cells, and each between speakers of one dialect. */
export const isEnough = (cells: readonly Cell[]): boolean => ratio(cells) >= 0.99 && ratio(sameOf(cells)) === 1;

export const missesOf = (cells: readonly Cell[]): string[] =>
  cells.flatMap(({ inbound, outbound, feature, stream, misses }) =>
    misses.map((why) => `${inbound} → ${outbound}, ${feature}${stream ? ', streamed' : ''}: ${why}`),
  );

/** Passes of all: a column a client, a line a provider and a feature. */
export function printMatrix(cells: readonly Cell[]): string {
  const clients = Object.keys(CLIENTS);
  const line = (name: string, of: readonly Cell[]): string => {
    const counts = clients.map((client) => of.filter(({ inbound }) => inbound === client));
    return [
      name.padEnd(28),
      ...[...counts, of].map((each) => (each.length === 0 ? '–' : share(each)).padStart(17)),
    ].join('');
  };
  const features = [...new Set(cells.map(({ feature }) => feature))];
  const misses = missesOf(cells);
  return [
    ['provider'.padEnd(28), ...[...clients, 'all'].map((name) => name.padStart(17))].join(''),
    ...Object.keys(OUTBOUNDS).map((name) =>
      line(
        name,
        cells.filter(({ outbound }) => outbound === name),
      ),
    ),
    '',
    'feature',
    ...features.map((name) =>
      line(
        name,
        cells.filter(({ feature }) => feature === name),
      ),
    ),
    '',
    `all ${share(cells)} (${percent(cells)}), one dialect on both sides ${share(sameOf(cells))} (${percent(sameOf(cells))})`,
    ...(misses.length === 0 ? ['no misses'] : ['', 'misses:', ...misses]),
  ].join('\n');
}

const MARKS = ['<!-- what the matrix saw -->', '<!-- end of what the matrix saw -->'] as const;

/** The page with the table between its marks written anew. Throws where the marks are missing. */
export function writeSection(page: string, cells: readonly Cell[]): string {
  const [from, to] = MARKS.map((mark) => page.indexOf(mark));
  if (from === undefined || to === undefined || from < 0 || to < from)
    throw new Error(`The page has no ${MARKS.join(' … ')}`);
  return `${page.slice(0, from + MARKS[0].length)}\n\n${describeLosses(cells)}\n\n${page.slice(to)}`;
}

/** A line a client and what it loses, with all providers where it does; pairs without a loss have none. */
function describeLosses(cells: readonly Cell[]): string {
  const pairs = Map.groupBy(cells, ({ inbound, outbound }) => `${inbound} | ${outbound}`);
  const said = [...pairs.values()].flatMap((of) => {
    const losses = of.flatMap(({ feature, losses }) => losses.map((why) => ({ feature, why: tidy(why) })));
    const lines = [...Map.groupBy(losses, ({ why }) => why)].map(
      ([why, where]) => `${[...new Set(where.map(({ feature }) => feature))].join(', ')}: ${why}`,
    );
    const [{ inbound, outbound } = { inbound: '', outbound: '' }] = of;
    return lines.length === 0 ? [] : [{ inbound, outbound, lost: lines.join('; ') }];
  });
  const lines = [...Map.groupBy(said, ({ inbound, lost }) => `${inbound} ${lost}`).values()].map((of) => {
    const providers = of.map(({ outbound }) => outbound).join(', ');
    return `| ${of[0]?.inbound} | ${providers} | ${of[0]?.lost} |`;
  });
  const misses = missesOf(cells);
  return [
    `${share(cells)} cells pass (${percent(cells)}); with one dialect on both sides ${share(sameOf(cells))}.`,
    '',
    '| client | providers | what it could not carry, as it was reported |',
    '|---|---|---|',
    ...lines,
    '',
    misses.length === 0 ? 'Misses: none.' : ['Misses:', '', ...misses.map((miss) => `- ${miss}`)].join('\n'),
  ].join('\n');
}

const tidy = (why: string): string => why.replaceAll('|', '\\|').replace(/\. Choose another model\.$/, '');
