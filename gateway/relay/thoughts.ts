import { LRUCache } from 'lru-cache';
import type { ChatEvent, ChatRequest, Message, Part, Signature, ThinkingPart, ToolCallPart } from '../chat.ts';
import type { Provider } from '../providers/catalog.ts';

/** Whose thoughts they are: the gateway key's, and the provider's that thought them. */
export interface Owner {
  client: string;
  provider: Provider;
}

interface Kept {
  provider: string;
  name: string;
  /** What was thought before the call, since the one before. */
  thoughts: readonly ThinkingPart[];
  /** Of the call itself (Gemini). */
  signature?: Signature;
}

/** Hears one reply; `keep` is called once it is whole. */
interface Listener {
  hear(event: ChatEvent): void;
  keep(): void;
}

/**
 * The reasoning that belongs to tool calls, and its signatures: providers want them back with the results, and many clients have no place
 * for them. Kept in memory alone, for the client's own next turns.
 */
export interface Thoughts {
  listen(owner: Owner): Listener;
  /** The request with what its client could not carry; the same object where nothing is missing or known. */
  recall(request: ChatRequest, owner: Owner): ChatRequest;
  /** Id of the provider that made a signed call, where it was heard. */
  makerOf(call: ToolCallPart, client: string): string | undefined;
}

/** Characters of reasoning and signatures, and what an entry costs beside them. The least recently used go first. */
const MOST_CHARACTERS = 32 * 1024 * 1024;
const MOST_CHARACTERS_OF_ONE = 2 * 1024 * 1024;
const ENTRY_CHARACTERS = 200;

export function createThoughts(mostCharacters = MOST_CHARACTERS): Thoughts {
  const memory = new LRUCache<string, Kept>({
    maxSize: mostCharacters,
    maxEntrySize: MOST_CHARACTERS_OF_ONE,
    sizeCalculation: ({ thoughts, signature }) =>
      thoughts.reduce((sum, part) => sum + part.text.length + (part.signature?.value.length ?? 0), ENTRY_CHARACTERS) +
      (signature?.value.length ?? 0),
  });

  const keyOf = ({ client }: Owner, call: string): string => `${client} ${call}`;

  function find(owner: Owner, part: Part): Kept | undefined {
    if (part.type !== 'toolCall') return undefined;
    const kept = memory.get(keyOf(owner, part.id));
    // Some providers count their calls from 0 on every turn.
    return kept?.provider === owner.provider.id && kept.name === part.name ? kept : undefined;
  }

  function complete(message: Message, owner: Owner): Message {
    if (message.role !== 'assistant' || message.parts.some(isSigned)) return message;
    const known = message.parts.map((part) => find(owner, part));
    if (known.every((each) => each === undefined)) return message;
    const first = known.find((each) => each !== undefined && each.thoughts.length > 0);
    const isCarried = message.parts.some((part) => part.type === 'thinking') && !first?.thoughts.some(isSigned);
    const parts: Part[] = isCarried ? [] : [...(first?.thoughts ?? [])];
    message.parts.forEach((part, at) => {
      const kept = known[at];
      if (part.type === 'thinking' && first !== undefined && !isCarried) return;
      if (kept !== undefined && kept !== first && !isCarried) parts.push(...kept.thoughts);
      parts.push(part.type === 'toolCall' && kept?.signature ? { ...part, signature: kept.signature } : part);
    });
    return { ...message, parts };
  }

  return {
    listen(owner) {
      const thinking = new Map<string, ThinkingPart>();
      const calls = new Map<string, Kept & { id: string }>();
      let thoughts: ThinkingPart[] = [];
      return {
        hear(event) {
          if (event.type === 'open') hearOpen(event);
          else if (event.type === 'delta' && thinking.size > 0) {
            const thought = thinking.get(`${event.choice} ${event.index}`);
            if (thought !== undefined) thought.text += event.text;
          } else if (event.type === 'signature') {
            const key = `${event.choice} ${event.index}`;
            const signed = thinking.get(key) ?? calls.get(key);
            if (signed !== undefined) signed.signature = event.signature;
          }
        },
        keep() {
          for (const { id, ...kept } of calls.values()) {
            kept.thoughts = kept.thoughts.filter((part) => isSigned(part) || takesText(owner.provider));
            if (kept.thoughts.length > 0 || kept.signature !== undefined) memory.set(keyOf(owner, id), kept);
          }
        },
      };

      function hearOpen({ choice, index, part }: Extract<ChatEvent, { type: 'open' }>): void {
        const key = `${choice} ${index}`;
        const told = part.type === 'whole' ? part.part : part;
        if (told.type === 'thinking') {
          const thought: ThinkingPart = { text: '', ...told };
          thoughts.push(thought);
          thinking.set(key, thought);
        } else if (told.type === 'toolCall') {
          const { id, name } = told;
          const signature = part.type === 'whole' && part.part.type === 'toolCall' ? part.part.signature : undefined;
          calls.set(key, { id, name, provider: owner.provider.id, thoughts, ...(signature && { signature }) });
          thoughts = [];
        }
      }
    },
    makerOf(call, client) {
      const kept = memory.get(`${client} ${call.id}`);
      return kept?.name === call.name ? kept.provider : undefined;
    },
    recall(request, owner) {
      if (memory.size === 0) return request;
      const messages = request.messages.map((message) => complete(message, owner));
      return messages.every((message, at) => message === request.messages[at]) ? request : { ...request, messages };
    },
  };
}

const isSigned = (part: Part): boolean =>
  (part.type === 'thinking' || part.type === 'toolCall') && part.signature !== undefined;

/**
 * Whether a provider answers with 400 where reasoning is missing. Of such a one answers are heard even on the untouched way: most clients of its
 * dialect drop what they do not know.
 */
export const demandsThoughts = ({ quirks }: Provider): boolean => quirks.includes('reasonedCalls');

/** Where readable reasoning goes back without a signature. */
export function takesText({ dialect, quirks }: Provider): boolean {
  return dialect === 'cohere' || quirks.some((quirk) => TEXT_QUIRKS.has(quirk));
}

const TEXT_QUIRKS = new Set(['reasoningContent', 'reasoning', 'reasoningDetails', 'thinkingParts', 'reasoningText']);
