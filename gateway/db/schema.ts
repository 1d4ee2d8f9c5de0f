import { sql } from 'drizzle-orm';
import {
  type AnySQLiteColumn,
  blob,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';

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
  /** Id of an account: whose key it is. */
  userId: text('user_id').notNull(),
  cache: integer({ mode: 'boolean' }).notNull(),
  metadata: integer({ mode: 'boolean' }).notNull(),
  createdAtMs: integer('created_at_ms').notNull(),
  lastUsedAtMs: integer('last_used_at_ms'),
  revokedAtMs: integer('revoked_at_ms'),
});

/** Tools that were pointed at this gateway: what was done to their files, to be undone byte for byte. */
export const connections = sqliteTable('connections', {
  /** Id of the tool. */
  tool: text().primaryKey(),
  /** The gateway key that was made for it. */
  clientId: text('client_id').notNull(),
  /** The address that it was given. */
  url: text().notNull(),
  models: text({ enum: ['auto', 'keep'] }).notNull(),
  /** What became of its built-in names before. */
  modelsBefore: text('models_before', { enum: ['auto', 'keep'] }).notNull(),
  /** SHA-256 of each file as it was written, by path, as JSON: tells whether somebody changed it since. */
  written: text().notNull(),
  /** `Undo` of `connect/store.ts` as JSON, sealed by the host's cipher: files may hold keys. */
  sealed: blob({ mode: 'buffer' }).notNull(),
  sealedBy: text('sealed_by').notNull(),
  connectedAtMs: integer('connected_at_ms').notNull(),
  /** Since when its files are as they were before, until the gateway starts again; null: they are not. */
  restoredAtMs: integer('restored_at_ms'),
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

/** What was learned from use of a model's answers, by complexity of the request. See `routing/learning.ts`. */
export const routingEvidence = sqliteTable(
  'routing_evidence',
  {
    model: text().notNull(),
    complexity: text({ enum: ['simple', 'medium', 'complex'] }).notNull(),
    answers: integer().notNull(),
    good: real().notNull(),
    bad: real().notNull(),
  },
  (table) => [primaryKey({ columns: [table.model, table.complexity] })],
);

/** Conversations under way, so that they keep their model over a restart: hashes and counts, no words. See `routing/conversation-store.ts`. */
export const conversations = sqliteTable('conversations', {
  key: text().primaryKey(),
  usedAtMs: integer('used_at_ms').notNull(),
  kept: text().notNull(),
});

/** Verdicts on answers of cheap models beside a strong one's. See `routing/shadow.ts`. */
export const shadowChecks = sqliteTable('shadow_checks', {
  requestId: text('request_id').primaryKey(),
  atMs: integer('at_ms').notNull(),
  model: text().notNull(),
  complexity: text({ enum: ['simple', 'medium', 'complex'] }).notNull(),
  strong: text().notNull(),
  judge: text().notNull(),
  verdict: text({ enum: ['better', 'same', 'worse', 'failed'] }).notNull(),
  costNano: integer('cost_nano').notNull(),
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
 * What rows are found by, once each: rows that have all of it alike are of one kind. An absent value is the empty string. A few
 * hundred kinds hold millions of rows.
 */
export const requestKinds = sqliteTable(
  'request_kinds',
  {
    id: integer().primaryKey(),
    clientId: text('client_id').notNull(),
    provider: text().notNull(),
    model: text().notNull(),
    complexity: text().notNull(),
    dialect: text().notNull(),
    status: text().notNull(),
    cache: text().notNull(),
  },
  ({ clientId, provider, model, complexity, dialect, status, cache }) => [
    unique().on(clientId, provider, model, complexity, dialect, status, cache),
  ],
);

/** What a page is found and sorted by. */
function foundBy(table: Record<FoundBy, AnySQLiteColumn>): [AnySQLiteColumn, ...AnySQLiteColumn[]] {
  const { startedAtMs, mark, kind, costNano, latencyMs, inputTokens, outputTokens } = table;
  return [startedAtMs, mark, kind, costNano, latencyMs, inputTokens, outputTokens];
}

type FoundBy = 'startedAtMs' | 'mark' | 'kind' | 'costNano' | 'latencyMs' | 'inputTokens' | 'outputTokens';

/**
 * One row an exchange: what it is found, ordered and summed by. Never holds a prompt or a reply. All of its fields are a line of a
 * packed block (`ledger/block.ts`).
 */
export const requestRows = sqliteTable(
  'request_rows',
  {
    startedAtMs: integer('started_at_ms').notNull(),
    /** With the time, stands for the id: see `ledger/request-row.ts`. */
    mark: integer().notNull(),
    kind: integer().notNull(),
    /** Null: unknown. */
    costNano: integer('cost_nano'),
    latencyMs: integer('latency_ms').notNull(),
    firstByteMs: integer('first_byte_ms'),
    inputTokens: integer('input_tokens').notNull(),
    outputTokens: integer('output_tokens').notNull(),
    cacheReadTokens: integer('cache_read_tokens').notNull(),
    cacheWrite5mTokens: integer('cache_write_5m_tokens').notNull(),
    cacheWrite1hTokens: integer('cache_write_1h_tokens').notNull(),
    reasoningTokens: integer('reasoning_tokens').notNull(),
    retries: integer().notNull(),
    /** Cost that a switch of models within a conversation brought with it. */
    switchLossNano: integer('switch_loss_nano').notNull(),
    /** Cost of calls that were given up. */
    givenUpNano: integer('given_up_nano').notNull(),
    /** Block and place in it. */
    block: integer().notNull(),
    place: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.startedAtMs, table.mark] }),
    // All that a page is found and sorted by, so that rows are looked up only to be shown.
    index('request_rows_by_kind').on(
      table.kind,
      table.startedAtMs,
      table.mark,
      table.costNano,
      table.latencyMs,
      table.inputTokens,
      table.outputTokens,
    ),
    // Rows that are few, and that no day and kind can tell from the others: see `ledger/filter.ts`.
    index('request_rows_dear')
      .on(...foundBy(table))
      .where(sql`cost_nano >= 1000000000`),
    index('request_rows_switched')
      .on(...foundBy(table))
      .where(sql`switch_loss_nano > 0`),
    index('request_rows_given_up')
      .on(...foundBy(table))
      .where(sql`given_up_nano > 0`),
  ],
);

/** Whole rows, those of one transaction packed together. */
export const rowBlocks = sqliteTable('row_blocks', {
  id: integer().primaryKey(),
  /** Of the latest row in it: with that one, the block is let go. */
  lastMs: integer('last_ms').notNull(),
  data: blob({ mode: 'buffer' }).notNull(),
});

/** Code and message of errors, in lower case, for searching; with all that a page of them is found and sorted by. */
export const requestErrors = sqliteTable(
  'request_errors',
  {
    startedAtMs: integer('started_at_ms').notNull(),
    mark: integer().notNull(),
    kind: integer().notNull(),
    costNano: integer('cost_nano'),
    latencyMs: integer('latency_ms').notNull(),
    inputTokens: integer('input_tokens').notNull(),
    outputTokens: integer('output_tokens').notNull(),
    text: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.startedAtMs, table.mark] })],
);

/** How many rows of a kind a UTC day has, and their highest figures: where to look for rows without looking at all. */
export const dayKinds = sqliteTable(
  'day_kinds',
  {
    day: integer().notNull(),
    kind: integer().notNull(),
    requests: integer().notNull(),
    maxCostNano: integer('max_cost_nano').notNull(),
    maxLatencyMs: integer('max_latency_ms').notNull(),
    maxTokens: integer('max_tokens').notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.kind] })],
);

/** A line of sums over time: all requests, or those with one value of one dimension (`ledger/dimension.ts`), by hour or by day. */
export const rollupSeries = sqliteTable(
  'rollup_series',
  {
    id: integer().primaryKey(),
    span: text({ enum: ['hour', 'day'] }).notNull(),
    dimension: text().notNull(),
    value: text().notNull(),
  },
  (table) => [unique().on(table.span, table.dimension, table.value)],
);

/**
 * Sums of requests by UTC hour and by day of the owner's time zone, written in the transaction that inserts the rows. They outlive the rows.
 */
export const rollups = sqliteTable(
  'rollups',
  {
    series: integer().notNull(),
    startMs: integer('start_ms').notNull(),
    requests: integer().notNull(),
    errors: integer().notNull(),
    cancelled: integer().notNull(),
    cacheHits: integer('cache_hits').notNull(),
    /** Requests that looked in the cache. */
    cacheLooks: integer('cache_looks').notNull(),
    costNano: integer('cost_nano').notNull(),
    /** Of requests that failed or were cancelled, and of calls that were given up. */
    failedNano: integer('failed_nano').notNull(),
    unknownCosts: integer('unknown_costs').notNull(),
    inputTokens: integer('input_tokens').notNull(),
    outputTokens: integer('output_tokens').notNull(),
    cacheReadTokens: integer('cache_read_tokens').notNull(),
    cacheWrite5mTokens: integer('cache_write_5m_tokens').notNull(),
    cacheWrite1hTokens: integer('cache_write_1h_tokens').notNull(),
    reasoningTokens: integer('reasoning_tokens').notNull(),
    latencyMs: integer('latency_ms').notNull(),
    retries: integer().notNull(),
    switchLossNano: integer('switch_loss_nano').notNull(),
    /** See `ledger/histogram.ts`; null where none are kept. */
    histograms: blob({ mode: 'buffer' }),
  },
  (table) => [primaryKey({ columns: [table.series, table.startMs] })],
);

/** The zone whose days the sums by day are of. */
export const ledgerState = sqliteTable('ledger_state', { name: text().primaryKey(), value: text().notNull() });

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

/** Rules that watch for something, as JSON. A row with `removedAtMs` can be restored until it is purged. */
export const alertRules = sqliteTable('alert_rules', {
  id: text().primaryKey(),
  rule: text().notNull(),
  createdAtMs: integer('created_at_ms').notNull(),
  removedAtMs: integer('removed_at_ms'),
});

/** Where alerts go: what can be shown as JSON, and the whole set-up, sealed. */
export const alertChannels = sqliteTable('alert_channels', {
  id: text().primaryKey(),
  channel: text().notNull(),
  sealed: blob({ mode: 'buffer' }).notNull(),
  sealedBy: text('sealed_by').notNull(),
  createdAtMs: integer('created_at_ms').notNull(),
  removedAtMs: integer('removed_at_ms'),
});

/** Alerts that fired, with their deliveries, as JSON. `waiting`: one of them is still to be made. */
export const alerts = sqliteTable('alerts', {
  id: text().primaryKey(),
  firedAtMs: integer('fired_at_ms').notNull(),
  waiting: integer({ mode: 'boolean' }).notNull(),
  alert: text().notNull(),
});

/**
 * Who signs in with a password: `owner`, and users whom the owner invited. Of a password there is only its scrypt hash, of the link that
 * was made last only its SHA-256. A row with `removedAtMs` stays for its name.
 */
export const accounts = sqliteTable('accounts', {
  id: text().primaryKey(),
  name: text().notNull(),
  email: text(),
  passwordHash: text('password_hash'),
  createdAtMs: integer('created_at_ms').notNull(),
  linkHash: text('link_hash'),
  linkEndsAtMs: integer('link_ends_at_ms'),
  disabledAtMs: integer('disabled_at_ms'),
  removedAtMs: integer('removed_at_ms'),
});

/** Browsers that are signed in. See `accounts/sessions.ts`. */
export const sessions = sqliteTable('sessions', {
  id: text().primaryKey(),
  accountId: text('account_id').notNull(),
  agent: text().notNull(),
  turn: integer().notNull(),
  createdAtMs: integer('created_at_ms').notNull(),
  renewedAtMs: integer('renewed_at_ms').notNull(),
  lastSeenAtMs: integer('last_seen_at_ms').notNull(),
  endsAtMs: integer('ends_at_ms').notNull(),
});
