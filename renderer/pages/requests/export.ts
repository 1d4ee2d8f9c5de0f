import type { RequestInfo } from '../../../contract/index.ts';
import { client } from '../../client.ts';
import type { FilterInput } from './filters.ts';

const PAGE = 500;

const fields = [
  'id',
  'startedAtMs',
  'clientName',
  'requestedModel',
  'provider',
  'model',
  'complexity',
  'status',
  'httpStatus',
  'errorCode',
  'errorMessage',
  'cache',
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'reasoningTokens',
  'costUsd',
  'costKind',
  'firstByteMs',
  'latencyMs',
  'retries',
  'fallbacks',
  'why',
] as const satisfies (keyof RequestInfo)[];

/** Everything that the filters leave, as a table for spreadsheets. `onProgress` hears how many rows are there so far. */
export async function exportCsv(
  input: FilterInput,
  onProgress: (rows: number) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const parts = [`${['startedAt', ...fields].join(',')}\r\n`];
  let cursor: string | null | undefined;
  let rows = 0;
  while (cursor !== null) {
    const page = await client.requests.page({ ...input, limit: PAGE, ...(cursor && { cursor }) }, { signal });
    parts.push(page.requests.map(writeLine).join(''));
    rows += page.requests.length;
    onProgress(rows);
    cursor = page.nextCursor;
  }
  return new Blob(parts, { type: 'text/csv;charset=utf-8' });
}

function writeLine(request: RequestInfo): string {
  const values = [new Date(request.startedAtMs).toISOString(), ...fields.map((field) => request[field])];
  return `${values.map(writeValue).join(',')}\r\n`;
}

/** A spreadsheet would run what begins like a formula. */
function writeValue(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
