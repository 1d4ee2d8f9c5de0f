import { LRUCache } from 'lru-cache';
import type { ChatRequest, JsonObject } from '../chat.ts';
import { type Exchange, need } from '../pipeline/exchange.ts';

/**
 * Items of answers that a client may name by their ids on its next turn, as clients of Responses do who have not said `store: false`. OpenAI
 * keeps its own; of those that the gateway wrote for other providers it knows these. Kept in memory alone, for the gateway key that heard them.
 */
export interface Items {
  /** Items of an answer that is whole. */
  keep(exchange: Exchange, items: readonly JsonObject[] | undefined): void;
  /** The request with the items in the place of their ids; the same object where it names none that is known. */
  recall(exchange: Exchange): ChatRequest;
}

/** Characters of items, and what an entry costs beside them. The least recently used go first. */
const MOST_CHARACTERS = 32 * 1024 * 1024;
const MOST_CHARACTERS_OF_ONE = 2 * 1024 * 1024;
const ENTRY_CHARACTERS = 200;

export function createItems(mostCharacters = MOST_CHARACTERS): Items {
  const memory = new LRUCache<string, string>({
    maxSize: mostCharacters,
    maxEntrySize: MOST_CHARACTERS_OF_ONE,
    sizeCalculation: (text) => text.length + ENTRY_CHARACTERS,
  });
  const keyOf = ({ client }: Exchange, id: string): string => `${need(client).id} ${id}`;

  return {
    keep(exchange, items) {
      if (items === undefined || need(exchange.body).json.store === false) return;
      for (const item of items)
        if (typeof item.id === 'string') memory.set(keyOf(exchange, item.id), JSON.stringify(item));
    },
    recall(exchange) {
      const request = need(exchange.request);
      if (memory.size === 0 || exchange.inbound.withItems === undefined) return request;
      const find = (id: string): JsonObject | undefined => {
        const text = memory.get(keyOf(exchange, id));
        return text === undefined ? undefined : (JSON.parse(text) as JsonObject);
      };
      return exchange.inbound.withItems(request, need(exchange.body).json, find) ?? request;
    },
  };
}
