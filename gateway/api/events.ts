import type { GatewayEvent } from '../../contract/index.ts';
import type { View } from './view.ts';

/** Events to everyone who listens now. */
export interface Events {
  /** `forMembers`: the same as users may see it who see no more than their own; absent: they are told nothing. */
  publish(event: GatewayEvent, forMembers?: ForMembers): void;
  /** Whether anyone listens: spares making an event that nobody takes. */
  hasSubscribers(): boolean;
  /** Events from now on, until the signal aborts or `close` is called. A reader who lags loses the oldest. */
  subscribe(signal: AbortSignal | undefined, view: Pick<View, 'caller' | 'sees'>): AsyncGenerator<GatewayEvent, void>;
  /** Ends what a session listens to: it was signed out. */
  end(sessionId: string): void;
  /** Ends every subscription. */
  close(): void;
}

/** Undefined: there is nothing to tell to who sees only these clients. */
type ForMembers = (sees: View['sees']) => GatewayEvent | undefined;

const MAX_WAITING = 256;

interface Subscriber {
  view: Pick<View, 'caller' | 'sees'>;
  waiting: GatewayEvent[];
  isOver: boolean;
  wake(): void;
  end(): void;
}

export function createEvents(): Events {
  const subscribers = new Set<Subscriber>();
  const closing = new AbortController();

  return {
    publish(event, forMembers) {
      for (const { view, waiting, wake } of subscribers) {
        const shown = view.caller.role === 'owner' ? event : forMembers?.(view.sees);
        if (shown === undefined) continue;
        if (waiting.push(shown) > MAX_WAITING) waiting.shift();
        wake();
      }
    },
    hasSubscribers: () => subscribers.size > 0,
    subscribe(signal, view) {
      const ends = AbortSignal.any(signal === undefined ? [closing.signal] : [closing.signal, signal]);
      const subscriber: Subscriber = { view, waiting: [], isOver: false, wake: () => {}, end };
      subscribers.add(subscriber);
      function end(): void {
        subscribers.delete(subscriber);
        subscriber.isOver = true;
        subscriber.wake();
      }
      // Also for a subscription that nobody ever reads from.
      ends.addEventListener('abort', end, { once: true });
      return read(subscriber, () => ends.removeEventListener('abort', end));
    },
    end(sessionId) {
      for (const { view, end } of subscribers) if (view.caller.sessionId === sessionId) end();
    },
    close: () => closing.abort(),
  };
}

async function* read(subscriber: Subscriber, forget: () => void): AsyncGenerator<GatewayEvent, void> {
  try {
    while (!subscriber.isOver) {
      const event = subscriber.waiting.shift();
      if (event !== undefined) yield event;
      else {
        await new Promise<void>((resolve) => {
          subscriber.wake = resolve;
        });
      }
    }
  } finally {
    forget();
    subscriber.end();
  }
}
