import type { JsonObject } from '../../chat.ts';
import { field, isObject } from './fields.ts';

/**
 * What `parametersJsonSchema` and `responseJsonSchema` take: the JSON Schema keywords of
 * https://ai.google.dev/gemini-api/docs/structured-output and those of Google's own `Schema` (read 2026-08).
 */
const TAKEN = new Set(
  `$id $anchor $ref type format title description default enum nullable propertyOrdering required minItems maxItems minimum maximum
  minLength maxLength pattern minProperties maxProperties`.split(/\s+/),
);
const SUBSCHEMAS = new Set(['items', 'additionalProperties']);
const SUBSCHEMA_LISTS = new Set(['prefixItems', 'anyOf', 'oneOf']);
const SUBSCHEMA_MAPS = new Set(['properties', '$defs', 'definitions']);
/** They say nothing of the values: dropped without a word. */
const SILENT = new Set(['$schema', '$comment', '$vocabulary', 'deprecated', 'readOnly', 'writeOnly', 'discriminator']);
const COUNTS = new Set(['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties']);

/**
 * JSON Schema → Gemini's subset of it, the given one left as it is. Rewritten where that loses nothing: `const` → `enum`,
 * `definitions` → `$defs`, `allOf` of plain objects → one object, exclusive bounds of integers, words beside a `$ref` (which must stand
 * alone). `dropped` names the keywords that could not be carried.
 */
export function writeSchema(schema: unknown): { schema: unknown; dropped: string[] } {
  const dropped = new Set<string>();
  const written = writeNode(schema, dropped);
  return { schema: written, dropped: [...dropped] };
}

function writeNode(node: unknown, dropped: Set<string>): unknown {
  if (!isObject(node)) return node === false ? { enum: [] } : {};
  const flat = flattenAllOf(node, dropped);
  const out: JsonObject = {};
  for (const [key, value] of Object.entries(flat)) writeKeyword(key, value, { node: flat, out, dropped });
  return out.$ref !== undefined && Object.keys(out).some((key) => !key.startsWith('$')) ? besideReference(out) : out;
}

interface Place {
  node: JsonObject;
  out: JsonObject;
  dropped: Set<string>;
}

function writeKeyword(key: string, value: unknown, { node, out, dropped }: Place): void {
  if (key === '$ref' && typeof value === 'string') out.$ref = value.replace(/^#\/definitions\//, '#/$defs/');
  else if (TAKEN.has(key)) out[key] = value;
  else if (SUBSCHEMAS.has(key))
    out[key] = typeof value === 'boolean' && key === 'additionalProperties' ? value : writeNode(value, dropped);
  else if (SUBSCHEMA_LISTS.has(key) && Array.isArray(value)) out[key] = value.map((item) => writeNode(item, dropped));
  else if (SUBSCHEMA_MAPS.has(key) && isObject(value))
    out[key === 'definitions' ? '$defs' : key] = mapNodes(value, dropped);
  else if (key === 'const' && (typeof value === 'string' || typeof value === 'number')) {
    out.enum = [value];
    out.type ??= typeof value;
  } else if (key === 'exclusiveMinimum' && node.type === 'integer' && typeof value === 'number')
    out.minimum = Math.floor(value) + 1;
  else if (key === 'exclusiveMaximum' && node.type === 'integer' && typeof value === 'number')
    out.maximum = Math.ceil(value) - 1;
  else if (!SILENT.has(key)) dropped.add(key);
}

function mapNodes(nodes: JsonObject, dropped: Set<string>): JsonObject {
  return Object.fromEntries(Object.entries(nodes).map(([name, node]) => [name, writeNode(node, dropped)]));
}

/** Gemini takes nothing but `$…` keywords next to a `$ref`: the reference moves into an `anyOf` of one. */
function besideReference(out: JsonObject): JsonObject {
  const { $ref, ...rest } = out;
  return { ...rest, anyOf: [...(Array.isArray(rest.anyOf) ? rest.anyOf : []), { $ref }] };
}

/** One reference, or object schemas without references, can be told in one schema; anything else is dropped by name. */
function flattenAllOf(node: JsonObject, dropped: Set<string>): JsonObject {
  const { allOf, ...rest } = node;
  if (allOf === undefined) return node;
  const members = Array.isArray(allOf) ? allOf.filter(isObject) : [];
  const plain = members.every((member) => member.$ref === undefined && member.allOf === undefined);
  if (members.length === 1 && rest.$ref === undefined) return { ...members[0], ...rest };
  if (!plain) {
    dropped.add('allOf');
    return rest;
  }
  const merged: JsonObject = {};
  for (const member of [...members, rest]) {
    const properties = {
      ...(merged.properties as JsonObject | undefined),
      ...(member.properties as JsonObject | undefined),
    };
    const required = [...listOf(merged.required), ...listOf(member.required)];
    Object.assign(merged, member);
    if (Object.keys(properties).length > 0) merged.properties = properties;
    if (required.length > 0) merged.required = [...new Set(required)];
  }
  return merged;
}

/**
 * Google's OpenAPI `Schema` (`parameters`, `responseSchema`) → JSON Schema: upper-case types, `nullable`, counts as strings,
 * `propertyOrdering` (told by the order of the properties), `example`.
 */
export function readSchema(node: unknown): unknown {
  if (!isObject(node)) return node;
  const out: JsonObject = {};
  for (const name of Object.keys(node)) {
    const key = name.includes('_') ? name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) : name;
    const value = node[name];
    if (key === 'nullable' || key === 'propertyOrdering') continue;
    if (key === 'type' && typeof value === 'string') {
      if (value !== 'TYPE_UNSPECIFIED') out.type = value.toLowerCase();
    } else if (key === 'example') out.examples = [value];
    else if (key === 'properties' && isObject(value))
      out.properties = readProperties(value, field(node, 'propertyOrdering'));
    else if (SUBSCHEMAS.has(key)) out[key] = readSchema(value);
    else if (SUBSCHEMA_LISTS.has(key) && Array.isArray(value)) out[key] = value.map(readSchema);
    else if (COUNTS.has(key) && typeof value === 'string' && /^\d+$/.test(value)) out[key] = Number(value);
    else out[key] = value;
  }
  return node.nullable === true ? withNull(out) : out;
}

function readProperties(properties: JsonObject, order: unknown): JsonObject {
  const first = listOf(order).filter(
    (name): name is string => typeof name === 'string' && Object.hasOwn(properties, name),
  );
  const names = [...new Set([...first, ...Object.keys(properties)])];
  return Object.fromEntries(names.map((name) => [name, readSchema(properties[name])]));
}

function withNull(schema: JsonObject): JsonObject {
  if (Array.isArray(schema.enum) && !schema.enum.includes(null)) schema.enum = [...schema.enum, null];
  if (typeof schema.type === 'string') return { ...schema, type: [schema.type, 'null'] };
  if (Array.isArray(schema.anyOf)) return { ...schema, anyOf: [...schema.anyOf, { type: 'null' }] };
  return schema;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
