import type { JsonObject } from '../../chat.ts';
import type { LossLog } from './losses.ts';
import { isObject } from './wire.ts';

/**
 * Keywords that Anthropic's structured outputs refuse
 * (https://platform.claude.com/docs/en/build-with-claude/structured-outputs, read 2026-11).
 */
const REFUSED = new Set(
  (
    'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength maxItems uniqueItems contains ' +
    'minContains maxContains minProperties maxProperties patternProperties propertyNames dependentRequired ' +
    'dependentSchemas unevaluatedProperties unevaluatedItems not if then else'
  ).split(' '),
);

const FORMATS = new Set('date-time time date duration email hostname uri ipv4 ipv6 uuid'.split(' '));

/** Keywords whose value is a map of schemas, a list of schemas, one schema. */
const MAPS = new Set(['properties', '$defs', 'definitions']);
const LISTS = new Set(['anyOf', 'allOf', 'oneOf', 'prefixItems']);
const SINGLE = new Set(['items']);

/**
 * The schema as far as Anthropic's subset carries it: refused keywords are left out, objects are closed, `oneOf` becomes
 * `anyOf`. Each kind of change is reported once under `field`. The input stays as it is.
 */
export function narrowSchema(schema: unknown, field: string, losses: LossLog): unknown {
  if (!isObject(schema)) return schema;
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    if (REFUSED.has(key)) losses.add(field, `the keyword ${key} is not supported`);
    else if (key === 'minItems' && typeof value === 'number' && value > 1) {
      losses.add(field, 'the keyword minItems is supported up to 1');
      result.minItems = 1;
    } else if (key === 'format' && !FORMATS.has(String(value))) {
      losses.add(field, `the format ${String(value)} is not supported`);
    } else if (key === 'oneOf') {
      losses.add(field, 'the keyword oneOf became anyOf');
      result.anyOf = narrowAny(key, value, field, losses);
    } else if (key !== 'additionalProperties') result[key] = narrowAny(key, value, field, losses);
  }
  if (isObjectSchema(schema)) {
    if (schema.additionalProperties !== false) {
      losses.add(field, 'objects were closed: additionalProperties must be false');
    }
    result.additionalProperties = false;
  }
  return result;
}

function narrowAny(key: string, value: unknown, field: string, losses: LossLog): unknown {
  if (SINGLE.has(key)) return narrowSchema(value, field, losses);
  if (LISTS.has(key) && Array.isArray(value)) return value.map((item) => narrowSchema(item, field, losses));
  if (!MAPS.has(key) || !isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, narrowSchema(inner, field, losses)]));
}

function isObjectSchema(schema: JsonObject): boolean {
  const { type } = schema;
  if (Array.isArray(type)) return type.includes('object');
  return type === 'object' || (type === undefined && schema.properties !== undefined);
}
