import type { DialectName } from '../chat.ts';
import type { Quirk } from '../dialects/openai-chat/wire.ts';
import { GatewayError } from '../errors.ts';
import type { Model } from '../models/schema.ts';

/** Where a provider is and how it wants to be spoken to. */
export interface Provider {
  id: string;
  /** For people. */
  title: string;
  /** `https://api.openai.com` */
  origin: string;
  /** What the dialect's paths are added to: `/v1`. */
  basePath: string;
  dialect: DialectName;
  /** The header that carries the key, and what stands before the key in it; null: it takes none. */
  auth: { header: string; prefix: string } | null;
  /** It answers without a key as well; one that is there is sent. */
  keyless?: boolean;
  /** Sent with each call. */
  headers: Record<string, string>;
  /** Spellings in which it differs from its dialect; each dialect's `wire.ts` lists those that it knows. */
  quirks: readonly string[];
  /** Path of the cheapest call that needs a key: the list of models. */
  modelsPath: string;
  /** Tools that a request may declare; absent: as many as one likes, or nobody says. */
  mostTools?: number;
  /** The same provider as it is called under `/responses`, where it answers there too. */
  inResponses?: Provider;
}

/** OpenAI's limit ("array too long", seen 2025). That Groq and DeepSeek have the same is believed, not looked up. */
const MOST_TOOLS = 128;

/**
 * Each provider's own documentation is the source: platform.openai.com, docs.anthropic.com, ai.google.dev, docs.cohere.com;
 * of the speakers of OpenAI's dialect, the fixtures and `openai-chat/wire.ts`. */
const ROWS: readonly Provider[] = [
  {
    id: 'openai',
    title: 'OpenAI',
    origin: 'https://api.openai.com',
    basePath: '/v1',
    dialect: 'openai-chat',
    auth: { header: 'authorization', prefix: 'Bearer ' },
    headers: {},
    quirks: [],
    modelsPath: '/models',
    mostTools: MOST_TOOLS,
  },
  {
    id: 'anthropic',
    title: 'Anthropic',
    origin: 'https://api.anthropic.com',
    basePath: '/v1',
    dialect: 'anthropic',
    auth: { header: 'x-api-key', prefix: '' },
    headers: { 'anthropic-version': '2023-06-01' },
    quirks: [],
    modelsPath: '/models?limit=1',
  },
  {
    id: 'gemini',
    title: 'Google Gemini',
    origin: 'https://generativelanguage.googleapis.com',
    basePath: '/v1beta',
    dialect: 'gemini',
    auth: { header: 'x-goog-api-key', prefix: '' },
    headers: {},
    quirks: [],
    modelsPath: '/models?pageSize=1',
    // https://googleapis.github.io/java-genai, Tool.functionDeclarations (read 2026-11)
    mostTools: 512,
  },
  {
    id: 'cohere',
    title: 'Cohere',
    origin: 'https://api.cohere.com',
    // Chat lies under /v2, the list of models under /v1.
    basePath: '',
    dialect: 'cohere',
    auth: { header: 'authorization', prefix: 'Bearer ' },
    headers: {},
    quirks: [],
    modelsPath: '/v1/models?page_size=1',
  },
  ...[
    like('groq', {
      title: 'Groq',
      origin: 'https://api.groq.com',
      basePath: '/openai/v1',
      mostTools: MOST_TOOLS,
      quirks: ['groqFields', 'oneChoice', 'noNames', 'noFiles', 'reasoning'],
    }),
    like('mistral', {
      title: 'Mistral',
      origin: 'https://api.mistral.ai',
      quirks: [
        ...(['mistralFields', 'maxTokens', 'noStreamOptions', 'randomSeed', 'thinkingParts', 'documentUrl'] as const),
        ...(['shortIds', 'answerAfterTools'] as const),
      ],
    }),
    like('deepseek', {
      title: 'DeepSeek',
      origin: 'https://api.deepseek.com',
      mostTools: MOST_TOOLS,
      quirks: [
        ...(['maxTokens', 'noJsonSchema', 'noFiles', 'oneChoice'] as const),
        ...(['thinkingSwitch', 'reasoningContent', 'reasonedCalls'] as const),
      ],
    }),
    like('xai', {
      title: 'xAI',
      origin: 'https://api.x.ai',
      quirks: ['noFiles', 'reasoningContent', 'reasonsUnpenalized'],
    }),
    like('openrouter', {
      title: 'OpenRouter',
      origin: 'https://openrouter.ai',
      basePath: '/api/v1',
      quirks: ['topK', 'fileUrl', 'videoUrl', 'cacheControl', 'reasoningObject', 'reasoningDetails'],
      // Its list of models is open to all; this tells whose the key is.
      modelsPath: '/key',
    }),
    like('together', {
      title: 'Together',
      origin: 'https://api.together.xyz',
      quirks: ['maxTokens', 'topK', 'noFiles', 'reasoning'],
    }),
    like('cerebras', {
      title: 'Cerebras',
      origin: 'https://api.cerebras.ai',
      quirks: ['cerebrasFields', 'oneChoice', 'noFiles', 'reasoning'],
    }),
    local('ollama', {
      title: 'Ollama',
      origin: 'http://127.0.0.1:11434',
      quirks: ['maxTokens', 'noFiles', 'noImageUrl', 'oneChoice', 'reasoning'],
    }),
    local('lmstudio', {
      title: 'LM Studio',
      origin: 'http://127.0.0.1:1234',
      quirks: ['maxTokens', 'noFiles', 'noImageUrl', 'oneChoice', 'choiceWords', 'schemaOnly'],
    }),
    local('vllm', {
      title: 'vLLM',
      origin: 'http://127.0.0.1:8000',
      quirks: ['maxTokens', 'topK', 'videoUrl', 'noFiles', 'reasoning'],
    }),
  ],
];

type Unlike = Pick<Provider, 'title' | 'origin' | 'mostTools'> & {
  quirks: Quirk[];
  basePath?: string;
  modelsPath?: string;
};

/** A provider that speaks OpenAI's dialect, but for its quirks; `systemRole` and `functionsOnly` hold for all of them. */
function like(
  id: string,
  { title, origin, quirks, basePath = '/v1', modelsPath = '/models', mostTools }: Unlike,
): Provider {
  const auth = { header: 'authorization', prefix: 'Bearer ' };
  return {
    id,
    title,
    origin,
    basePath,
    dialect: 'openai-chat',
    auth,
    headers: {},
    quirks: ['systemRole', 'functionsOnly', ...quirks],
    modelsPath,
    ...(mostTools === undefined ? {} : { mostTools }),
  };
}

/** A server on this machine: found while it runs, and called without a key unless it is given one. */
function local(id: string, row: Unlike): Provider {
  return { ...like(id, row), keyless: true };
}

/** Ids of the rows. */
export const BUILT_IN: ReadonlySet<string> = new Set(ROWS.map(({ id }) => id));

/** Ids of providers on this machine. What they have is told by themselves, not by the registry. */
export const LOCAL: ReadonlySet<string> = new Set(ROWS.filter(({ keyless }) => keyless).map(({ id }) => id));

/** Providers that answer under `/responses` as well. xAI, Groq and OpenRouter have it too, but take less there than under Chat. */
const WITH_RESPONSES: ReadonlySet<string> = new Set(['openai']);

/** Models that answer in one of OpenAI's two APIs alone, by their names, for those that the registry does not know. */
const RESPONSES_ALONE = /^(?:gpt-[5-9][\d.]*-(?:.*-)?(?:pro|codex)|o\d-pro|codex-|o\d.*-deep-research|computer-use)/;
const CHAT_ALONE = /-(?:audio|search)(?:-|$)/;

/** Whether the gateway can call the model: there is a row for its provider, and a dialect for its API. */
export function isServed({ provider, api }: Model): boolean {
  return BUILT_IN.has(provider) && !LOCAL.has(provider) && (api !== 'responses' || WITH_RESPONSES.has(provider));
}

/**
 * The row in the dialect of one call. A client of Responses is answered in it, so that its bytes go untouched; others are called in
 * Chat, but for models that have Responses alone.
 */
export function rowFor(
  row: Provider,
  { name, model }: { name: string; model: Pick<Model, 'api'> | null },
  inbound: DialectName,
): Provider {
  const { inResponses } = row;
  if (inResponses === undefined || CHAT_ALONE.test(name)) return row;
  const needed = model === null ? RESPONSES_ALONE.test(name) : model.api === 'responses';
  return needed || inbound === 'openai-responses' ? inResponses : row;
}

/** Rows by id. `baseUrls` points providers elsewhere. Throws where one of them is not a URL. */
export function createCatalog(baseUrls: Readonly<Record<string, string>>): ReadonlyMap<string, Provider> {
  return new Map(
    ROWS.map((row) => {
      const elsewhere = baseUrls[row.id];
      return [row.id, inBoth(elsewhere === undefined ? row : { ...row, ...readBaseUrl(elsewhere, row) })];
    }),
  );
}

function inBoth(row: Provider): Provider {
  return WITH_RESPONSES.has(row.id)
    ? { ...row, inResponses: { ...row, dialect: 'openai-responses', quirks: [] } }
    : row;
}

/**
 * SDKs disagree on what a base URL is: OpenAI's ends in `/v1`, Anthropic's and Google's do not. Both spellings are taken:
 * where the path is bare, the default's is used.
 */
export function readBaseUrl(
  text: string,
  row: Pick<Provider, 'title' | 'basePath'>,
): { origin: string; basePath: string } {
  if (!URL.canParse(text)) {
    throw new GatewayError('invalid_request', `The base URL of ${row.title} is not a URL: ${text.slice(0, 200)}`);
  }
  const { origin, pathname } = new URL(text);
  const path = pathname.replace(/\/+$/, '');
  return { origin, basePath: path === '' ? row.basePath : path };
}
