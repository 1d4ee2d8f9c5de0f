import type { ChatRequest, JsonObject } from '../../chat.ts';
import { type LossLog, termOf } from './losses.ts';

export interface SamplingQuestion {
  request: ChatRequest;
  /** Whether the model takes sampling parameters at all. */
  allowed: boolean;
  /** Whether thinking is on in this turn. */
  thinking: boolean;
  losses: LossLog;
}

/**
 * The written rule for sampling: `temperature` is held within 0..1; beside it `top_p` is dropped, for newer models refuse
 * both; while thinking, `temperature` other than 1, `top_k`, and `top_p` below 0.95 are dropped
 * (https://platform.claude.com/docs/en/build-with-claude/extended-thinking, read 2026-11).
 */
export function writeSampling({ request, allowed, thinking, losses }: SamplingQuestion): JsonObject {
  const { temperature, topP, topK, dialect } = request;
  const body: JsonObject = {};
  const drop = (term: 'temperature' | 'topP' | 'topK', why: string) => losses.add(termOf(dialect, term), why);
  const refused = 'this model takes no sampling parameters';
  const conflict = 'it cannot stand beside thinking';

  if (temperature !== undefined && temperature !== 1 && !allowed) drop('temperature', refused);
  else if (temperature !== undefined && temperature !== 1 && thinking) drop('temperature', conflict);
  else if (temperature !== undefined && allowed) {
    body.temperature = Math.min(1, Math.max(0, temperature));
    if (body.temperature !== temperature)
      drop('temperature', `Anthropic's range is 0 to 1: sent as ${body.temperature}`);
  }

  // A `top_p` of 1 changes nothing: it is left out without a word where it would be refused.
  const narrows = topP !== undefined && topP !== 1;
  if (narrows && !allowed) drop('topP', refused);
  else if (narrows && body.temperature !== undefined) drop('topP', 'it cannot stand beside temperature');
  else if (narrows && topP < 0.95 && thinking) drop('topP', conflict);
  else if (topP !== undefined && allowed && body.temperature === undefined) body.top_p = topP;

  if (topK !== undefined && !allowed) drop('topK', refused);
  else if (topK !== undefined && thinking) drop('topK', conflict);
  else if (topK !== undefined) body.top_k = topK;
  return body;
}
