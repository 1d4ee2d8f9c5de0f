import { isDeepStrictEqual } from 'node:util';
import { dotenv } from './dotenv.ts';
import type { Format } from './format.ts';
import { jsonc } from './jsonc.ts';
import { type Entry, nameOf, valueAt, withoutEmpty, withValue } from './path.ts';
import { toml } from './toml.ts';
import { yaml } from './yaml.ts';

export type { Format } from './format.ts';
export { type Entry, isEmpty, isObject, nameOf, type Path, valueAt } from './path.ts';

export const formats = { jsonc, yaml, toml, dotenv } satisfies Record<string, Format>;
export type FormatName = keyof typeof formats;

/**
 * The text with the entries set, all else byte for byte as it was. Parsed, it is exactly what it was with the entries set (tables that
 * only an entry was in go with it): anything else throws a `SyntaxError`, as does a text that cannot be read.
 */
export function edit(format: Format, text: string, entries: readonly Entry[]): string {
  let now = text;
  let wanted = format.parse(text);
  for (const { path, value } of entries) {
    if (isDeepStrictEqual(valueAt(wanted, path), value)) continue;
    wanted = expect(wanted, path, value);
    now = format.set(now, path, value);
    const parsed = format.parse(now);
    if (value === undefined && isDeepStrictEqual(parsed, withoutEmpty(wanted, path))) wanted = parsed;
    if (!isDeepStrictEqual(parsed, wanted)) {
      throw new SyntaxError(`"${nameOf(path)}" stands there in a way that cannot be changed safely`);
    }
  }
  return now;
}

function expect(before: unknown, path: Entry['path'], value: unknown): unknown {
  try {
    return withValue(before, path, value);
  } catch (thrown) {
    throw new SyntaxError(`"${nameOf(path)}" cannot be set: something else is in its place`, { cause: thrown });
  }
}
