/** One model to be listed. Everything that is not said here comes from the sources. */
export interface Listing {
  provider: string;
  /** The provider's own name. */
  name: string;
  /** Key of the model in `quality.json`, where it is not `provider/name`. Null: unrated. */
  base?: string | null;
  /** What the model does when the client asks for no effort, where OpenRouter's listing does not say, or says it of its own default. */
  effort?: string;
  /** Rated as its base is at this effort: it is the base with more computation, and nobody measured it by itself. */
  standsAt?: string;
  aliases?: string[];
  /** It makes vectors and answers nothing. */
  embeds?: true;
  /** An old name that a newer model serves. */
  superseded?: boolean;
  /** Id in OpenRouter's listing, where the provider's prefix and the name do not make it. */
  openrouter?: string;
}

type Row = string | [name: string, extra: Omit<Listing, 'provider' | 'name'>];

function rows(provider: string, list: Row[]): Listing[] {
  return list.map((row) => (typeof row === 'string' ? { provider, name: row } : { provider, name: row[0], ...row[1] }));
}

const gptOss120 = { base: 'open/gpt-oss-120b', effort: 'medium' };
const gptOss20 = { base: 'open/gpt-oss-20b', effort: 'medium' };

/** Nobody rates a model that answers nothing. */
const embeds = { base: null, embeds: true } as const;

/**
 * Which models are listed: those that a provider still serves and that someone would choose today, latest generation
 * first. No source says this, so it is written by hand; dates of retirement are checked by the script.
 */
export const CATALOGUE: Listing[] = [
  ...rows('openai', [
    ['gpt-5.6-sol', { aliases: ['gpt-5.6'] }],
    'gpt-5.6-terra',
    'gpt-5.6-luna',
    'gpt-5.5',
    ['gpt-5.5-pro', { base: 'openai/gpt-5.5', standsAt: 'xhigh' }],
    ['gpt-5.4', { effort: 'none' }],
    ['gpt-5.4-pro', { base: 'openai/gpt-5.4', standsAt: 'xhigh' }],
    ['gpt-5.4-mini', { effort: 'none' }],
    ['gpt-5.4-nano', { effort: 'none' }],
    'gpt-5.3-codex',
    ['gpt-5.2', { effort: 'none' }],
    ['gpt-5.2-pro', { base: 'openai/gpt-5.2', standsAt: 'xhigh' }],
    ['gpt-5.2-codex', { base: 'openai/gpt-5.2', effort: 'medium' }],
    ['gpt-5.1', { effort: 'none' }],
    ['gpt-5.1-codex', { base: 'openai/gpt-5.1', effort: 'medium' }],
    ['gpt-5.1-codex-max', { base: 'openai/gpt-5.1', effort: 'medium' }],
    ['gpt-5.1-codex-mini', { base: 'openai/gpt-5-mini', effort: 'medium' }],
    'gpt-5',
    ['gpt-5-pro', { base: 'openai/gpt-5', standsAt: 'high' }],
    ['gpt-5-codex', { base: 'openai/gpt-5', effort: 'medium' }],
    'gpt-5-mini',
    'gpt-5-nano',
    'gpt-4.1',
    'gpt-4.1-mini',
    'gpt-4.1-nano',
    'gpt-4o',
    'gpt-4o-mini',
    'o3',
    'o3-pro',
    ['o4-mini', { effort: 'medium' }],
    'o3-mini',
    ['text-embedding-3-small', embeds],
    ['text-embedding-3-large', embeds],
    ['text-embedding-ada-002', embeds],
  ]),
  ...rows('anthropic', [
    'claude-fable-5',
    'claude-opus-5',
    ['claude-opus-4-8', { effort: 'none' }],
    ['claude-opus-4-7', { effort: 'none' }],
    ['claude-opus-4-6', { effort: 'none' }],
    ['claude-opus-4-5', { effort: 'none' }],
    'claude-sonnet-5',
    ['claude-sonnet-4-6', { effort: 'none' }],
    ['claude-sonnet-4-5', { effort: 'none' }],
    ['claude-haiku-4-5', { effort: 'none' }],
  ]),
  ...rows('gemini', [
    'gemini-3.6-flash',
    'gemini-3.5-flash',
    'gemini-3.5-flash-lite',
    ['gemini-3.1-pro-preview', { effort: 'high' }],
    'gemini-3.1-flash-lite',
    ['gemini-3-flash-preview', { effort: 'high' }],
    ['gemini-2.5-pro', { effort: 'default' }],
    ['gemini-2.5-flash', { effort: 'thinking' }],
    ['gemini-2.5-flash-lite', { effort: 'none' }],
    ['gemma-4-31b-it', { base: 'google/gemma-4-31b', effort: 'none' }],
    ['gemini-embedding-001', embeds],
  ]),
  ...rows('groq', [
    ['openai/gpt-oss-120b', gptOss120],
    ['openai/gpt-oss-20b', gptOss20],
    ['llama-3.3-70b-versatile', { base: 'open/llama-3.3-70b' }],
    ['llama-3.1-8b-instant', { base: 'open/llama-3.1-8b' }],
    ['meta-llama/llama-4-scout-17b-16e-instruct', { base: 'open/llama-4-scout' }],
    ['qwen/qwen3-32b', { base: 'open/qwen3-32b', effort: 'thinking' }],
  ]),
  ...rows('mistral', [
    [
      'mistral-medium-2604',
      {
        base: 'mistral/mistral-medium-3.5',
        effort: 'default',
        aliases: ['mistral-medium-3-5', 'mistral-medium-latest'],
        openrouter: 'mistralai/mistral-medium-3-5',
      },
    ],
    [
      'mistral-medium-2508',
      {
        base: 'mistral/mistral-medium-3.1',
        aliases: ['mistral-medium-3-1-2508'],
        openrouter: 'mistralai/mistral-medium-3.1',
      },
    ],
    ['mistral-large-2512', { base: 'mistral/mistral-large-3', aliases: ['mistral-large-3', 'mistral-large-latest'] }],
    ['mistral-small-2603', { base: 'mistral/mistral-small-4', effort: 'none', aliases: ['mistral-small-latest'] }],
    [
      'mistral-small-2506',
      {
        base: 'mistral/mistral-small-3.2',
        aliases: ['mistral-small-3-2-2506'],
        openrouter: 'mistralai/mistral-small-3.2-24b-instruct',
      },
    ],
    ['magistral-medium-latest', { base: 'mistral/magistral-medium', aliases: ['magistral-medium-2509'] }],
    ['codestral-2508', { base: 'mistral/codestral', aliases: ['codestral-latest'] }],
    ['devstral-2512', { base: 'mistral/devstral-2', aliases: ['devstral-latest', 'devstral-medium-latest'] }],
    [
      'ministral-3-14b-2512',
      { base: 'mistral/ministral-3-14b', openrouter: 'mistralai/ministral-14b-2512', aliases: ['ministral-14b-2512'] },
    ],
    ['ministral-8b-2512', { base: 'mistral/ministral-3-8b', aliases: ['ministral-8b-latest', 'ministral-3-8b-2512'] }],
    [
      'ministral-3-3b-2512',
      { base: 'mistral/ministral-3-3b', openrouter: 'mistralai/ministral-3b-2512', aliases: ['ministral-3b-2512'] },
    ],
    ['mistral-embed', embeds],
  ]),
  ...rows('cohere', [
    ['command-a-plus-05-2026', { base: 'cohere/command-a-plus' }],
    ['command-a-reasoning-08-2025', { base: 'cohere/command-a-reasoning' }],
    ['command-a-03-2025', { base: 'cohere/command-a', openrouter: 'cohere/command-a' }],
    ['command-a-vision-07-2025', { base: null }],
    ['command-r-plus-08-2024', { base: 'cohere/command-r-plus' }],
    ['command-r-08-2024', { base: 'cohere/command-r' }],
    ['command-r7b-12-2024', { base: 'cohere/command-r7b' }],
    ['north-mini-code-1-0', { base: 'cohere/north-mini-code', openrouter: 'cohere/north-mini-code:free' }],
    ['embed-v4.0', embeds],
  ]),
  ...rows('deepseek', [
    ['deepseek-v4-pro', { effort: 'high' }],
    ['deepseek-v4-flash', { effort: 'high' }],
    ['deepseek-chat', { base: 'deepseek/deepseek-v4-flash', effort: 'none', openrouter: '', superseded: true }],
    ['deepseek-reasoner', { base: 'deepseek/deepseek-v4-flash', effort: 'high', openrouter: '', superseded: true }],
  ]),
  ...rows('xai', [
    'grok-4.5',
    ['grok-4.3', { effort: 'low' }],
    [
      'grok-4.20-0309-reasoning',
      {
        base: 'xai/grok-4.20',
        effort: 'thinking',
        aliases: ['grok-4.20', 'grok-4.20-beta-0309-reasoning'],
        openrouter: 'x-ai/grok-4.20',
      },
    ],
    [
      'grok-4.20-0309-non-reasoning',
      {
        base: 'xai/grok-4.20',
        effort: 'none',
        aliases: ['grok-4.20-beta-0309-non-reasoning'],
        openrouter: 'x-ai/grok-4.20',
      },
    ],
    ['grok-build-0.1', { base: null }],
  ]),
  ...rows('openrouter', [
    ['anthropic/claude-opus-5', { base: 'anthropic/claude-opus-5' }],
    ['anthropic/claude-opus-4.8', { base: 'anthropic/claude-opus-4-8', effort: 'none' }],
    ['anthropic/claude-sonnet-5', { base: 'anthropic/claude-sonnet-5' }],
    ['anthropic/claude-haiku-4.5', { base: 'anthropic/claude-haiku-4-5', effort: 'none' }],
    ['openai/gpt-5.6-sol', { base: 'openai/gpt-5.6-sol' }],
    ['openai/gpt-5.6-terra', { base: 'openai/gpt-5.6-terra' }],
    ['openai/gpt-5.6-luna', { base: 'openai/gpt-5.6-luna' }],
    ['openai/gpt-5.5', { base: 'openai/gpt-5.5' }],
    ['openai/gpt-5.4-mini', { base: 'openai/gpt-5.4-mini', effort: 'none' }],
    ['openai/gpt-5-nano', { base: 'openai/gpt-5-nano' }],
    ['google/gemini-3.1-pro-preview', { base: 'google/gemini-3.1-pro-preview', effort: 'high' }],
    ['google/gemini-3.6-flash', { base: 'google/gemini-3.6-flash' }],
    ['google/gemini-3.5-flash-lite', { base: 'google/gemini-3.5-flash-lite' }],
    ['google/gemini-2.5-flash', { base: 'google/gemini-2.5-flash', effort: 'thinking' }],
    ['google/gemma-4-31b-it', { base: 'google/gemma-4-31b', effort: 'none' }],
    ['x-ai/grok-4.5', { base: 'xai/grok-4.5' }],
    ['x-ai/grok-4.3', { base: 'xai/grok-4.3' }],
    ['deepseek/deepseek-v4-pro', { base: 'deepseek/deepseek-v4-pro', effort: 'high' }],
    ['deepseek/deepseek-v4-flash', { base: 'deepseek/deepseek-v4-flash', effort: 'high' }],
    'qwen/qwen3.7-max',
    'qwen/qwen3.7-plus',
    'qwen/qwen3.6-27b',
    'qwen/qwen3-coder-next',
    ['mistralai/mistral-medium-3-5', { base: 'mistral/mistral-medium-3.5', effort: 'default' }],
    ['mistralai/mistral-small-2603', { base: 'mistral/mistral-small-4', effort: 'none' }],
    ['openai/gpt-oss-120b', gptOss120],
    ['openai/gpt-oss-20b', gptOss20],
    ['meta-llama/llama-3.3-70b-instruct', { base: 'open/llama-3.3-70b' }],
    ['meta-llama/llama-4-maverick', { base: 'open/llama-4-maverick' }],
    ['openrouter/auto', { base: null }],
  ]),
  ...rows('ollama', [
    ['gpt-oss:120b', gptOss120],
    ['gpt-oss:20b', gptOss20],
    ['qwen3:32b', { base: 'open/qwen3-32b', effort: 'thinking' }],
    ['qwen3:14b', { base: 'open/qwen3-14b', effort: 'thinking' }],
    ['qwen3:8b', { base: 'open/qwen3-8b', effort: 'thinking' }],
    ['qwen3-coder:30b', { base: 'open/qwen3-coder-30b' }],
    ['llama3.3:70b', { base: 'open/llama-3.3-70b' }],
    ['llama3.1:8b', { base: 'open/llama-3.1-8b' }],
    ['llama3.2:3b', { base: 'open/llama-3.2-3b' }],
    ['gemma3:27b', { base: 'google/gemma-3-27b' }],
    ['gemma3:12b', { base: 'google/gemma-3-12b' }],
    ['mistral-small3.2:24b', { base: 'mistral/mistral-small-3.2' }],
    ['deepseek-r1:70b', { base: 'open/deepseek-r1-distill-llama-70b' }],
  ]),
];

const OPENROUTER_PREFIX: Record<string, string> = {
  openai: 'openai',
  anthropic: 'anthropic',
  gemini: 'google',
  mistral: 'mistralai',
  cohere: 'cohere',
  deepseek: 'deepseek',
  xai: 'x-ai',
};

/** Id in OpenRouter's listing; undefined for providers whose models it does not name after them (groq, ollama). */
export function openRouterId(listing: Listing): string | undefined {
  if (listing.provider === 'openrouter') return listing.name;
  if (listing.openrouter !== undefined) return listing.openrouter || undefined;
  const prefix = OPENROUTER_PREFIX[listing.provider];
  if (prefix === undefined) return undefined;
  // Anthropic writes `claude-opus-4-8`, OpenRouter `claude-opus-4.8`.
  const name = listing.provider === 'anthropic' ? listing.name.replace(/-(\d)-(\d)$/, '-$1.$2') : listing.name;
  return `${prefix}/${name}`;
}

/** Key of the model in `quality.json`; null: unrated. */
export function qualityKey(listing: Listing): string | null {
  if (listing.base !== undefined) return listing.base;
  return `${listing.provider === 'gemini' ? 'google' : listing.provider}/${listing.name}`;
}
