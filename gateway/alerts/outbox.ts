import type { Logger } from '../host.ts';
import type { Channels } from './channels.ts';
import { isMomentary } from './judge.ts';
import { type Message, type SendFailure, send, type Ways } from './send.ts';
import type { AlertStore, StoredAlert } from './store.ts';

/** After each failed attempt so long until the next one; after the last it has failed. */
const DELAYS_MS = [10_000, 60_000, 300_000, 1_800_000, 7_200_000];

interface OutboxOptions {
  store: AlertStore['alerts'];
  channels: Channels;
  ways: Ways;
  log: Logger;
  /** Told of each change of an alert's deliveries. */
  onChange(): void;
}

/** Carries alerts to their channels, each by itself, again and again for a few hours; also what an earlier run left. */
export interface Outbox {
  post(alert: StoredAlert): void;
  /** What is due now. Resolves when each of it was tried once. */
  carry(nowMs: number): Promise<void>;
}

export function createOutbox({ store, channels, ways, log, onChange }: OutboxOptions): Outbox {
  const waiting = new Map(store.waiting().map((alert) => [alert.id, alert]));
  const underWay = new Set<string>();

  async function tryOnce(alert: StoredAlert, index: number, nowMs: number): Promise<void> {
    const delivery = alert.deliveries[index];
    if (delivery === undefined) return;
    const place = `${alert.id} ${delivery.channelId}`;
    if (underWay.has(place)) return;
    underWay.add(place);
    const failure = await deliver(alert, delivery.channelId);
    underWay.delete(place);
    delivery.attempts += 1;
    const delay = DELAYS_MS[delivery.attempts - 1];
    if (failure === undefined) Object.assign(delivery, { status: 'delivered', nextAtMs: null, error: null });
    else if (failure.isFinal || delay === undefined)
      Object.assign(delivery, { status: 'failed', nextAtMs: null, error: failure.why });
    else Object.assign(delivery, { nextAtMs: nowMs + delay, error: failure.why });
    if (delivery.status !== 'waiting') channels.note(delivery.channelId, failure?.why ?? null);
    if (delivery.status === 'failed')
      log.warn('An alert could not be delivered.', { channel: delivery.channelName, why: failure?.why ?? '' });
    store.save(alert);
    if (!alert.deliveries.some(({ status }) => status === 'waiting')) waiting.delete(alert.id);
    onChange();
  }

  async function deliver(alert: StoredAlert, channelId: string): Promise<SendFailure | undefined> {
    if (channels.get(channelId) === undefined) return { why: 'The channel was removed.', isFinal: true };
    const config = await channels.open(channelId);
    if (config === undefined) return { why: 'The channel cannot be opened: set it up anew.', isFinal: true };
    // The app has told of these by itself.
    if (config.kind === 'desktop' && isMomentary(alert.kind)) return undefined;
    return send(config, messageOf(alert), ways);
  }

  return {
    post(alert) {
      store.save(alert);
      if (alert.deliveries.length > 0) waiting.set(alert.id, alert);
    },
    async carry(nowMs) {
      const due = [...waiting.values()].flatMap((alert) =>
        alert.deliveries.flatMap(({ status, nextAtMs }, index) =>
          status === 'waiting' && (nextAtMs ?? 0) <= nowMs ? [tryOnce(alert, index, nowMs)] : [],
        ),
      );
      await Promise.all(due);
    },
  };
}

function messageOf({ id, ruleName, kind, firedAtMs, title, body, page }: StoredAlert): Message {
  return { id, rule: ruleName, kind, firedAtMs, title, body, page };
}
