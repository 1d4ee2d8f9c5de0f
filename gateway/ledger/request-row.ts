import { randomBytes } from 'node:crypto';
import type { DialectName } from '../chat.ts';
import type { Complexity } from '../routing/route.ts';

/** One exchange as the ledger keeps it: tokens by the definition of `Usage`, cost in nano-dollars, times in milliseconds. */
export interface RequestRow {
  id: string;
  startedAtMs: number;
  clientId: string | null;
  clientName: string | null;
  dialect: DialectName;
  requestedModel: string;
  provider: string | null;
  model: string | null;
  complexity: Complexity | null;
  score: number | null;
  why: string | null;
  /** `Features` as JSON. */
  features: string | null;
  stream: boolean;
  inputTokens: number | null;
  outputTokens: number | null;
  cacheReadTokens: number | null;
  cacheWrite5mTokens: number | null;
  cacheWrite1hTokens: number | null;
  reasoningTokens: number | null;
  audioInputTokens: number | null;
  audioOutputTokens: number | null;
  costNano: number | null;
  costKind: 'exact' | 'estimated' | 'unknown';
  priceVersion: string | null;
  firstByteMs: number | null;
  latencyMs: number;
  cache: 'miss' | 'hit' | 'shared' | 'off';
  status: 'ok' | 'error' | 'cancelled';
  httpStatus: number;
  errorCode: string | null;
  errorMessage: string | null;
  retries: number;
  fallbacks: number;
  /** `Loss[]` as JSON. */
  losses: string | null;
  /** What else its price depends on, as JSON: see `models/bill.ts`. */
  billing: string | null;
  /** What the decision was made of, beside the other fields, as JSON: see `routing/replay.ts`. */
  decision: string | null;
  /** What leaving the model of a conversation cost: prompt tokens that its cache held and that were paid for in full. */
  switchLossNano: number;
  /** The part of the cost that went to calls which were given up before this answer came, as estimated. */
  givenUpNano: number;
  /** Microseconds from its start until it was let in and read, and from there until its target was chosen. Null: it did not come so far. */
  queueMicros: number | null;
  routeMicros: number | null;
  /** `Attempt[]` as JSON, where one has failed: see `pipeline/exchange.ts`. */
  attempts: string | null;
  /** What is kept of the headers of the provider's answer: see `providers/kept-headers.ts`. */
  answerHeaders: string | null;
}

const SALT = randomBytes(4).toString('hex');
const COUNTERS = 36 ** 4;
const ID = /^req_([0-9a-z]{9})([0-9a-z]{4})([0-9a-f]{8})$/;
let counter = 0;
/** Many ids are made in the same millisecond, and writing a large number is slow. */
let prefixMs = Number.NaN;
let prefix = '';

/** `req_` and 21 characters that sort by time, then by order of making within this process. */
export function createRequestId(nowMs: number): string {
  if (nowMs !== prefixMs) {
    prefixMs = nowMs;
    prefix = `req_${nowMs.toString(36).padStart(9, '0')}`;
  }
  counter = (counter + 1) % COUNTERS;
  return `${prefix}${counter.toString(36).padStart(4, '0')}${SALT}`;
}

/** The time that an id of `createRequestId` was made for; undefined for any other. */
export function timeOfRequestId(id: string): number | undefined {
  const [, time] = ID.exec(id) ?? [];
  return time === undefined ? undefined : Number.parseInt(time, 36);
}

/**
 * A whole number below 2^53 that stands for an id among those of its millisecond: counter and salt, so that no two are alike. Ids of
 * another making get a hash.
 */
export function markOf(id: string): number {
  const [, , count, salt] = ID.exec(id) ?? [];
  if (count === undefined || salt === undefined) return hashOf(id);
  return Number.parseInt(count, 36) * 2 ** 32 + Number.parseInt(salt, 16);
}

/** FNV-1a, twice. */
function hashOf(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x1000193;
  for (let at = 0; at < text.length; at++) {
    low = Math.imul(low ^ text.charCodeAt(at), 0x01000193);
    high = Math.imul(high ^ text.charCodeAt(at), 0x85ebca6b);
  }
  return (high >>> 12) * 2 ** 32 + (low >>> 0);
}

/** Whether an id was made by this process: rows of an earlier one come back from the journal. */
export function isMadeHere(id: string): boolean {
  return id.endsWith(SALT);
}
