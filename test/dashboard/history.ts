import { join } from 'node:path';
import { openDatabase } from '../../gateway/db/open.ts';
import { createRequestId, openLedger, type RequestRow } from '../../gateway/ledger/index.ts';
import { createMemoryLog } from '../memory-host.ts';
import { exampleRow } from '../request-row.ts';

const root = join(import.meta.dirname, '..', '..');
const MINUTE_MS = 60_000;
/** Rows that are made and written at a time. */
const SLICE = 5000;

interface HistoryOptions {
  rows: number;
  days: number;
  /** The newest row is a minute older. */
  endMs: number;
  /** Every tenth has names of a hundred letters, and an error as long as they come. */
  longNames?: boolean;
}

/** Models with the share of requests that they had, and nano-dollars a token in and out. */
const models = [
  { provider: 'openai', model: 'gpt-5-mini', share: 0.38, input: 250, output: 2000, firstByteMs: 420 },
  { provider: 'gemini', model: 'gemini-2.5-flash', share: 0.24, input: 300, output: 2500, firstByteMs: 310 },
  { provider: 'anthropic', model: 'claude-sonnet-4-5', share: 0.2, input: 3000, output: 15_000, firstByteMs: 760 },
  { provider: 'anthropic', model: 'claude-haiku-4-5', share: 0.13, input: 1000, output: 5000, firstByteMs: 380 },
  { provider: 'openai', model: 'gpt-5', share: 0.05, input: 1250, output: 10_000, firstByteMs: 1400 },
] as const;
const clients = ['Editor', 'Terminal agent', 'Support bot', 'Notebook'];

/** A past to look at, written into the database of a data directory before a gateway opens it. The same every time. */
export async function writeHistory(
  dataDirectory: string,
  { rows, days, endMs, longNames = false }: HistoryOptions,
): Promise<void> {
  const database = openDatabase(join(dataDirectory, 'gateway.sqlite'), join(root, 'resources', 'migrations'));
  const ledger = openLedger({
    database,
    journalPath: join(dataDirectory, 'ledger.journal'),
    log: createMemoryLog().log,
  });
  const random = createRandom(7);
  const spanMs = days * 24 * 60 * MINUTE_MS;
  for (let start = 0; start < rows; start += SLICE) {
    const slice = Array.from({ length: Math.min(SLICE, rows - start) }, (_, index) => {
      const place = (start + index + random()) / rows;
      const row = makeRow(random, Math.floor(endMs - MINUTE_MS - spanMs * (1 - place)));
      return longNames && (start + index) % 10 === 0 ? lengthen(row, start + index) : row;
    });
    ledger.record(...slice);
    await ledger.flush();
  }
  await ledger.close();
  database.close();
}

function makeRow(random: () => number, startedAtMs: number): RequestRow {
  const chosen = pick(random());
  const complexity = chosen.model === 'gpt-5' || random() < 0.15 ? 'complex' : random() < 0.4 ? 'medium' : 'simple';
  const inputTokens = Math.round(400 * 2 ** (random() * 7));
  const outputTokens = Math.round(60 * 2 ** (random() * 4.5));
  const client = Math.floor(random() ** 2 * clients.length);
  const firstByteMs = Math.round(chosen.firstByteMs * (0.6 + random()));
  const row = exampleRow({
    id: createRequestId(startedAtMs),
    startedAtMs,
    clientId: `gwk_${client}`,
    clientName: clients[client] ?? null,
    provider: chosen.provider,
    model: chosen.model,
    complexity,
    score: complexity === 'simple' ? 0.2 : complexity === 'medium' ? 0.5 : 0.8,
    why: `Cheapest of 9 models that are good enough for a ${complexity} request.`,
    features: JSON.stringify({ inputTokens, messages: 4, tools: 0, code: 1 }),
    inputTokens,
    outputTokens,
    cacheReadTokens: Math.round(inputTokens * (random() < 0.4 ? 0.7 : 0)),
    reasoningTokens: null,
    costNano: inputTokens * chosen.input + outputTokens * chosen.output,
    firstByteMs,
    latencyMs: firstByteMs + outputTokens * 12,
  });
  return unlucky(random(), row);
}

function lengthen(row: RequestRow, index: number): RequestRow {
  return {
    ...row,
    clientName: longName(`client${index % 3}`),
    model: longName(`model${index % 7}`),
    requestedModel: longName('asked'),
    errorMessage: row.errorMessage && longName(row.errorMessage).repeat(5),
  };
}

/** A hundred letters with hardly a place to break them. */
export const longName = (start: string): string => `${start}-${'Wolkenkratzer'.repeat(8)}`.slice(0, 100);

/** Some come from the cache, some fail, a few are given up. */
function unlucky(chance: number, row: RequestRow): RequestRow {
  if (chance < 0.12) return { ...row, cache: 'hit', costNano: 0, firstByteMs: 2, latencyMs: 3 };
  if (chance < 0.15) {
    return {
      ...row,
      status: 'error',
      httpStatus: 429,
      errorCode: 'provider_rate_limited',
      errorMessage: 'The provider takes no more requests for now. Try again in 20 s.',
      costNano: 0,
      outputTokens: null,
      retries: 2,
      fallbacks: 1,
    };
  }
  if (chance < 0.17) return { ...row, status: 'cancelled', httpStatus: 499, costKind: 'estimated' };
  return row;
}

function pick(chance: number): (typeof models)[number] {
  let sum = 0;
  for (const model of models) {
    sum += model.share;
    if (chance < sum) return model;
  }
  return models[0];
}

/** Mulberry32: small, quick and the same everywhere. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
