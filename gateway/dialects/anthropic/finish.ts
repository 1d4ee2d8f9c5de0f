import type { Finish, FinishReason } from '../../chat.ts';

const REASONS: Record<string, FinishReason> = {
  end_turn: 'stop',
  stop_sequence: 'stopSequence',
  max_tokens: 'length',
  tool_use: 'toolCalls',
  pause_turn: 'pause',
  refusal: 'refusal',
  model_context_window_exceeded: 'length',
};

const WORDS: Record<FinishReason, string> = {
  stop: 'end_turn',
  stopSequence: 'stop_sequence',
  length: 'max_tokens',
  toolCalls: 'tool_use',
  contentFilter: 'refusal',
  refusal: 'refusal',
  pause: 'pause_turn',
  other: 'end_turn',
};

/** `stop_reason` and `stop_sequence` as a finish; undefined while there is no reason. */
export function readFinish(reason: unknown, sequence: unknown): Finish | undefined {
  if (typeof reason !== 'string') return undefined;
  const known = REASONS[reason];
  const finish: Finish = { reason: known ?? 'other' };
  if (known === undefined || WORDS[known] !== reason) finish.raw = reason;
  if (typeof sequence === 'string') finish.stopSequence = sequence;
  return finish;
}

/**
 * `stop_reason` and `stop_sequence`. Clients run tools on `tool_use` only, while some providers end a turn that calls tools
 * with a plain stop: `called` says that the reply holds calls.
 */
export function writeFinish(finish: Finish, called: boolean): { stop_reason: string; stop_sequence: string | null } {
  const { reason, raw, stopSequence } = finish;
  const own = raw !== undefined && REASONS[raw] === reason ? raw : WORDS[reason];
  const word = called && (reason === 'stop' || reason === 'other') ? WORDS.toolCalls : own;
  return { stop_reason: word, stop_sequence: reason === 'stopSequence' ? (stopSequence ?? null) : null };
}
