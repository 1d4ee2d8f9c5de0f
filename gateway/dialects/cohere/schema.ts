import type { JsonObject } from '../../chat.ts';
import { isObject } from './wire.ts';

/** Keywords that Cohere's structured outputs do not take (https://docs.cohere.com/docs/structured-outputs, read 2026-11). */
const REFUSED = new Set(
  (
    'allOf oneOf not if then else minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength minItems maxItems ' +
    'uniqueItems contains minContains maxContains prefixItems patternProperties propertyNames minProperties maxProperties ' +
    'dependentRequired dependentSchemas unevaluatedProperties unevaluatedItems'
  ).split(' '),
);
const FORMATS = new Set(['date-time', 'uuid', 'date', 'time']);
const MAPS = new Set(['properties', '$defs', 'definitions']);

/** The schema without what would be refused; `dropped` names the keywords that could not be carried. The input stays as it is. */
export function writeSchema(schema: unknown): { schema: unknown; dropped: string[] } {
  const dropped = new Set<string>();
  return { schema: narrow(schema, dropped), dropped: [...dropped] };
}

function narrow(node: unknown, dropped: Set<string>): unknown {
  if (!isObject(node)) return node;
  const out: JsonObject = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === 'oneOf' && Array.isArray(value)) {
      dropped.add('oneOf (it became anyOf)');
      out.anyOf = value.map((each) => narrow(each, dropped));
    } else if (REFUSED.has(key)) dropped.add(key);
    else if (key === 'format' && !FORMATS.has(String(value))) dropped.add(`format ${String(value)}`);
    else if (MAPS.has(key) && isObject(value))
      out[key] = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, narrow(inner, dropped)]));
    else if (key === 'items') out[key] = narrow(value, dropped);
    else if (key === 'anyOf' && Array.isArray(value)) out[key] = value.map((each) => narrow(each, dropped));
    else out[key] = value;
  }
  return out;
}
