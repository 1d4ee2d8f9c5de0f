import { blob, index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { DialectName } from '../chat.ts';
import type { Cipher } from '../host.ts';
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
  sealedBy: text('sealed_by').$type<Cipher['kind']>().notNull(),
  lastFour: text('last_four'),
  status: text({ enum: ['works', 'refused', 'unreachable', 'rateLimited', 'unchecked'] }).notNull(),
  checkedAtMs: integer('checked_at_ms'),
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

/** One row an exchange. Never holds a prompt or a reply. */
export const requests = sqliteTable(
  'requests',
  {
    id: text().primaryKey(),
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
  },
  // The only order in which rows are read: newest first, and by time range.
  (table) => [index('requests_started').on(table.startedAtMs, table.id)],
);

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
