import type { Extra, JsonObject } from '../../chat.ts';
import { GatewayError } from '../../errors.ts';

/**
 * What the Messages API gives at most four of: cache breakpoints in one request
 * (https://platform.claude.com/docs/en/build-with-claude/prompt-caching, read 2026-11).
 */
export const MAX_CACHE_MARKS = 4;

/** Ids of tool calls and names of tools are made of these characters only. */
export const SAFE_WORD = /^[a-zA-Z0-9_-]+$/;

/** A 400 that names the field of the request which is wrong. */
export function invalid(field: string, message: string): GatewayError {
  return new GatewayError('invalid_request', `${field}: ${message}`, { field });
}

/** A 400 for what the Messages API has no form for. */
export function unsupported(field: string, message: string): GatewayError {
  return new GatewayError('unsupported', `${field}: ${message}`, { field });
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectAt(value: unknown, field: string): JsonObject {
  if (!isObject(value)) throw invalid(field, 'must be an object.');
  return value;
}

export function listAt(value: unknown, field: string): unknown[] {
  if (!Array.isArray(value)) throw invalid(field, 'must be an array.');
  return value;
}

export function textAt(value: unknown, field: string): string {
  if (typeof value !== 'string') throw invalid(field, 'must be a string.');
  return value;
}

/** Undefined where the field is absent or null. */
export function optionalText(value: unknown, field: string): string | undefined {
  return value === undefined || value === null ? undefined : textAt(value, field);
}

/** Undefined where the field is absent or null. */
export function optionalNumber(value: unknown, field: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw invalid(field, 'must be a number.');
  return value;
}

/** Undefined where the field is absent or null. */
export function optionalBoolean(value: unknown, field: string): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw invalid(field, 'must be true or false.');
  return value;
}

/** What is left of a wire object without its known fields and its nulls. */
export function leftover(object: JsonObject, known: ReadonlySet<string>): Extra | undefined {
  let fields: JsonObject | undefined;
  for (const key in object) {
    if (known.has(key) || object[key] === null || object[key] === undefined) continue;
    fields ??= {};
    fields[key] = object[key];
  }
  return fields && { dialect: 'anthropic', fields };
}
