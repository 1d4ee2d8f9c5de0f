import type { z } from 'zod';
import { type Configuration, configurationSchema } from '../../contract/config.ts';
import type { CustomProvider } from '../../contract/index.ts';
import { asGatewayError } from '../errors.ts';
import type { Declared } from '../index.ts';
import { refuseUnsafe } from '../providers/address.ts';
import { BUILT_IN } from '../providers/catalog.ts';
import { StartFailure } from './start-failure.ts';
import { shown, suggest } from './suggest.ts';

/** What a configuration file says, its secrets read. */
export interface ReadConfiguration {
  declared: Declared;
  keys: { provider: string; key: string; variable: string }[];
  baseUrls: Record<string, string>;
  /** Where a secret stands in plain text, as a path. */
  plain: string[];
}

interface Mistake {
  path: string;
  what: string;
}

type Reference = NonNullable<NonNullable<Configuration['providers']>[string]['key']>;

/**
 * Reads a configuration file and the variables that it names, which are then deleted from `environment`, as other keys are.
 * Throws a `StartFailure` that lists every mistake with its place.
 */
export function readConfiguration(
  file: string,
  text: string,
  environment: Record<string, string | undefined>,
): ReadConfiguration {
  const data = parseJson(file, text);
  const mistakes: Mistake[] = [];
  const parsed = configurationSchema.safeParse(data);
  if (!parsed.success) mistakes.push(...parsed.error.issues.flatMap(mistakesOf));
  // What can be understood of a file with mistakes is looked at all the same: nobody wants to be told one mistake at a time.
  const { providers = {}, aliases = {}, settings = {} } = (parsed.data ?? looseShape(data)) satisfies Configuration;
  const read: ReadConfiguration = {
    declared: { file, providers: {}, aliases, settings },
    keys: [],
    baseUrls: {},
    plain: [],
  };
  const taken = new Set<string>();

  /** The secret behind a reference; a mistake where its variable is not set. */
  function open(reference: Reference, path: string): string {
    if (typeof reference === 'string') {
      read.plain.push(path);
      return reference;
    }
    const value = environment[reference.env]?.trim();
    if (!value) mistakes.push({ path: `${path}.env`, what: `the variable ${shown(reference.env)} is not set` });
    else if (!/^[\x20-\x7e]+$/.test(value)) {
      mistakes.push({
        path: `${path}.env`,
        what: `the variable ${shown(reference.env)} holds characters that no header has`,
      });
    }
    taken.add(reference.env);
    return value ?? '';
  }

  for (const [id, { key, headers, ...definition }] of Object.entries(providers)) {
    const path = `providers.${id}`;
    mistakes.push(...(BUILT_IN.has(id) ? notBuiltIn(path, { ...definition, headers }) : notWhole(path, definition)));
    if (definition.baseUrl !== undefined) {
      mistakes.push(...unsafe(path, definition.baseUrl, definition.allowPlainHttp ?? BUILT_IN.has(id)));
    }
    if (key !== undefined) {
      const variable = typeof key === 'string' ? file : key.env;
      read.keys.push({ provider: id, key: open(key, `${path}.key`), variable });
    }
    if (BUILT_IN.has(id)) {
      if (definition.baseUrl !== undefined) read.baseUrls[id] = definition.baseUrl;
      continue;
    }
    const opened = Object.entries(headers ?? {}).map(([name, value]) => [
      name.toLowerCase(),
      open(value, `${path}.headers.${name}`),
    ]);
    read.declared.providers[id] = { ...definition, headers: Object.fromEntries(opened) } as CustomProvider;
  }
  if (mistakes.length > 0) throw new StartFailure(listOf(file, mistakes));
  for (const variable of taken) delete environment[variable];
  return read;
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : 'unreadable';
    throw new StartFailure(`The configuration file ${file} is not JSON: ${shown(why)}.`);
  }
}

/** The parts that have the shape of objects, so that more mistakes can be found in them. */
function looseShape(data: unknown): Configuration {
  const { providers } = isObject(data) ? data : {};
  if (!isObject(providers)) return {};
  const whole = Object.entries(providers).flatMap(([id, value]) => {
    const one = configurationSchema.shape.providers.unwrap().safeParse({ [id]: value });
    return one.success ? Object.entries(one.data) : [];
  });
  return { providers: Object.fromEntries(whole) };
}

function notBuiltIn(path: string, fields: object): Mistake[] {
  const others = Object.entries(fields).filter(([name, value]) => value !== undefined && name !== 'baseUrl');
  return others.map(([name]) => ({
    path: `${path}.${name}`,
    what: 'this provider is built in and takes only key and baseUrl; choose another id for one of your own',
  }));
}

function notWhole(path: string, fields: { baseUrl?: unknown; dialect?: unknown }): Mistake[] {
  return (['baseUrl', 'dialect'] as const).flatMap((name) =>
    fields[name] === undefined
      ? {
          path: `${path}.${name}`,
          what: `is missing: no built-in provider is called ${path.slice('providers.'.length)}`,
        }
      : [],
  );
}

function unsafe(path: string, baseUrl: string, allowPlainHttp: boolean): Mistake[] {
  try {
    refuseUnsafe(baseUrl, allowPlainHttp);
    return [];
  } catch (thrown) {
    return [{ path: `${path}.baseUrl`, what: asGatewayError(thrown).message }];
  }
}

function mistakesOf(issue: z.core.$ZodIssue): Mistake[] {
  const path = issue.path.map(String);
  if (issue.code === 'invalid_key') return [{ path: path.join('.'), what: issue.issues[0]?.message ?? issue.message }];
  if (issue.code !== 'unrecognized_keys') return [{ path: path.join('.'), what: issue.message }];
  const known = keysAt(configurationSchema, path);
  return issue.keys.map((key) => ({
    path: [...path, shown(key)].join('.'),
    what: `is not known. ${suggest(key, known)}`,
  }));
}

interface Schema {
  def?: object;
  shape?: Record<string, Schema>;
  valueType?: Schema;
}

/** The fields that the schema knows at a path. */
function keysAt(schema: Schema, path: readonly string[]): string[] {
  let at: Schema | undefined = schema;
  for (const name of path) {
    at = unwrapped(at);
    at = at?.shape?.[name] ?? at?.valueType;
  }
  return Object.keys(unwrapped(at)?.shape ?? {});
}

function unwrapped(schema: Schema | undefined): Schema | undefined {
  let at = schema;
  while (at?.shape === undefined && at?.def !== undefined && 'innerType' in at.def) at = at.def.innerType as Schema;
  return at;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(file: string, mistakes: readonly Mistake[]): string {
  const lines = mistakes.map(({ path, what }) => `  ${path || 'the whole file'}: ${what}`);
  return `The configuration file ${file} has ${lines.length === 1 ? 'a mistake' : `${lines.length} mistakes`}:\n${lines.join('\n')}`;
}
