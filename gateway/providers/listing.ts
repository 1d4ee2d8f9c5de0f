import type { DialectName } from '../chat.ts';

/** Where the models of a provider of that dialect are listed, below its base URL. */
export const LIST_PATHS: Readonly<Record<DialectName, string>> = {
  'openai-chat': '/models',
  'openai-responses': '/models',
  anthropic: '/models?limit=1000',
  gemini: '/models?pageSize=1000',
  cohere: '/v1/models?page_size=1000',
};

/** More than any provider lists; a list is kept in memory and shown. */
const MAX_NAMES = 2000;

/**
 * Names of the models in a list, whoever wrote it: `data[].id` (OpenAI, Anthropic), `models[].name` (Gemini, Cohere), or a bare
 * array of such (Together). Null where it is no list of models.
 */
export function readModelNames(json: unknown): string[] | null {
  const list = Array.isArray(json) ? json : isObject(json) ? (json.data ?? json.models) : undefined;
  if (!Array.isArray(list)) return null;
  const names = list.slice(0, MAX_NAMES).flatMap((entry: unknown) => nameOf(entry) ?? []);
  return [...new Set(names)];
}

function nameOf(entry: unknown): string | undefined {
  if (!isObject(entry)) return undefined;
  const name = entry.id ?? entry.name;
  return typeof name === 'string' && /^[\x21-\x7e]{1,200}$/.test(name) ? name.replace(/^models\//, '') : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
