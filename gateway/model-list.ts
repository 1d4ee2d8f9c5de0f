import type { ClientDialect, JsonObject } from './chat.ts';
import { GatewayError } from './errors.ts';
import type { Model } from './models/schema.ts';

/** A name that a client may ask for. */
export interface ListedModel {
  id: string;
  provider: string;
  /** Milliseconds since the epoch; 0 where it is unknown. */
  createdAtMs: number;
  /** Undefined for `auto`, aliases, and what the registry does not know. */
  model?: Model | undefined;
}

/** The most that a client may ask for at once, as Anthropic and Google have it. */
const PAGE = 1000;

/** The list in the shape of a dialect. `query` pages through it as the dialect does; without it all are told at once. */
export function writeModelList(
  models: readonly ListedModel[],
  dialect: ClientDialect,
  query: URLSearchParams,
): JsonObject {
  if (dialect === 'anthropic') return writeAnthropicList(models, query);
  if (dialect === 'gemini') return writeGeminiList(models, query);
  return { object: 'list', data: models.map((model) => writeModel(model, dialect)) };
}

/** One of them, by its id or by the provider's own name. Throws `unknown_model`. */
export function findModel(models: readonly ListedModel[], asked: string): ListedModel {
  const id = asked.replace(/^models\//, '');
  const found = models.find((model) => model.id === id) ?? models.find((model) => isNamed(model, id));
  if (found !== undefined) return found;
  throw new GatewayError(
    'unknown_model',
    `No model is called "${id.slice(0, 80)}". The list of models has all names.`,
    {
      field: 'model',
    },
  );
}

/** What Google's clients may call of a model. */
const ANSWERS = ['generateContent', 'streamGenerateContent', 'countTokens'];
const VECTORS = ['embedContent', 'batchEmbedContents', 'countTokens'];

const isNamed = ({ id, model }: ListedModel, name: string): boolean =>
  model === undefined
    ? id.slice(id.indexOf('/') + 1) === name
    : model.name === name || model.aliases?.includes(name) === true;

export function writeModel(listed: ListedModel, dialect: ClientDialect): JsonObject {
  const { id, provider, createdAtMs, model } = listed;
  if (dialect === 'anthropic') return writeAnthropicModel(listed);
  if (dialect !== 'gemini') return { id, object: 'model', created: Math.floor(createdAtMs / 1000), owned_by: provider };
  return {
    name: `models/${id}`,
    version: model?.name ?? id,
    displayName: model?.title ?? id,
    ...(model === undefined ? {} : { inputTokenLimit: model.maxInputTokens ?? model.contextTokens }),
    ...(model === undefined ? {} : { outputTokenLimit: model.maxOutputTokens }),
    supportedGenerationMethods: model?.output.includes('embedding') ? VECTORS : ANSWERS,
    ...(model === undefined ? {} : { thinking: model.capabilities.reasoning }),
  };
}

/** https://platform.claude.com/docs/en/api/models-list (read 2026-11). What is not known of a model is null. */
function writeAnthropicModel({ id, createdAtMs, model }: ListedModel): JsonObject {
  return {
    type: 'model',
    id,
    display_name: model?.title ?? id,
    created_at: new Date(createdAtMs).toISOString(),
    max_input_tokens: model === undefined ? null : (model.maxInputTokens ?? model.contextTokens),
    max_tokens: model?.maxOutputTokens ?? null,
    capabilities: null,
    lifecycle: model?.status === 'deprecated' ? 'deprecated' : 'active',
    line: null,
    deprecated_at: null,
    retires_at: model?.retires === undefined ? null : `${model.retires}T00:00:00Z`,
  };
}

function writeAnthropicList(models: readonly ListedModel[], query: URLSearchParams): JsonObject {
  const limit = readSize(query.get('limit'), 'limit');
  const after = query.get('after_id');
  const before = query.get('before_id');
  const place = (id: string) => models.findIndex((model) => model.id === id);
  const end = before === null ? models.length : Math.max(place(before), 0);
  const start = after !== null ? place(after) + 1 : before === null ? 0 : Math.max(end - limit, 0);
  const page = models.slice(start, Math.min(start + limit, end));
  const more = before === null ? start + limit < models.length : start > 0;
  return {
    data: page.map(writeAnthropicModel),
    has_more: more,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}

function writeGeminiList(models: readonly ListedModel[], query: URLSearchParams): JsonObject {
  const size = readSize(query.get('pageSize'), 'pageSize');
  const start = readSize(query.get('pageToken') ?? '0', 'pageToken', models.length);
  const rest = start + size < models.length ? { nextPageToken: String(start + size) } : {};
  return { models: models.slice(start, start + size).map((model) => writeModel(model, 'gemini')), ...rest };
}

function readSize(text: string | null, field: string, most = PAGE): number {
  if (text === null) return Number.MAX_SAFE_INTEGER;
  const size = Number(text);
  if (Number.isInteger(size) && size >= 0 && text !== '') return Math.min(size, most);
  throw new GatewayError('invalid_request', `${field} must be a whole number.`, { field });
}
