import type { CacheMark, DialectName, Extra, FinishReason, JsonObject, Loss } from '../../chat.ts';
import { GatewayError } from '../../errors.ts';
import type { TargetModel } from '../dialect.ts';

/**
 * OpenAI's Chat Completions (https://platform.openai.com/docs/api-reference/chat, read 2026-11-23) and what its many
 * speakers make of it. Provider rows name where they differ:
 *
 * - `maxTokens`: the limit is called `max_tokens` (OpenAI: `max_completion_tokens`)
 * - `systemRole`: no `developer` role, `system` stands in
 * - `noStreamOptions`: refuses `stream_options` and sends usage unasked (Mistral)
 * - `randomSeed`: the seed is called `random_seed` (Mistral)
 * - `topK`: takes `top_k`
 * - `noJsonSchema`: only `json_object` as response format (DeepSeek)
 * - `noFiles`: refuses `file` parts
 * - `fileUrl`: takes documents by address as `file_data` (OpenRouter)
 * - `videoUrl`: takes `video_url` parts
 * - `cacheControl`: takes `cache_control` on parts and tools (OpenRouter)
 * - `reasoningObject`: reasoning is asked for with `reasoning: { effort, max_tokens }` (OpenRouter)
 * - `thinkingSwitch`: reasoning is switched with `thinking: { type }` (Z.AI, Moonshot, DeepSeek)
 * - `functionsOnly`: free-text tools become functions of one string, a list of allowed tools the only ones declared (all but OpenAI)
 * - `choiceWords`: `tool_choice` is a word only: a forced tool is the only one declared (LM Studio)
 * - `schemaOnly`: no `json_object`: a schema of any object stands in (LM Studio)
 * - `oneChoice`: `n` over 1 is refused or passed over (Groq, DeepSeek, Cerebras, Ollama, LM Studio)
 * - `noNames`: refuses `name` of a message (Groq)
 * - `noImageUrl`: images come as data, not by address (Ollama)
 * - `documentUrl`: documents are `document_url` parts (Mistral)
 * - `shortIds`: ids of calls are nine letters and digits (Mistral)
 * - `answerAfterTools`: a user message may not follow a tool's (Mistral)
 * - `reasonedCalls`: a model that thinks wants its reasoning back with each call, and cannot be forced to a tool (DeepSeek)
 * - `reasoningMissing`: of one call, not of a provider: it has just refused a turn for want of reasoning, and is not to think
 * - `reasonsUnpenalized`: models that reason refuse penalties and `stop` (xAI)
 * - `groqFields`, `mistralFields`, `cerebrasFields`: any field that it does not know is refused (`taken.ts`)
 * - `guessed`: the quirks are a guess, for an address of the owner's choice: bodies of the same dialect go as they are
 * - `reasoningContent`, `reasoning`, `reasoningDetails`, `thinkingParts`: where an assistant message takes its reasoning back;
 *   without one of them reasoning is left out (`reasoning_details`: OpenRouter; content parts `thinking`: Mistral)
 */
export type Quirk =
  | 'maxTokens'
  | 'systemRole'
  | 'noStreamOptions'
  | 'randomSeed'
  | 'topK'
  | 'noJsonSchema'
  | 'noFiles'
  | 'fileUrl'
  | 'videoUrl'
  | 'cacheControl'
  | 'reasoningObject'
  | 'thinkingSwitch'
  | 'functionsOnly'
  | 'choiceWords'
  | 'schemaOnly'
  | 'oneChoice'
  | 'noNames'
  | 'noImageUrl'
  | 'documentUrl'
  | 'shortIds'
  | 'answerAfterTools'
  | 'reasonedCalls'
  | 'reasoningMissing'
  | 'reasonsUnpenalized'
  | 'groqFields'
  | 'mistralFields'
  | 'cerebrasFields'
  | 'guessed'
  | 'reasoningContent'
  | 'reasoning'
  | 'reasoningDetails'
  | 'thinkingParts';

export const NAME = 'openai-chat' satisfies DialectName;

/** What every writer of a request carries along. */
export interface Writing {
  has(quirk: Quirk): boolean;
  lose(field: string, why: string): void;
}

/** The same, with the model that is written for. */
export interface Target extends Writing {
  model: TargetModel;
}

interface LossList {
  add(field: string, why: string): void;
  /** One loss a reason: that of the first field, with how many others there were. */
  list(): Loss[];
}

export function createLossList(): LossList {
  const byReason = new Map<string, { field: string; others: number }>();
  return {
    add(field, why) {
      const known = byReason.get(why);
      if (known === undefined) byReason.set(why, { field, others: 0 });
      else known.others++;
    },
    list: () =>
      [...byReason].map(([why, { field, others }]) => ({
        field,
        why: others === 0 ? why : `${why} (and ${others} more)`,
      })),
  };
}

/** Whether the provider's word for the end of a choice has a meaning of ours; any other becomes `other`. */
const FINISH_REASONS: Record<string, FinishReason> = {
  stop: 'stop',
  eos: 'stop',
  end_turn: 'stop',
  length: 'length',
  model_length: 'length',
  tool_calls: 'toolCalls',
  function_call: 'toolCalls',
  content_filter: 'contentFilter',
  sensitive: 'contentFilter',
};

export const readFinishReason = (word: string): FinishReason => FINISH_REASONS[word] ?? 'other';

/** The five words that clients know. A choice that called tools says so even where the provider said `stop`. */
export function writeFinishReason(reason: FinishReason, calledTools: boolean): string {
  switch (reason) {
    case 'length':
      return 'length';
    case 'toolCalls':
      return 'tool_calls';
    case 'contentFilter':
    case 'refusal':
      return 'content_filter';
    default:
      return calledTools ? 'tool_calls' : 'stop';
  }
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function refuse(field: string, wanted: string): never {
  throw new GatewayError('invalid_request', `${field} must be ${wanted}.`, { field });
}

interface Kinds {
  string: string;
  number: number;
  boolean: boolean;
}

/** A field of the given type; absent and null are alike. Throws `invalid_request` for any other type. */
export function optional<K extends keyof Kinds>(
  from: JsonObject,
  key: string,
  kind: K,
  path = '',
): Kinds[K] | undefined {
  const value = from[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== kind) refuse(path + key, `a ${kind}`);
  return value as Kinds[K];
}

export function required(from: JsonObject, key: string, path: string): string {
  return optional(from, key, 'string', path) ?? refuse(path + key, 'a string');
}

/** Sets what is there, and leaves out what is not. */
export function put<T, K extends keyof T>(target: T, key: K, value: T[K] | undefined): void {
  if (value !== undefined) target[key] = value;
}

/** Fields that the reader does not know; null says nothing and is left out. */
export function unknownFields(from: JsonObject, known: ReadonlySet<string>): Extra | undefined {
  let fields: JsonObject | undefined;
  for (const key in from) {
    if (known.has(key) || from[key] === null) continue;
    fields ??= {};
    fields[key] = from[key];
  }
  return fields && { dialect: NAME, fields };
}

/** Puts back what `unknownFields` kept; fields of another dialect are lost. Nested objects are merged one level deep. */
export function writeExtra(target: JsonObject, extra: Extra | undefined, at: string, lose: Writing['lose']): void {
  if (extra === undefined) return;
  for (const key in extra.fields) {
    const value = extra.fields[key];
    const present = target[key];
    if (extra.dialect !== NAME) lose(`${at}${key}`, `unknown to ${NAME}`);
    else if (present === undefined) target[key] = value;
    else if (isObject(present) && isObject(value)) target[key] = { ...value, ...present };
  }
}

/** `cache_control` as Anthropic spells it, taken by OpenRouter and others; OpenAI's own spelling stays in the extra fields. */
export function readCache(from: JsonObject): CacheMark | undefined {
  const mark = from.cache_control;
  if (isObject(mark)) return mark.ttl === '5m' || mark.ttl === '1h' ? { ttl: mark.ttl } : {};
  return isObject(from.prompt_cache_breakpoint) ? {} : undefined;
}

export function writeCache(target: JsonObject, cache: CacheMark | undefined, at: string, writing: Writing): void {
  if (cache === undefined || isObject(target.prompt_cache_breakpoint)) return;
  if (writing.has('cacheControl')) target.cache_control = { type: 'ephemeral', ...cache };
  else writing.lose(`${at}.cache_control`, 'the provider places its prompt-cache breakpoints itself');
}
