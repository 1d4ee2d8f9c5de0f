import type { Extra, JsonObject, Loss } from '../../chat.ts';
import { GatewayError } from '../../errors.ts';

/** Keys that the readers look for, camel case → snake case: a closed set of literals, so it stays small. */
const SNAKE = new Map<string, string>();

/** A member by its camel-case name, in whichever of the two spellings it was sent. `null` counts as absent. */
export function field(object: JsonObject, name: string): unknown {
  const value = object[name];
  if (value !== undefined) return value ?? undefined;
  let snake = SNAKE.get(name);
  if (snake === undefined) {
    snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    SNAKE.set(name, snake);
  }
  return object[snake] ?? undefined;
}

/** Members that a reader does not know, as sent; undefined where there is none. `known` holds camel-case names. */
export function restOf(object: JsonObject, known: ReadonlySet<string>): JsonObject | undefined {
  let rest: JsonObject | undefined;
  for (const key of Object.keys(object)) {
    const name = key.includes('_') ? key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) : key;
    if (known.has(name) || object[key] === undefined) continue;
    rest ??= {};
    rest[key] = object[key];
  }
  return rest;
}

export function asExtra(fields: JsonObject | undefined): { extra?: Extra } {
  return fields === undefined ? {} : { extra: { dialect: 'gemini', fields } };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function invalid(path: string, wanted: string): GatewayError {
  return new GatewayError('invalid_request', `${path} must be ${wanted}.`, { field: path });
}

export function objectAt(value: unknown, path: string): JsonObject {
  if (isObject(value)) return value;
  throw invalid(path, 'an object');
}

export function arrayAt(value: unknown, path: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw invalid(path, 'an array');
}

export function stringAt(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw invalid(path, 'a string');
}

/** Google's JSON takes numbers as strings too. */
export function numberAt(value: unknown, path: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw invalid(path, 'a number');
}

/** Collects losses, each field once: a long history says the same loss in every turn. */
export interface Losses {
  list: Loss[];
  add(field: string, why: string): void;
  /** Reports each field of another dialect's extra. */
  addExtra(extra: Extra | undefined, path?: string): void;
}

export function createLosses(): Losses {
  const seen = new Set<string>();
  const list: Loss[] = [];
  function add(field: string, why: string): void {
    if (seen.has(field)) return;
    seen.add(field);
    list.push({ field, why });
  }
  return {
    list,
    add,
    addExtra(extra, path = '') {
      if (extra === undefined || extra.dialect === 'gemini') return;
      for (const key of Object.keys(extra.fields)) add(path + key, 'Gemini has no such field');
    },
  };
}
