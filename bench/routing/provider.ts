import type { ChatRequest, Usage } from '../../gateway/chat.ts';
import type { Model } from '../../gateway/models/schema.ts';
import { cachesUnmarked } from '../../gateway/routing/conversations.ts';

/** How long a prompt is held, from its last use. */
const HELD_MS = 300_000;
const LEAST_CACHED = 1_024;

/**
 * The strictest provider that a model could have: it caches prompts by their beginning, and refuses what a real one might refuse. Claude
 * models pass over each other's thinking, as their maker says.
 */
export function createStrictProviders() {
  const held = new Map<string, { tokens: number; untilMs: number }>();

  return {
    /** Throws what would be a 400: a signature of another maker, or calls and results of tools that do not match. */
    answer(
      model: Model,
      request: ChatRequest,
      { inputTokens, outputTokens, nowMs }: { inputTokens: number; outputTokens: number; nowMs: number },
    ): Usage {
      refuseForeignSignatures(model, request);
      refuseOpenCalls(request);
      if (inputTokens > model.contextTokens) throw new Error(`${model.id}: the context is too long`);
      const known = held.get(model.id);
      const isHeld = known !== undefined && nowMs < known.untilMs;
      const caches = model.capabilities.promptCaching;
      const cacheRead = caches && isHeld ? Math.min(known.tokens, inputTokens) : 0;
      if (caches && inputTokens >= LEAST_CACHED) held.set(model.id, { tokens: inputTokens, untilMs: nowMs + HELD_MS });
      const isMarked = caches && !cachesUnmarked(model) && request.dialect === 'anthropic';
      return {
        input: inputTokens,
        output: outputTokens,
        cacheRead,
        ...(isMarked && { cacheWrite5m: inputTokens - cacheRead }),
      };
    },
  };
}

function refuseForeignSignatures(model: Model, { messages }: ChatRequest): void {
  if (model.provider !== 'anthropic') return;
  for (const { parts } of messages) {
    for (const part of parts) {
      if (part.type === 'thinking' && part.signature?.value.startsWith(`${model.provider}/`) === false)
        throw new Error(`${model.id}: thinking of ${part.signature.value}`);
    }
  }
}

function refuseOpenCalls({ messages }: ChatRequest): void {
  const open = new Set<string>();
  for (const { parts } of messages) {
    for (const part of parts) {
      if (part.type === 'toolCall') open.add(part.id);
      if (part.type === 'toolResult' && !open.delete(part.id))
        throw new Error(`a result of ${part.id}, which nobody called`);
    }
  }
  if (open.size > 0) throw new Error('a call of a tool without a result');
}
