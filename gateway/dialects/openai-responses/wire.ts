import { createHash } from 'node:crypto';
import type { DialectName, Extra, JsonObject, Loss } from '../../chat.ts';
import { GatewayError } from '../../errors.ts';

/**
 * OpenAI's Responses (https://platform.openai.com/docs/api-reference/responses, read 2026-11-23). Provider rows name where they differ:
 *
 * - `noEncryptedReasoning`: knows no `encrypted_content`, so it is not asked for
 * - `reasoningText`: takes readable reasoning back, as `reasoning_text` (DeepSeek, LM Studio)
 */
type Quirk = 'noEncryptedReasoning' | 'reasoningText';

export const NAME = 'openai-responses' satisfies DialectName;

/** What every writer of a request carries along. */
export interface Writing {
  /** Dialect of the client. */
  dialect: DialectName;
  has(quirk: Quirk): boolean;
  lose(field: string, why: string): void;
}

interface LossList {
  add(field: string, why: string): void;
  /** One loss a reason: that of the first field, with how many others there were. */
  list(): Loss[];
}

export function createLossList(): LossList {
  const byReason = new Map<string, { field: string; others: Set<string> }>();
  return {
    add(field, why) {
      const known = byReason.get(why);
      if (known === undefined) byReason.set(why, { field, others: new Set() });
      else if (known.field !== field) known.others.add(field);
    },
    list: () =>
      [...byReason].map(([why, { field, others }]) => ({
        field,
        why: others.size === 0 ? why : `${why} (and ${others.size} more)`,
      })),
  };
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function objectsIn(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function refuse(field: string, wanted: string): never {
  throw new GatewayError('invalid_request', `${field} must be ${wanted}.`, { field });
}

export function unsupported(field: string, why: string): GatewayError {
  return new GatewayError('unsupported', `${field}: ${why}`, { field });
}

interface Kinds {
  string: string;
  number: number;
  boolean: boolean;
}

/** A field of the given type; absent and null are alike. Throws `invalid_request` for any other type. */
export function optional<K extends keyof Kinds>(
  from: JsonObject,
  key: string,
  kind: K,
  path = '',
): Kinds[K] | undefined {
  const value = from[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== kind) refuse(path + key, `a ${kind}`);
  return value as Kinds[K];
}

export function required(from: JsonObject, key: string, path: string): string {
  return optional(from, key, 'string', path) ?? refuse(path + key, 'a string');
}

/** Sets what is there, and leaves out what is not. */
export function put<T, K extends keyof T>(target: T, key: K, value: T[K] | undefined): void {
  if (value !== undefined) target[key] = value;
}

/** Fields that the reader does not know; null and empty lists say nothing and are left out. */
export function unknownFields(from: JsonObject, known: ReadonlySet<string>): Extra | undefined {
  let fields: JsonObject | undefined;
  for (const key in from) {
    const value = from[key];
    if (known.has(key) || value === null || (Array.isArray(value) && value.length === 0)) continue;
    fields ??= {};
    fields[key] = value;
  }
  return fields && { dialect: NAME, fields };
}

/** Puts back what `unknownFields` kept; fields of another dialect are lost. Nested objects are merged one level deep. */
export function writeExtra(target: JsonObject, extra: Extra | undefined, at: string, lose: Writing['lose']): void {
  if (extra === undefined) return;
  for (const key in extra.fields) {
    const value = extra.fields[key];
    const present = target[key];
    if (extra.dialect !== NAME) lose(`${at}${key}`, `unknown to ${NAME}`);
    else if (present === undefined) target[key] = value;
    else if (isObject(present) && isObject(value)) target[key] = { ...value, ...present };
  }
}

/** Longest `call_id` that OpenAI takes, in characters. */
const CALL_ID_LENGTH = 64;

/** The same id on every turn, so that calls and results keep finding each other without a memory. */
export function callId(id: string): string {
  if (id.length <= CALL_ID_LENGTH) return id;
  return `call_${createHash('sha256').update(id).digest('hex').slice(0, 40)}`;
}
