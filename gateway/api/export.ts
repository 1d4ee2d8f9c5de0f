import type { RequestInfo } from '../../contract/index.ts';
import type { Ledger } from '../ledger/index.ts';
import { showRequest } from './shown.ts';

type PageInput = Parameters<Ledger['page']>[0];

const PAGE = 500;

/** Columns of the CSV, in their order. */
const COLUMNS = [
  'id',
  'startedAt',
  'clientName',
  'dialect',
  'requestedModel',
  'provider',
  'model',
  'complexity',
  'status',
  'httpStatus',
  'cache',
  'costUsd',
  'costKind',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
  'reasoningTokens',
  'firstByteMs',
  'latencyMs',
  'retries',
  'fallbacks',
  'errorCode',
  'errorMessage',
  'why',
] as const;

/** Every row that the filter leaves, as text in pieces: a page is read when the one before it is taken. */
export async function* exportRequests(
  ledger: Pick<Ledger, 'page'>,
  format: 'csv' | 'json',
  { filter, sort }: Pick<PageInput, 'filter' | 'sort'>,
): AsyncGenerator<string, void> {
  yield format === 'csv' ? `${COLUMNS.join(',')}\r\n` : '[';
  let isFirst = true;
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await ledger.page({ limit: PAGE, filter, sort, cursor });
    cursor = page.nextCursor;
    const shown = page.rows.map(showRequest);
    if (shown.length > 0) yield format === 'csv' ? shown.map(writeCsv).join('') : writeJson(shown, isFirst);
    isFirst &&= shown.length === 0;
  }
  if (format === 'json') yield '\n]\n';
}

function writeJson(rows: readonly RequestInfo[], isFirst: boolean): string {
  return rows.map((row, index) => `${isFirst && index === 0 ? '\n' : ',\n'}${JSON.stringify(row)}`).join('');
}

function writeCsv(row: RequestInfo): string {
  const { startedAtMs, ...rest } = row;
  const fields = { ...rest, startedAt: new Date(startedAtMs).toISOString() };
  return `${COLUMNS.map((column) => cell(fields[column])).join(',')}\r\n`;
}

/** RFC 4180. A text that a spreadsheet would take for a formula is given an apostrophe. */
function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
