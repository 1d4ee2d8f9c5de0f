import type { ChatReply, Choice, JsonObject } from '../../chat.ts';
import { collect } from '../../reply.ts';
import type { ReplyContext, WrittenReply } from '../dialect.ts';
import { createLosses, isObject, type Losses } from './fields.ts';
import { type PartPlace, writeParts } from './parts.ts';
import { createReplyReader } from './read-stream.ts';
import { writeUsage } from './usage.ts';
import { writeFinishReason } from './wire.ts';

/**
 * A whole answer is a stream of one chunk. A blocked prompt (`promptFeedback`) is a choice that ended by `contentFilter`; 200 with neither
 * a candidate nor a reason is an error.
 */
export function readReply(body: JsonObject): ChatReply {
  const reader = createReplyReader();
  const reply = collect([...reader.read(body), ...reader.end()]);
  if (reply.choices.length > 0 || reply.error !== undefined) return reply;
  return {
    ...reply,
    error: { code: 'no_candidates', message: 'Gemini answered without a candidate and did not say why.' },
  };
}

/** For a client: parts as any model makes them, other makers' signatures included. */
export function clientPlace(losses: Losses): PartPlace {
  return {
    generation: Number.POSITIVE_INFINITY,
    toClient: true,
    keepsThoughts: true,
    losses,
    path: 'candidates[].content.parts[]',
  };
}

export function writeReply(reply: ChatReply, context: ReplyContext): WrittenReply {
  const losses = createLosses();
  losses.addExtra(reply.extra);
  const own = reply.extra?.dialect === 'gemini' ? reply.extra.fields : {};
  const { candidates: ownCandidates, ...rest } = own;
  const candidates = reply.choices.map((choice) => writeCandidate(choice, ownCandidates, losses));
  if (reply.usage !== undefined) reportUsage(reply.usage, losses);
  const body: JsonObject = {
    ...rest,
    candidates,
    ...(reply.usage === undefined ? {} : { usageMetadata: writeUsage(reply.usage) }),
    modelVersion: context.model,
    responseId: reply.id ?? context.id,
  };
  return { body, losses: losses.list };
}

/** Members of a candidate that a Gemini provider sent and the hub only carries. */
export function ownOf(ownCandidates: unknown, index: number): JsonObject {
  const own = Array.isArray(ownCandidates)
    ? ownCandidates.find((entry) => isObject(entry) && entry.index === index)
    : undefined;
  return isObject(own) ? own : {};
}

export function reportUsage(usage: { cacheWrite5m?: number; cacheWrite1h?: number }, losses: Losses): void {
  if (usage.cacheWrite5m !== undefined || usage.cacheWrite1h !== undefined) {
    losses.add('usage.cacheWrite', 'Gemini counts no tokens written to a cache');
  }
}

function writeCandidate(choice: Choice, ownCandidates: unknown, losses: Losses): JsonObject {
  const candidate: JsonObject = {
    ...ownOf(ownCandidates, choice.index),
    content: { parts: writeParts(choice.parts, clientPlace(losses)), role: 'model' },
    index: choice.index,
  };
  if (choice.finish !== undefined) candidate.finishReason = writeFinishReason(choice.finish.reason, choice.finish.raw);
  if (choice.logprobs?.dialect === 'gemini') candidate.logprobsResult = choice.logprobs.value;
  else if (choice.logprobs !== undefined)
    losses.add('logprobs', 'log probabilities of another dialect are not translated');
  return candidate;
}
