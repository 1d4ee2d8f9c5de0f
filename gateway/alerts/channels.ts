import { randomUUID } from 'node:crypto';
import type { AlertChannel, ChannelConfig } from '../../contract/index.ts';
import { GatewayError } from '../errors.ts';
import type { Cipher } from '../host.ts';
import { refuseUnsafe } from '../providers/address.ts';
import type { AlertStore, StoredChannel } from './store.ts';

/** Deliveries that failed for good in a row, after which a channel is shown as dead. It is still tried. */
const DEAD_AFTER = 3;

/** Where alerts go. Their secrets are sealed at rest and opened only to send. */
export interface Channels {
  list(): AlertChannel[];
  get(id: string): AlertChannel | undefined;
  add(name: string, config: ChannelConfig): Promise<AlertChannel>;
  update(id: string, changes: { name?: string | undefined; config?: ChannelConfig | undefined }): Promise<AlertChannel>;
  remove(id: string): void;
  restore(id: string): AlertChannel;
  /** Undefined where it cannot be opened by this run's cipher, or is gone. */
  open(id: string): Promise<ChannelConfig | undefined>;
  /** Notes how a delivery ended for good. Null: it arrived. */
  note(id: string, error: string | null): void;
}

export function createChannels(store: AlertStore['channels'], cipher: Cipher): Channels {
  const all = new Map(store.list().map((channel) => [channel.id, channel]));

  function find(id: string): StoredChannel {
    const channel = all.get(id);
    if (channel === undefined)
      throw new GatewayError('not_found', 'There is no channel with this id.', { field: 'id' });
    return channel;
  }

  function put(channel: StoredChannel): AlertChannel {
    store.save(channel);
    all.set(channel.id, channel);
    return show(channel);
  }

  async function sealed(config: ChannelConfig) {
    if (config.kind === 'slack' || config.kind === 'webhook') refuseOpen(config.url);
    const { bytes, by } = await cipher.seal(JSON.stringify(config));
    return { kind: config.kind, target: targetOf(config), sealed: Buffer.from(bytes), sealedBy: by };
  }

  function show({ sealed, sealedBy, failures, ...channel }: StoredChannel): AlertChannel {
    return { ...channel, status: statusOf({ ...channel, sealed, sealedBy, failures }, cipher) };
  }

  return {
    list: () => [...all.values()].map(show),
    get(id) {
      const channel = all.get(id);
      return channel === undefined ? undefined : show(channel);
    },
    async add(name, config) {
      const blank = { failures: 0, lastError: null, lastDeliveredAtMs: null, createdAtMs: Date.now() };
      return put({ id: randomUUID(), name, ...(await sealed(config)), ...blank });
    },
    async update(id, { name, config }) {
      const fresh = config === undefined ? {} : { ...(await sealed(config)), failures: 0, lastError: null };
      const channel = find(id);
      return put({ ...channel, ...fresh, name: name ?? channel.name });
    },
    remove(id) {
      find(id);
      store.remove(id);
      all.delete(id);
    },
    restore(id) {
      const channel = store.restore(id);
      if (channel === undefined)
        throw new GatewayError('not_found', 'There is no removed channel with this id.', { field: 'id' });
      all.set(id, channel);
      return show(channel);
    },
    async open(id) {
      const channel = all.get(id);
      if (channel === undefined || !cipher.opens(channel.sealedBy)) return undefined;
      try {
        const { text } = await cipher.open({ bytes: channel.sealed, by: channel.sealedBy });
        return JSON.parse(text) as ChannelConfig;
      } catch {
        return undefined;
      }
    },
    note(id, error) {
      const channel = all.get(id);
      if (channel === undefined) return;
      if (error === null) put({ ...channel, failures: 0, lastError: null, lastDeliveredAtMs: Date.now() });
      else put({ ...channel, failures: channel.failures + 1, lastError: error });
    },
  };
}

function statusOf({ sealedBy, failures, lastDeliveredAtMs }: StoredChannel, cipher: Cipher): AlertChannel['status'] {
  if (!cipher.opens(sealedBy)) return 'unreadable';
  if (failures >= DEAD_AFTER) return 'dead';
  if (failures > 0) return 'failing';
  return lastDeliveredAtMs === null ? 'untried' : 'works';
}

/** Alerts tell of spending: they do not travel unencrypted but on this machine and in private networks. */
function refuseOpen(url: string): void {
  const { origin } = new URL(url);
  try {
    refuseUnsafe(origin, false);
  } catch {
    throw new GatewayError('invalid_request', `${origin} is neither encrypted nor a private address. Use https://.`, {
      field: 'url',
    });
  }
}

function targetOf(config: ChannelConfig): string {
  if (config.kind === 'desktop') return 'this desktop';
  if (config.kind === 'email') return config.to.join(', ');
  return new URL(config.url).host;
}
