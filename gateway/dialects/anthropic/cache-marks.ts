import type { JsonObject } from '../../chat.ts';
import type { LossLog } from './losses.ts';
import { isObject, MAX_CACHE_MARKS } from './wire.ts';

/**
 * Keeps the last four cache marks of a body in the order of the prompt (tools, system, messages): a later mark covers all
 * that an earlier one does. Of two lifetimes the longer has to stand first, so an hour after five minutes becomes five.
 */
export function limitCacheMarks(body: JsonObject, losses: LossLog): void {
  const holders = [...holdersIn(body.tools), ...holdersIn(body.system), ...messageHolders(body.messages)];
  // A mark on the request itself takes one of the four places.
  const limit = isObject(body.cache_control) ? MAX_CACHE_MARKS - 1 : MAX_CACHE_MARKS;
  const extra = Math.max(0, holders.length - limit);
  for (const holder of holders.splice(0, extra)) delete holder.cache_control;
  if (extra > 0)
    losses.add('messages[].cache_control', `Anthropic takes ${MAX_CACHE_MARKS} cache marks: the last ones stay`);
  let short = false;
  for (const holder of holders) {
    const mark = holder.cache_control;
    if (!isObject(mark)) continue;
    if (mark.ttl !== '1h') short = true;
    else if (short) {
      holder.cache_control = { ...mark, ttl: '5m' };
      losses.add('messages[].cache_control', 'an hour cannot follow five minutes: it became five minutes');
    }
  }
}

function messageHolders(messages: unknown): JsonObject[] {
  if (!Array.isArray(messages)) return [];
  return messages.flatMap((message) => (isObject(message) ? holdersIn(message.content) : []));
}

/** Blocks with a mark, those inside tool results included. */
function holdersIn(blocks: unknown): JsonObject[] {
  if (!Array.isArray(blocks)) return [];
  const holders: JsonObject[] = [];
  for (const block of blocks) {
    if (!isObject(block)) continue;
    if (block.type === 'tool_result') for (const inner of holdersIn(block.content)) holders.push(inner);
    if (isObject(block.cache_control)) holders.push(block);
  }
  return holders;
}
