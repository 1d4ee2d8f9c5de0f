import type { GatewayEvent } from '../../contract/index.ts';

/** Events to everyone who listens now. */
export interface Events {
  publish(event: GatewayEvent): void;
  /** Whether anyone listens: spares making an event that nobody takes. */
  hasSubscribers(): boolean;
  /** Events from now on, until the signal aborts or `close` is called. A reader who lags loses the oldest. */
  subscribe(signal?: AbortSignal): AsyncGenerator<GatewayEvent, void>;
  /** Ends every subscription. */
  close(): void;
}

const MAX_WAITING = 256;

interface Subscriber {
  waiting: GatewayEvent[];
  wake(): void;
}

export function createEvents(): Events {
  const subscribers = new Set<Subscriber>();
  const closing = new AbortController();

  return {
    publish(event) {
      for (const { waiting, wake } of subscribers) {
        if (waiting.push(event) > MAX_WAITING) waiting.shift();
        wake();
      }
    },
    hasSubscribers: () => subscribers.size > 0,
    subscribe(signal) {
      const ends = AbortSignal.any(signal === undefined ? [closing.signal] : [closing.signal, signal]);
      const subscriber: Subscriber = { waiting: [], wake: () => {} };
      subscribers.add(subscriber);
      const end = () => {
        subscribers.delete(subscriber);
        subscriber.wake();
      };
      // Also for a subscription that nobody ever reads from.
      ends.addEventListener('abort', end, { once: true });
      return read(subscriber, ends, end);
    },
    close: () => closing.abort(),
  };
}

async function* read(subscriber: Subscriber, ends: AbortSignal, end: () => void): AsyncGenerator<GatewayEvent, void> {
  try {
    while (!ends.aborted) {
      const event = subscriber.waiting.shift();
      if (event !== undefined) yield event;
      else {
        await new Promise<void>((resolve) => {
          subscriber.wake = resolve;
        });
      }
    }
  } finally {
    ends.removeEventListener('abort', end);
    end();
  }
}
