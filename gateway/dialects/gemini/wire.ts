import type { FinishReason, JsonObject } from '../../chat.ts';

/**
 * Gemini `generateContent` (v1beta) as it stands on the wire: https://ai.google.dev/api/generate-content (read 2026-08).
 * Google's JSON takes each field in camel case and in snake case; answers are in camel case. No quirks of rows are known.
 */
export interface GeminiPart extends JsonObject {
  text?: string;
  thought?: boolean;
  thoughtSignature?: string;
  inlineData?: { mimeType: string; data: string };
  fileData?: { fileUri: string; mimeType?: string };
  functionCall?: { id?: string; name: string; args: JsonObject };
  functionResponse?: { id?: string; name: string; response: JsonObject; parts?: GeminiPart[] };
}

export interface GeminiContent {
  role: 'user' | 'model';
  parts: GeminiPart[];
}

/** Gemini's words for how an answer ended, in the hub's. `STOP` after function calls means `toolCalls`. */
const FINISH_REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['SAFETY', 'contentFilter'],
  ['RECITATION', 'contentFilter'],
  ['BLOCKLIST', 'contentFilter'],
  ['PROHIBITED_CONTENT', 'contentFilter'],
  ['SPII', 'contentFilter'],
  ['MODEL_ARMOR', 'contentFilter'],
  ['IMAGE_SAFETY', 'contentFilter'],
  ['IMAGE_PROHIBITED_CONTENT', 'contentFilter'],
  ['IMAGE_RECITATION', 'contentFilter'],
  ['CONTINUATION', 'pause'],
  ['LANGUAGE', 'other'],
  ['OTHER', 'other'],
  ['FINISH_REASON_UNSPECIFIED', 'other'],
  ['MALFORMED_FUNCTION_CALL', 'other'],
  ['MALFORMED_RESPONSE', 'other'],
  ['UNEXPECTED_TOOL_CALL', 'other'],
  ['TOO_MANY_TOOL_CALLS', 'other'],
  ['MISSING_THOUGHT_SIGNATURE', 'other'],
  ['NO_IMAGE', 'other'],
  ['IMAGE_OTHER', 'other'],
]);

/** The hub's words in Gemini's, where the provider's own word is not one of Gemini's. */
const FINISH_WORDS: Record<FinishReason, string> = {
  stop: 'STOP',
  stopSequence: 'STOP',
  toolCalls: 'STOP',
  length: 'MAX_TOKENS',
  contentFilter: 'SAFETY',
  refusal: 'SAFETY',
  pause: 'OTHER',
  other: 'OTHER',
};

/** A word that a newer Gemini may invent counts as `other`. */
export function readFinishReason(word: string, hasCalls: boolean): FinishReason {
  if (word === 'STOP' && hasCalls) return 'toolCalls';
  return FINISH_REASONS.get(word) ?? 'other';
}

export function writeFinishReason(reason: FinishReason, raw: string | undefined): string {
  const known = raw === undefined ? undefined : FINISH_REASONS.get(raw);
  const stops = reason === 'toolCalls' && raw === 'STOP';
  return raw !== undefined && (known === reason || stops) ? raw : FINISH_WORDS[reason];
}

/**
 * Which rules a model follows, from its name: 3 and later think by level and want thought signatures, 2.5 thinks by budget.
 * A Gemini whose name holds no number (`gemini-flash-latest`) counts as the newest; what is not Gemini (`gemma-…`) as 0.
 */
export function generationOf(model: string): number {
  const version = /gemini-(\d+(?:\.\d+)?)/.exec(model)?.[1];
  if (version !== undefined) return Number(version);
  return model.includes('gemini') ? Number.POSITIVE_INFINITY : 0;
}

/** Path of a call. `models/x` and `x` mean the same; a slash within a name is escaped, so a name cannot leave its place. */
export function pathOf(model: string, stream: boolean): string {
  return `${modelPath(model)}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`;
}

/** The same without a method. */
export function modelPath(model: string): string {
  const tuned = model.startsWith('tunedModels/');
  const name = model.replace(/^(?:models|tunedModels)\//, '');
  const place = tuned ? '/tunedModels/' : '/models/';
  return place + encodeURIComponent(name);
}
