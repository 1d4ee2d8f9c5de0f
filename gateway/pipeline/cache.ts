import { LRUCache } from 'lru-cache';
import type { Settings } from '../../contract/settings.ts';
import { withoutKey } from '../client-key.ts';
import type { SettingsStore } from '../db/settings.ts';
import { GatewayError } from '../errors.ts';
import type { Flow } from '../flow.ts';
import { bequeath } from '../limits/admission.ts';
import type { Complexity } from '../routing/route.ts';
import { createShelf, type Place, type Shelf } from '../shelf.ts';
import { createSlots } from '../slots.ts';
import { type Exchange, need, type Routed } from './exchange.ts';
import type { Step } from './step.ts';

/** Identical requests under way: the first is called, the others wait for its flow. */
interface Flight {
  /** Who called; it may have left, or have its answer already. */
  leader: Exchange;
  exchanges: Exchange[];
  /** What is to be told to those who wait; undefined until somebody does. */
  flow: PromiseWithResolvers<Flow> | undefined;
  answer: Flow | undefined;
}

interface CacheOptions {
  settings: SettingsStore;
  /** Changes whenever the same request could be routed otherwise: keys, registry, settings. */
  epoch(): number;
}

/** Headers that can change a provider's answer. */
const TELLING_HEADERS = ['anthropic-beta', 'anthropic-version', 'openai-beta'];
/** About what an entry takes beside its bytes. */
const ENTRY_OVERHEAD_BYTES = 200;
/** Surroundings of requests that are told apart before they are counted anew. */
const MAX_SURROUNDINGS = 1000;

/**
 * Answers what was asked before by the same gateway key, byte for byte. Concurrent identical requests share one call. Errors and
 * truncated answers are never kept. `Cache-Control: no-cache` asks anew, `no-store` leaves no trace.
 */
export function cache(options: CacheOptions): Step {
  const { settings } = options;
  const shelf = createShelf<Choice | null>();
  const keyOf = createKeys();
  let kept = createMemory(settings.get(), shelf);
  settings.onChange((changed) => {
    kept.clear();
    kept = createMemory(changed, shelf);
  });
  const flights = createSlots<Flight>();

  async function join(exchange: Exchange, flight: Flight): Promise<Flow | undefined> {
    flight.exchanges.push(exchange);
    exchange.cache = 'shared';
    try {
      flight.flow ??= Promise.withResolvers<Flow>();
      const flow = flight.answer ?? (await unlessGone(exchange, flight.flow.promise));
      const { routed, losses } = flight.leader;
      if (routed !== undefined) exchange.routed ??= routed;
      exchange.losses.push(...losses);
      return flow;
    } catch (error) {
      remove(flight.exchanges, exchange);
      const leaderLeft = error instanceof GatewayError && error.code === 'client_closed';
      if (!leaderLeft || exchange.aborted) throw error;
      return lookUp(exchange, need(exchange.cacheKey));
    }
  }

  function lead(exchange: Exchange, key: string): undefined {
    exchange.cache = 'miss';
    const flight: Flight = { leader: exchange, exchanges: [exchange], flow: undefined, answer: undefined };
    flights.set(key, flight);
    const tell = (flow: Flow | undefined, error?: unknown) => {
      flight.answer = flow;
      if (flow !== undefined) flight.flow?.resolve(flow);
      else {
        if (flights.get(key) === flight) flights.delete(key);
        flight.flow?.reject(error);
      }
    };
    exchange.onAnswer = tell;
    return undefined;
  }

  function lookUp(exchange: Exchange, key: string): Flow | undefined | Promise<Flow | undefined> {
    const place = kept.get(key);
    if (place !== undefined) {
      const hit = shelf.take(place);
      exchange.cache = 'hit';
      if (hit.more !== null) exchange.routed = readChoice(hit.more);
      exchange.losses.push(...hit.losses);
      return hit.flow;
    }
    const flight = flights.get(key);
    return flight === undefined ? lead(exchange, key) : join(exchange, flight);
  }

  return {
    name: 'cache',
    request(exchange) {
      const control = exchange.incoming.headers['cache-control']?.toLowerCase() ?? '';
      if (!settings.get().cache.enabled || !need(exchange.client).cache || control.includes('no-store'))
        return undefined;
      const key = keyOf(exchange, options.epoch());
      exchange.cacheKey = key;
      if (!control.includes('no-cache')) return lookUp(exchange, key);
      exchange.cache = 'miss';
      return undefined;
    },
    settled(exchange) {
      const { cacheKey, flow } = exchange;
      if (cacheKey === undefined || exchange.cache === 'hit') return;
      const flight = flights.get(cacheKey);
      if (flight === undefined) return;
      leave(exchange, flight);
      if (flow?.ending !== undefined && flight.exchanges.length === 0) flights.delete(cacheKey);
    },
    sent(exchange, outcome) {
      const { cacheKey, flow } = exchange;
      if (cacheKey === undefined || exchange.cache === 'hit' || flow?.ending === undefined) return;
      // One of those who share an answer keeps it; one that was asked anew takes the place of the old.
      if (outcome.status === 'ok' && (exchange.cache === 'miss' || !kept.has(cacheKey))) {
        const { losses, routed } = exchange;
        const more = routed === undefined ? null : writeChoice(routed);
        const place = shelf.keep(flow, flow.ending, { losses, more });
        const size = shelf.sizeOf(place) + ENTRY_OVERHEAD_BYTES;
        if (size <= kept.maxSize) kept.set(cacheKey, place, { size });
        else {
          // What alone is larger than the whole cache is not taken, nor is what it would replace of use.
          kept.delete(cacheKey);
          shelf.release(place);
        }
      }
    },
  };
}

function createMemory({ cache: { maxBytes, ttlMs } }: Settings, shelf: Shelf<unknown>): LRUCache<string, Place> {
  return new LRUCache({
    // A size of 0 would mean no bound.
    maxSize: Math.max(1, maxBytes),
    ttl: ttlMs,
    // To a hundredth of its time. Else it would set a timer for each millisecond in which it is asked.
    ttlResolution: Math.min(1_000, Math.floor(ttlMs / 100)),
    dispose: (place) => shelf.release(place),
  });
}

/** What was routed, in few bytes. Without the model and its price: it may be priced anew, and a copy costs nothing anyway. */
type Choice = [id: string, provider: string, name: string, complexity: Complexity, score: number, why: string];

function writeChoice({ candidate: { id, provider, name }, complexity, score, why }: Routed): Choice {
  return [id, provider, name, complexity, score, why];
}

function readChoice([id, provider, name, complexity, score, why]: Choice): Routed {
  const figures = { model: null, estimatedCostNano: null, rating: null, expectedMs: null };
  return { candidate: { id, provider, name, ...figures, verdict: 'kept' }, complexity, score, why };
}

/** Who leaves a shared call before its end no longer pays for it: the next one who waits does. */
function leave(exchange: Exchange, flight: Flight): void {
  const wasFirst = flight.exchanges[0] === exchange;
  remove(flight.exchanges, exchange);
  const [heir] = flight.exchanges;
  if (!wasFirst || heir === undefined || exchange.flow?.ending !== undefined) return;
  heir.cache = 'miss';
  exchange.cache = 'shared';
  bequeath(exchange.admission, heir.admission);
}

/** What is waited for, but no longer than the client waits. */
function unlessGone<T>(exchange: Exchange, promise: Promise<T>): Promise<T> {
  const { promise: gone, reject } = Promise.withResolvers<never>();
  const abort = () => reject(new GatewayError('client_closed', 'The client left while it waited for an answer.'));
  exchange.onAbort = abort;
  return Promise.race([promise, gone]).finally(() => {
    exchange.onAbort = undefined;
  });
}

function remove<T>(list: T[], item: T): void {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
}

/**
 * Everything that can change the answer: the body by its SHA-256, and what stands beside it. The latter is the same for nearly all
 * requests of a client and would be most of the key, so it is numbered. A number is never used twice.
 */
function createKeys(): (exchange: Exchange, epoch: number) => string {
  const numbers = new Map<string, string>();
  let last = 0;
  return (exchange, epoch) => {
    const { headers, url = '' } = exchange.incoming;
    let telling = '';
    for (const name of TELLING_HEADERS) telling += `${headers[name] ?? ''}\n`;
    const surroundings = `${need(exchange.client).id}\n${exchange.inbound.name}\n${withoutKey(url)}\n${epoch}\n${telling}`;
    let number = numbers.get(surroundings);
    if (number === undefined) {
      if (numbers.size >= MAX_SURROUNDINGS) numbers.clear();
      last += 1;
      number = last.toString(36);
      numbers.set(surroundings, number);
    }
    return `${number} ${need(exchange.body).digest}`;
  };
}
