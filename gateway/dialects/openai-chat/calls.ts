import { createHash } from 'node:crypto';
import type { ChatRequest, JsonObject, Message } from '../../chat.ts';
import { GatewayError } from '../../errors.ts';
import type { Target } from './wire.ts';

const SHORT_ID = /^[a-zA-Z0-9]{9}$/;

/** Mistral's ids of calls have nine letters and digits. The same id always gives the same one, so calls and results keep finding each other. */
export function shortId(id: string): string {
  if (SHORT_ID.test(id)) return id;
  const digest = createHash('sha256').update(id).digest();
  return Array.from(digest.subarray(0, 9), (byte) => LETTERS[byte % LETTERS.length]).join('');
}

/** Longest id of a call that OpenAI takes here ("string_above_max_length", seen 2026). */
const ID_LENGTH = 40;

/** The same id on every turn, so that calls and results keep finding each other without a memory. */
export function callId(id: string): string {
  return id.length <= ID_LENGTH ? id : `call_${createHash('sha256').update(id).digest('hex').slice(0, 24)}`;
}

export const isShortId = (id: unknown): boolean => typeof id === 'string' && SHORT_ID.test(id);

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Puts an answer between tool messages and a user's, where the provider takes them in no other order. */
export function separateTools(messages: JsonObject[], { lose }: Target): JsonObject[] {
  return messages.flatMap((message, at) => {
    if (message.role !== 'user' || messages[at - 1]?.role !== 'tool') return [message];
    lose(`messages[${at}]`, 'the provider wants an answer between a tool and the user: "OK" was put there');
    return [{ role: 'assistant', content: 'OK' }, message];
  });
}

/**
 * Why a model that thinks cannot do so in this turn, in words: its reasoning is missing from an earlier call, or a tool is forced, which would
 * be a 400 (https://api-docs.deepseek.com/guides/thinking_mode, read 2026-11).
 */
export function obstacleOf(
  { messages, toolChoice, reasoning }: ChatRequest,
  { has, model }: Target,
): string | undefined {
  if (has('reasoningMissing')) return 'reasoning that the provider wants back is missing';
  if (!has('reasonedCalls') || model.reasons === false || reasoning?.effort === 'none') return undefined;
  const mode = toolChoice?.mode;
  if (
    mode === 'required' ||
    mode === 'tool' ||
    (mode === 'allowed' && toolChoice?.mode === 'allowed' && toolChoice.required)
  )
    return 'a tool is forced';
  return messages.some(lacksReasoning) ? 'the reasoning of an earlier call is missing' : undefined;
}

function lacksReasoning({ role, parts }: Message): boolean {
  if (role !== 'assistant' || !parts.some((part) => part.type === 'toolCall')) return false;
  return !parts.some((part) => part.type === 'thinking' && part.text !== '');
}

/** Mistral continues an answer that is begun for it only where that is said. */
export function markBeginning(messages: JsonObject[], { has }: Target): void {
  const last = messages.at(-1);
  if (last?.role === 'assistant' && has('answerAfterTools')) last.prefix = true;
}

/** The number of answers: one is what there is anyway, more than one cannot be had everywhere. */
export function writeCount(body: JsonObject, count: number | undefined, { has }: Target): void {
  if (count === undefined) return;
  if (!has('oneChoice')) body.n = count;
  else if (count > 1)
    throw new GatewayError('unsupported', 'n: the chosen provider gives one answer to a request.', { field: 'n' });
}
