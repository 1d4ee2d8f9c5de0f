import { sql } from 'drizzle-orm';
import { blob, integer, primaryKey, real, sqliteTable, sqliteView, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { DialectName } from '../chat.ts';
import type { Complexity } from '../routing/route.ts';

/*
 * Source of the migrations: after a change run `npx drizzle-kit generate --name what-changed`. What runs at start or per
 * request imports only the types from here (`import type`): loading drizzle takes a third of a second.
 */

/** Settings that differ from their defaults, as JSON. */
export const settings = sqliteTable('settings', {
  name: text().primaryKey(),
  value: text().notNull(),
});

/** Provider keys, sealed by the host's cipher. A row with `removedAtMs` can be restored until it is purged. */
export const providerKeys = sqliteTable('provider_keys', {
  id: text().primaryKey(),
  provider: text().notNull(),
  label: text().notNull(),
  sealed: blob({ mode: 'buffer' }).notNull(),
  sealedBy: text('sealed_by').notNull(),
  lastFour: text('last_four'),
  status: text({ enum: ['works', 'refused', 'unreachable', 'rateLimited', 'unchecked'] }).notNull(),
  checkedAtMs: integer('checked_at_ms'),
  createdAtMs: integer('created_at_ms').notNull(),
  removedAtMs: integer('removed_at_ms'),
});

/** Providers that the owner added. A row with `removedAtMs` can be restored until it is purged. */
export const customProviders = sqliteTable('custom_providers', {
  id: text().primaryKey(),
  /** `CustomProvider` of the contract without its headers, as JSON: nothing secret. */
  definition: text().notNull(),
  /** Names of the headers, as a JSON array. */
  headerNames: text('header_names').notNull(),
  /** Headers by name, as JSON, sealed by the host's cipher; null: none. */
  sealedHeaders: blob('sealed_headers', { mode: 'buffer' }),
  sealedBy: text('sealed_by'),
  /** Names of the models that it listed last, as a JSON array. */
  listedModels: text('listed_models').notNull(),
  createdAtMs: integer('created_at_ms').notNull(),
  removedAtMs: integer('removed_at_ms'),
});

/** Names of the owner's own for models. `clientId` null: for every client. A row with `removedAtMs` can be restored until it is purged. */
export const aliases = sqliteTable('aliases', {
  id: text().primaryKey(),
  name: text().notNull(),
  target: text().notNull(),
  clientId: text('client_id'),
  createdAtMs: integer('created_at_ms').notNull(),
  removedAtMs: integer('removed_at_ms'),
});

/** Gateway keys: only the SHA-256 of each is kept. */
export const gatewayKeys = sqliteTable('gateway_keys', {
  id: text().primaryKey(),
  name: text().notNull(),
  hash: blob({ mode: 'buffer' }).notNull().unique(),
  lastFour: text('last_four').notNull(),
  cache: integer({ mode: 'boolean' }).notNull(),
  metadata: integer({ mode: 'boolean' }).notNull(),
  createdAtMs: integer('created_at_ms').notNull(),
  lastUsedAtMs: integer('last_used_at_ms'),
  revokedAtMs: integer('revoked_at_ms'),
});

/** Limits of a gateway key, by its id, or of all keys together (`overall`). Null: no limit. Budgets in nano-dollars. */
export const limits = sqliteTable('limits', {
  id: text().primaryKey(),
  requestsPerMinute: integer('requests_per_minute'),
  tokensPerMinute: integer('tokens_per_minute'),
  concurrentRequests: integer('concurrent_requests'),
  dayNano: integer('day_nano'),
  weekNano: integer('week_nano'),
  monthNano: integer('month_nano'),
});

/** Versions of the owner's routing policy, from 1. `beforeVersion`: where an undo goes back to. */
export const routingPolicies = sqliteTable('routing_policies', {
  version: integer().primaryKey(),
  policy: text().notNull(),
  madeAtMs: integer('made_at_ms').notNull(),
  note: text().notNull(),
  beforeVersion: integer('before_version').notNull(),
});

/** What decisions were made of, kept once for the rows that name it by its id. See `routing/snapshots.ts`. */
export const routingSnapshots = sqliteTable(
  'routing_snapshots',
  {
    id: integer().primaryKey(),
    kind: text({ enum: ['models', 'health', 'corrections', 'context'] }).notNull(),
    hash: text().notNull(),
    /** When it was last begun to be decided by. */
    madeAtMs: integer('made_at_ms').notNull(),
    value: text().notNull(),
  },
  (table) => [uniqueIndex('routing_snapshots_hash').on(table.kind, table.hash)],
);

/**
 * One row an exchange, as `requests` shows it. Never holds a prompt or a reply. What rows are found and summed by are
 * columns; binding each of the others as well would triple the cost of writing a row. `rest` holds them as a JSON array in
 * the order of `ledger/line.ts`: new fields go to its end, and a place once used is never used for another.
 */
export const requestRows = sqliteTable(
  'request_rows',
  {
    startedAtMs: integer('started_at_ms').notNull(),
    id: text().notNull(),
    clientId: text('client_id'),
    provider: text(),
    model: text(),
    complexity: text().$type<Complexity>(),
    status: text({ enum: ['ok', 'error', 'cancelled'] }).notNull(),
    cache: text({ enum: ['miss', 'hit', 'shared', 'off'] }).notNull(),
    costNano: integer('cost_nano'),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    rest: text().notNull(),
  },
  // The only order in which rows are read: newest first, and by time range. An id says its time, so it needs no index.
  (table) => [primaryKey({ columns: [table.startedAtMs, table.id] })],
);

/** Every field of the rows by its name. */
export const requests = sqliteView('requests', {
  id: text().notNull(),
  startedAtMs: integer('started_at_ms').notNull(),
  clientId: text('client_id'),
  clientName: text('client_name'),
  dialect: text().$type<DialectName>().notNull(),
  requestedModel: text('requested_model').notNull(),
  provider: text(),
  model: text(),
  complexity: text().$type<Complexity>(),
  score: real(),
  why: text(),
  /** `Features` as JSON. */
  features: text(),
  stream: integer({ mode: 'boolean' }).notNull(),
  inputTokens: integer('input_tokens'),
  outputTokens: integer('output_tokens'),
  cacheReadTokens: integer('cache_read_tokens'),
  cacheWrite5mTokens: integer('cache_write_5m_tokens'),
  cacheWrite1hTokens: integer('cache_write_1h_tokens'),
  reasoningTokens: integer('reasoning_tokens'),
  audioInputTokens: integer('audio_input_tokens'),
  audioOutputTokens: integer('audio_output_tokens'),
  costNano: integer('cost_nano'),
  costKind: text('cost_kind', { enum: ['exact', 'estimated', 'unknown'] }).notNull(),
  priceVersion: text('price_version'),
  firstByteMs: integer('first_byte_ms'),
  latencyMs: integer('latency_ms').notNull(),
  cache: text({ enum: ['miss', 'hit', 'shared', 'off'] }).notNull(),
  status: text({ enum: ['ok', 'error', 'cancelled'] }).notNull(),
  httpStatus: integer('http_status').notNull(),
  errorCode: text('error_code'),
  errorMessage: text('error_message'),
  retries: integer().notNull(),
  fallbacks: integer().notNull(),
  /** `Loss[]` as JSON. */
  losses: text(),
  /** What else the cost rests on, as JSON: see `models/bill.ts`. */
  billing: text(),
  /** What the decision was made of, beside the other fields, as JSON: see `routing/replay.ts`. */
  decision: text(),
}).as(sql`
  SELECT id, started_at_ms, client_id, provider, model, complexity, cache, status, cost_nano, error_code, error_message,
    rest ->> 0 AS features,
    rest ->> 1 AS client_name,
    rest ->> 2 AS dialect,
    rest ->> 3 AS requested_model,
    rest ->> 4 AS score,
    rest ->> 5 AS why,
    rest ->> 6 AS stream,
    rest ->> 7 AS input_tokens,
    rest ->> 8 AS output_tokens,
    rest ->> 9 AS cache_read_tokens,
    rest ->> 10 AS cache_write_5m_tokens,
    rest ->> 11 AS cache_write_1h_tokens,
    rest ->> 12 AS reasoning_tokens,
    rest ->> 13 AS audio_input_tokens,
    rest ->> 14 AS audio_output_tokens,
    rest ->> 15 AS cost_kind,
    rest ->> 16 AS price_version,
    rest ->> 17 AS first_byte_ms,
    rest ->> 18 AS latency_ms,
    rest ->> 19 AS http_status,
    rest ->> 20 AS retries,
    rest ->> 21 AS fallbacks,
    rest ->> 22 AS losses,
    rest ->> 23 AS billing,
    rest ->> 24 AS decision
  FROM request_rows`);

/**
 * Sums of `requests` by hour (start of the UTC hour, ms) and by what the dashboard groups by; an absent value of a key
 * column is the empty string. Written in the transaction that inserts the rows.
 */
export const rollups = sqliteTable(
  'rollups',
  {
    hourMs: integer('hour_ms').notNull(),
    clientId: text('client_id').notNull(),
    provider: text().notNull(),
    model: text().notNull(),
    complexity: text().notNull(),
    dialect: text().notNull(),
    status: text().notNull(),
    cache: text().notNull(),
    requests: integer().notNull(),
    costNano: integer('cost_nano').notNull(),
    /** Requests of unknown cost. */
    unknownCosts: integer('unknown_costs').notNull(),
    inputTokens: integer('input_tokens').notNull(),
    outputTokens: integer('output_tokens').notNull(),
    cacheReadTokens: integer('cache_read_tokens').notNull(),
    cacheWriteTokens: integer('cache_write_tokens').notNull(),
    reasoningTokens: integer('reasoning_tokens').notNull(),
    latencyMs: integer('latency_ms').notNull(),
    /** See `ledger/histogram.ts`. */
    latencies: text().notNull(),
  },
  (table) => [
    primaryKey({
      columns: [
        table.hourMs,
        table.clientId,
        table.provider,
        table.model,
        table.complexity,
        table.dialect,
        table.status,
        table.cache,
      ],
    }),
  ],
);

/** What the registry remembers of itself, as JSON by name: see `models/store.ts` and `models/checks.ts`. */
export const registryState = sqliteTable('registry_state', {
  name: text().primaryKey(),
  value: text().notNull(),
});

/** The owner's word on a model; `added` holds the whole of one that the registry does not know. */
export const modelEdits = sqliteTable('model_edits', {
  model: text().primaryKey(),
  edit: text().notNull(),
  added: text(),
  editedAtMs: integer('edited_at_ms').notNull(),
});

/** Every price list that ever held: what the lines of a row's cost are told from. */
export const modelPrices = sqliteTable(
  'model_prices',
  {
    model: text().notNull(),
    sinceMs: integer('since_ms').notNull(),
    version: text().notNull(),
    layer: text({ enum: ['shipped', 'downloaded', 'edited'] }).notNull(),
    source: text(),
    prices: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.model, table.sinceMs, table.version] })],
);

/** Looks for new prices: when, where, and what came of it. */
export const registryChecks = sqliteTable('registry_checks', {
  id: integer().primaryKey({ autoIncrement: true }),
  atMs: integer('at_ms').notNull(),
  result: text().notNull(),
  /** `RegistryCheck` as JSON. */
  report: text().notNull(),
  /** What had been downloaded until then, as JSON, where the check changed it. */
  before: text(),
});
