import type { Database } from '../db/open.ts';
import type { RequestRow } from './request-row.ts';
import { createRollupWriter } from './rollup.ts';

/** Column of each field. */
const COLUMNS = {
  id: 'id',
  startedAtMs: 'started_at_ms',
  clientId: 'client_id',
  clientName: 'client_name',
  dialect: 'dialect',
  requestedModel: 'requested_model',
  provider: 'provider',
  model: 'model',
  complexity: 'complexity',
  score: 'score',
  why: 'why',
  features: 'features',
  stream: 'stream',
  inputTokens: 'input_tokens',
  outputTokens: 'output_tokens',
  cacheReadTokens: 'cache_read_tokens',
  cacheWrite5mTokens: 'cache_write_5m_tokens',
  cacheWrite1hTokens: 'cache_write_1h_tokens',
  reasoningTokens: 'reasoning_tokens',
  audioInputTokens: 'audio_input_tokens',
  audioOutputTokens: 'audio_output_tokens',
  costNano: 'cost_nano',
  costKind: 'cost_kind',
  priceVersion: 'price_version',
  firstByteMs: 'first_byte_ms',
  latencyMs: 'latency_ms',
  cache: 'cache',
  status: 'status',
  httpStatus: 'http_status',
  errorCode: 'error_code',
  errorMessage: 'error_message',
  retries: 'retries',
  fallbacks: 'fallbacks',
  losses: 'losses',
} as const satisfies Record<keyof RequestRow, string>;

const FIELDS = Object.keys(COLUMNS) as (keyof RequestRow)[];

/**
 * Makes what inserts rows with their rollups in one transaction and returns those that were new. Throws SQLite's error, or
 * a `TypeError` for a value that no column takes; nothing is inserted then.
 */
export function createInserter(database: Database): (rows: readonly RequestRow[]) => RequestRow[] {
  const insert = database.client.prepare(
    `INSERT INTO requests (${Object.values(COLUMNS).join(', ')}) VALUES (${FIELDS.map(() => '?').join(', ')})
     ON CONFLICT (id) DO NOTHING`,
  );
  const addToRollups = createRollupWriter(database);
  const values: unknown[] = new Array(FIELDS.length);

  return database.client.transaction((rows: readonly RequestRow[]) => {
    const inserted: RequestRow[] = [];
    for (const row of rows) {
      FIELDS.forEach((field, index) => {
        const value = row[field];
        values[index] = typeof value === 'boolean' ? Number(value) : value;
      });
      if (insert.run(values).changes === 1) inserted.push(row);
    }
    addToRollups(inserted);
    return inserted;
  }).immediate;
}
