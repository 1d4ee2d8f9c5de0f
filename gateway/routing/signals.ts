import { LRUCache } from 'lru-cache';
import type { ChatRequest, FinishReason } from '../chat.ts';
import type { Learning, Signal } from './learning.ts';
import type { Inputs } from './plan.ts';
import type { Candidate, Complexity, Decision } from './route.ts';
import type { Thread } from './thread.ts';

/** A request that was answered, as far as it tells how good answers are. */
export interface Answered {
  request: ChatRequest;
  inputs: Inputs;
  decision: Decision;
  thread: Thread;
  candidate: Candidate;
  finish: FinishReason | undefined;
  nowMs: number;
}

interface Earlier {
  model: string;
  complexity: Complexity;
  rating: number | null;
  atMs: number;
}

const AGAIN_MS = 600_000;
const MAX_TURNS = 2_000;
/** Calls of tools, and characters of an input, that are looked at. */
const CALLS = 8;
const INPUT = 16_384;

/** Notices what tells of answers that were not good enough. Looks at what has been answered, never on a request's way. */
export function createSignals(learning: Learning): { answered(answered: Answered): void } {
  const turns = new LRUCache<string, Earlier>({ max: MAX_TURNS });

  function noticeAgain({ thread, decision, candidate, nowMs }: Answered): void {
    const earlier = turns.get(thread.turn);
    if (earlier === undefined || nowMs - earlier.atMs > AGAIN_MS) return;
    const isBetter = decision.obeyed && (candidate.rating ?? 0) > (earlier.rating ?? 0);
    const signal: Signal | undefined = isBetter ? 'askedBetter' : decision.obeyed ? undefined : 'askedAgain';
    if (signal !== undefined) learning.noticed(signal, earlier);
  }

  return {
    answered(answered) {
      const { request, inputs, decision, thread, candidate, finish, nowMs } = answered;
      const { complexity } = decision;
      const { conversation, boundary } = inputs;
      if (boundary !== 'openTools') noticeAgain(answered);
      else if (conversation !== undefined && hasBrokenCall(request))
        learning.noticed('brokenToolCall', { model: conversation.model, complexity });
      learning.answered(candidate.id, complexity);
      if (finish === 'length' && request.maxOutputTokens === undefined)
        learning.noticed('truncated', { model: candidate.id, complexity });
      // Only what was routed can be routed better.
      if (!decision.obeyed)
        turns.set(thread.turn, { model: candidate.id, complexity, rating: candidate.rating, atMs: nowMs });
    },
  };
}

/** Whether the answer that the request goes on from called a tool with what is no JSON. */
function hasBrokenCall({ messages }: ChatRequest): boolean {
  const last = messages.findLast(({ role }) => role === 'assistant');
  return (last?.parts ?? []).slice(-CALLS).some((part) => {
    if (part.type !== 'toolCall' || part.kind !== 'function' || part.input === '' || part.input.length > INPUT)
      return false;
    try {
      JSON.parse(part.input);
      return false;
    } catch {
      return true;
    }
  });
}
