import type { Model } from '../../models/schema.ts';

/** Asks a local server: the JSON of its answer, or undefined where there is none of status 200. `body` makes it a POST. */
type Ask = (path: string, body?: object) => Promise<unknown>;

/** Lists the models of a server that runs; undefined where nobody, or somebody else, answers. */
export type List = (ask: Ask) => Promise<Model[] | undefined>;

type Json = Record<string, unknown>;

interface Facts {
  title?: string;
  aliases?: string[];
  contextTokens: number;
  vision?: boolean;
  tools?: boolean;
  reasoning?: boolean;
  /** It makes vectors and answers nothing. */
  embeds?: boolean;
  /** It only passes calls on to a service that has its price. */
  isRemote?: boolean;
}

/** What a server is assumed to take where it does not say: the least that any of them is started with. */
const LEAST_CONTEXT = 4096;

/** The models of each local provider, by the id of its row. */
export const LISTS: Readonly<Record<'ollama' | 'lmstudio' | 'vllm', () => List>> = {
  ollama: listOllama,
  lmstudio: () => listLmStudio,
  vllm: () => listVllm,
};

/**
 * `GET /api/tags`, and `POST /api/show` for each model that is new. Models that it relays to ollama.com (`remote_host`) are
 * not free (https://docs.ollama.com/api, read 2026-11-25).
 */
function listOllama(): List {
  const known = new Map<string, Facts | undefined>();
  return async (ask) => {
    const answer = await ask('/api/tags');
    if (!isObject(answer) || !Array.isArray(answer.models)) return undefined;
    const models: Model[] = [];
    for (const entry of objects(answer.models)) {
      const name = textOf(entry.model) ?? textOf(entry.name);
      if (name === undefined) continue;
      const key = `${name}@${textOf(entry.digest) ?? ''}`;
      if (!known.has(key)) known.set(key, ollamaFacts(entry, await ask('/api/show', { model: name })));
      const facts = known.get(key);
      if (facts === undefined) continue;
      // `llama3` and `llama3:latest` are one.
      const aliases = name.endsWith(':latest') ? [name.slice(0, -':latest'.length)] : [];
      models.push(modelOf('ollama', name, { ...facts, aliases }));
    }
    return models;
  };
}

/** Undefined: it neither answers nor makes vectors. */
function ollamaFacts(entry: Json, shown: unknown): Facts | undefined {
  const { capabilities, model_info: info } = isObject(shown) ? shown : {};
  const can = Array.isArray(capabilities) ? new Set(capabilities) : undefined;
  const embeds = can?.has('embedding') === true && !can.has('completion');
  if (can !== undefined && !can.has('completion') && !embeds) return undefined;
  const architecture = isObject(info) ? textOf(info['general.architecture']) : undefined;
  const trained = isObject(info) ? info[`${architecture}.context_length`] : undefined;
  return {
    contextTokens: countOf(trained) ?? LEAST_CONTEXT,
    vision: can?.has('vision') ?? false,
    tools: can?.has('tools') ?? false,
    reasoning: can?.has('thinking') ?? false,
    embeds,
    isRemote: textOf(entry.remote_host) !== undefined,
  };
}

/** `GET /api/v0/models` (https://lmstudio.ai/docs/app/api/endpoints/rest, read 2026-11-25). A model that is not loaded is loaded when it is called. */
const listLmStudio: List = async (ask) => {
  const answer = await ask('/api/v0/models');
  if (!isObject(answer) || !Array.isArray(answer.data)) return undefined;
  return objects(answer.data).flatMap((entry) => {
    const name = textOf(entry.id);
    if (name === undefined || !['llm', 'vlm', 'embeddings'].includes(String(entry.type))) return [];
    const can = Array.isArray(entry.capabilities) ? new Set(entry.capabilities) : new Set();
    const contextTokens = countOf(entry.loaded_context_length) ?? countOf(entry.max_context_length) ?? LEAST_CONTEXT;
    return modelOf('lmstudio', name, {
      contextTokens,
      vision: entry.type === 'vlm',
      tools: can.has('tool_use'),
      embeds: entry.type === 'embeddings',
    });
  });
};

/** `GET /v1/models` with `owned_by: vllm`: other servers like its port, too. It says nothing of what a model can do. */
const listVllm: List = async (ask) => {
  const answer = await ask('/v1/models');
  if (!isObject(answer) || !Array.isArray(answer.data)) return undefined;
  const own = objects(answer.data).filter((entry) => entry.owned_by === 'vllm');
  if (own.length === 0) return undefined;
  return own.flatMap((entry) => {
    const name = textOf(entry.id);
    return name === undefined
      ? []
      : modelOf('vllm', name, { contextTokens: countOf(entry.max_model_len) ?? LEAST_CONTEXT });
  });
};

function modelOf(provider: string, name: string, facts: Facts): Model {
  const {
    title = name,
    aliases = [],
    contextTokens,
    vision,
    tools,
    reasoning = false,
    embeds = false,
    isRemote,
  } = facts;
  return {
    id: `${provider}/${name}`,
    provider,
    name,
    title,
    ...(aliases.length > 0 && { aliases }),
    contextTokens,
    maxOutputTokens: embeds ? 1 : contextTokens,
    input: vision ? ['text', 'image'] : ['text'],
    output: embeds ? ['embedding'] : ['text'],
    capabilities: { tools: tools ?? false, structuredOutput: !embeds, reasoning, promptCaching: false, sampling: true },
    ...(!reasoning && { reasoningEfforts: [] }),
    prices: isRemote ? [] : [{ input: 0, output: 0 }],
    quality: [],
    ...(!isRemote && { priceSource: 'free: runs on your own machine' }),
  };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objects(values: readonly unknown[]): Json[] {
  return values.filter(isObject);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\x21-\x7e]{1,200}$/.test(value) ? value : undefined;
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
}
