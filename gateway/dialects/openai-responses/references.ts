import type { ChatRequest, JsonObject, Part } from '../../chat.ts';
import { readRequest } from './read-request.ts';
import { isObject } from './wire.ts';

/** What stands for an item that lies with whoever answered. */
const REFERENCE = 'item_reference';

export const isReference = (part: Part): boolean => part.type === 'opaque' && part.label === REFERENCE;

/** The request with the items that it names by their ids, as far as they are known; undefined where none is. */
export function withItems(
  request: ChatRequest,
  body: JsonObject,
  find: (id: string) => JsonObject | undefined,
): ChatRequest | undefined {
  if (!request.messages.some(({ parts }) => parts.some(isReference)) || !Array.isArray(body.input)) return undefined;
  let isKnown = false;
  const input = body.input.map((item: unknown) => {
    if (!isObject(item) || item.type !== REFERENCE || typeof item.id !== 'string') return item;
    const found = find(item.id);
    isKnown ||= found !== undefined;
    return found ?? item;
  });
  return isKnown ? readRequest({ ...body, input }) : undefined;
}
