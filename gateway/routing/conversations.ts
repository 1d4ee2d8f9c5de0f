import { LRUCache } from 'lru-cache';
import type { Usage } from '../chat.ts';
import type { Model } from '../models/schema.ts';
import type { ConversationStore, Kept } from './conversation-store.ts';
import type { Complexity, Conversation } from './route.ts';
import { harder } from './stay.ts';
import type { Thread } from './thread.ts';

/** How a request of a conversation ended. */
interface Ended {
  /** `provider/name` of the model that answered. */
  model: string;
  complexity: Complexity;
  /** The complexity says nothing of the conversation: nobody could read the turn. */
  unsure: boolean;
  usage: Usage | undefined;
  costNano: number;
  /** Whether the provider caches prompts by itself, where nobody marks what is to be cached. */
  caches: boolean;
  nowMs: number;
}

/** Conversations under way: in memory, those of more than one request also where they outlive the process. */
export interface Conversations {
  /** A conversation as it stands before a request; undefined for a new one. */
  before(thread: Thread, nowMs: number): Conversation | undefined;
  ended(thread: Thread, ended: Ended): void;
  size(): number;
  /** Writes down what is not yet. */
  save(): void;
}

/** The least recently used are forgotten: about 2 MB at most. */
const MAX = 5_000;
const FORGET_MS = 12 * 3_600_000;
/** Turns of the user whose complexity a conversation remembers. */
const TURNS = 5;
/** How long providers hold a prompt at least. Anthropic: 5 minutes or an hour, from each use; others say "5 to 10 minutes". */
const HELD_MS = 300_000;
const HELD_LONG_MS = 3_600_000;
/** Shorter prompts are not cached by anyone. */
const LEAST_CACHED = 1_024;

/** How long a change waits to be written, and how many are written in one turn of the event loop: about a millisecond of it. */
const SAVE_MS = 10_000;
const SAVED_AT_ONCE = 200;

/** `store`: absent where nothing outlives the process. */
export function createConversations(store?: ConversationStore): Conversations {
  const kept = new LRUCache<string, Kept>({ max: MAX, ttl: FORGET_MS, ttlResolution: 60_000 });
  for (const [key, one] of store?.load(Date.now() - FORGET_MS) ?? []) kept.set(key, one);
  const unsaved = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  /** Those of one request wait in memory alone: most never go on. */
  function saveLater(key: string): void {
    if (store === undefined) return;
    unsaved.add(key);
    timer ??= setTimeout(() => saveSome(SAVED_AT_ONCE), SAVE_MS).unref();
  }

  function saveSome(most: number): void {
    clearTimeout(timer);
    timer = undefined;
    const keys = [...unsaved.values().take(most)];
    const rows = keys.flatMap((key): [string, Kept][] => {
      const one = kept.peek(key);
      return one === undefined ? [] : [[key, one]];
    });
    const nowMs = Date.now();
    try {
      store?.save(rows, { nowMs, sinceMs: nowMs - FORGET_MS });
    } catch {
      // A disk that is full or locked for now: they are written with what comes next.
      return;
    }
    for (const key of keys) unsaved.delete(key);
    if (unsaved.size > 0) timer = setTimeout(() => saveSome(SAVED_AT_ONCE), 0).unref();
  }

  return {
    size: () => kept.size,
    save() {
      if (unsaved.size > 0) saveSome(unsaved.size);
    },
    before({ key, messages }, nowMs) {
      const known = kept.get(key);
      if (known === undefined || messages <= known.opening) return undefined;
      const cachedTokens = nowMs < known.cachedUntilMs ? known.cachedTokens : 0;
      return { ...known.conversation, cachedTokens, need: known.turns.reduce(harder, 'simple') };
    },
    ended({ key, messages, boundary }, { model, complexity, unsure, usage, costNano, caches, nowMs }) {
      const known = kept.get(key);
      const goesOn = known !== undefined && messages > known.opening;
      const turns = goesOn ? known.turns : [];
      const held = goesOn && nowMs < known.cachedUntilMs ? known.cachedTokens : 0;
      const counts = boundary !== 'openTools' && !unsure;
      const { cachedTokens, heldMs } = cachedBy(usage, caches);
      kept.set(key, {
        conversation: {
          model,
          requests: (goesOn ? known.conversation.requests : 0) + 1,
          used: add(goesOn ? known.conversation.used : NOTHING, usage, held),
          spentNano: (goesOn ? known.conversation.spentNano : 0) + costNano,
        },
        opening: goesOn ? known.opening : messages,
        cachedTokens,
        cachedUntilMs: nowMs + heldMs,
        turns: counts ? [...turns, complexity].slice(-TURNS) : turns,
      });
      if (goesOn) saveLater(key);
    },
  };
}

const NOTHING: Conversation['used'] = { fresh: 0, read: 0, output: 0 };

/** `held`: what any model that it had been with all along would have had in its cache. */
function add(used: Conversation['used'], usage: Usage | undefined, held: number): Conversation['used'] {
  if (usage === undefined) return used;
  const read = Math.min(usage.input, Math.max(held, usage.cacheRead ?? 0));
  return { fresh: used.fresh + usage.input - read, read: used.read + read, output: used.output + usage.output };
}

/** What the provider holds of the prompt after a request. */
function cachedBy(usage: Usage | undefined, caches: boolean): { cachedTokens: number; heldMs: number } {
  if (usage === undefined) return { cachedTokens: 0, heldMs: 0 };
  const long = usage.cacheWrite1h ?? 0;
  const marked = (usage.cacheRead ?? 0) + (usage.cacheWrite5m ?? 0) + long;
  const heldMs = long > 0 ? HELD_LONG_MS : HELD_MS;
  if (!caches) return { cachedTokens: marked, heldMs };
  return { cachedTokens: usage.input >= LEAST_CACHED ? usage.input : 0, heldMs };
}

/** Where writing to the cache has a price, clients mark what is to be kept; elsewhere the provider keeps what it likes. */
export function cachesUnmarked({ capabilities, prices }: Model): boolean {
  return capabilities.promptCaching && !prices.some(({ cacheWrite5m = 0 }) => cacheWrite5m > 0);
}
