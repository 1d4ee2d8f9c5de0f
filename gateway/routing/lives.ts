import { LRUCache } from 'lru-cache';
import type { Usage } from '../chat.ts';
import { expectedCostNano, priceAt } from '../models/price.ts';
import type { Model } from '../models/schema.ts';
import { cachesUnmarked, createConversations } from './conversations.ts';
import type { Past } from './replay.ts';
import type { Candidate, Conversation } from './route.ts';
import { turnOf } from './stay.ts';
import type { Thread } from './thread.ts';

/** A request of the past: when it was, what it used, and what it cost. */
export interface PastUse {
  startedAtMs: number;
  usage: Usage;
  costNano: number | null;
}

/** A request within the life that its conversation would have had. */
export interface Life {
  /** The conversation as it stands before the request. */
  before(): Conversation | undefined;
  /** The request goes to a candidate; returns what it costs there, in nano-dollars, or null where no price is known. */
  serve(candidate: Candidate, isSame: boolean): number | null;
}

/** Conversations that are followed at a time once they went another way. */
const MAX_STRAYED = 50_000;

/**
 * Follows conversations of the past where they are decided otherwise: from the first other choice on, what their provider has cached
 * is worked out, no longer remembered. Answers are taken to be as long as they were.
 */
export function createLives(): (use: PastUse, past: Past) => Life {
  const conversations = createConversations();
  const strayed = new LRUCache<string, true>({ max: MAX_STRAYED });

  return ({ startedAtMs, usage, costNano }, { inputs, key }) => {
    const { classification, policy, boundary, features } = inputs;
    const thread: Thread = { key, boundary, messages: features.turns, turn: '' };

    function before(): Conversation | undefined {
      return strayed.has(key) ? conversations.before(thread, startedAtMs) : inputs.conversation;
    }

    return {
      before,
      serve(candidate, isSame) {
        const { model } = candidate;
        const isActual = isSame && !strayed.has(key);
        const used = isActual || model === null ? usage : usedWith(model, usage, before(), startedAtMs);
        const cost = isActual || model === null ? costNano : costOf(model, used, startedAtMs);
        if (!isSame) strayed.set(key, true);
        conversations.ended(thread, {
          model: candidate.id,
          complexity: turnOf({ classification, policy, conversation: before() }),
          unsure: classification.abstained,
          usage: used,
          costNano: cost ?? 0,
          caches: model !== null && cachesUnmarked(model),
          nowMs: startedAtMs,
        });
        return cost;
      },
    };
  };
}

/** The same tokens with another model: cached as far as the conversation was with it, written to its cache where the client marks prompts. */
function usedWith(model: Model, usage: Usage, conversation: Conversation | undefined, nowMs: number): Usage {
  const { input, output } = usage;
  const cached = conversation?.model === model.id ? Math.min(conversation.cachedTokens, input) : 0;
  const marks = (usage.cacheRead ?? 0) + (usage.cacheWrite5m ?? 0) + (usage.cacheWrite1h ?? 0) > 0;
  const writes = marks && (priceAt(model, nowMs)?.cacheWrite5m ?? 0) > 0;
  return { input, output, cacheRead: cached, ...(writes && { cacheWrite5m: input - cached }) };
}

function costOf(model: Model, { input, output, cacheRead = 0, cacheWrite5m = 0 }: Usage, nowMs: number): number | null {
  const cost = expectedCostNano(model, { inputTokens: input, cachedTokens: cacheRead, outputTokens: output }, nowMs);
  const price = priceAt(model, nowMs);
  if (cost === null || price === null || cacheWrite5m === 0) return cost;
  return cost + Math.round(cacheWrite5m * ((price.cacheWrite5m ?? price.input) - price.input) * 1_000);
}

/** The same requests with one model alone: each conversation finds its own prompt cached, however the others went. */
export function createFixedLives(model: Model): (use: PastUse, past: Past) => number | null {
  const conversations = createConversations();
  return ({ startedAtMs, usage }, { inputs, key }) => {
    const thread: Thread = { key, boundary: inputs.boundary, messages: inputs.features.turns, turn: '' };
    const used = usedWith(model, usage, conversations.before(thread, startedAtMs), startedAtMs);
    const cost = costOf(model, used, startedAtMs);
    conversations.ended(thread, {
      model: model.id,
      complexity: 'medium',
      unsure: true,
      usage: used,
      costNano: cost ?? 0,
      caches: cachesUnmarked(model),
      nowMs: startedAtMs,
    });
    return cost;
  };
}
