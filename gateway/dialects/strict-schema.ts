import type { DialectName, JsonObject } from '../chat.ts';

/** Keywords that OpenAI's strict mode refuses (https://platform.openai.com/docs/guides/structured-outputs, read 2026-11). */
const REFUSED = [
  'allOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  'dependentRequired',
  'dependentSchemas',
  'patternProperties',
];

const LISTS = ['anyOf', 'prefixItems'];
const MAPS = ['properties', '$defs', 'definitions'];

/**
 * `strict` as it goes to OpenAI. What another dialect calls strict may lie outside of what OpenAI takes as such: then the schema guides and
 * no longer binds, and `lose` is told why.
 */
export function strictFor(
  { strict, schema }: { strict?: boolean; schema?: unknown },
  dialect: DialectName,
  lose: (why: string) => void,
): boolean | undefined {
  if (!strict || dialect === 'openai-chat' || dialect === 'openai-responses') return strict;
  const why = whyNotStrict(schema);
  if (why !== undefined) lose(`the schema guides but does not bind: ${why}`);
  return why === undefined;
}

/** Undefined where it is of the subset: all objects closed, all properties required. */
function whyNotStrict(schema: unknown): string | undefined {
  if (!isObject(schema)) return 'it is not an object';
  if (schema.type !== 'object') return 'its root is not an object';
  return fault(schema);
}

function fault(node: unknown): string | undefined {
  if (!isObject(node)) return undefined;
  const refused = REFUSED.find((key) => key in node);
  if (refused !== undefined) return `it uses ${refused}`;
  if (isObject(node.properties) || node.type === 'object') {
    if (node.additionalProperties !== false) return 'an object is open to other properties';
    const required = new Set<unknown>(Array.isArray(node.required) ? node.required : []);
    const optional = Object.keys(isObject(node.properties) ? node.properties : {}).find((name) => !required.has(name));
    if (optional !== undefined) return `the property ${optional} is not required`;
  }
  const inner = [
    node.items,
    ...LISTS.flatMap((key) => (Array.isArray(node[key]) ? (node[key] as unknown[]) : [])),
    ...MAPS.flatMap((key) => (isObject(node[key]) ? Object.values(node[key]) : [])),
  ];
  for (const each of inner) {
    const found = fault(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
