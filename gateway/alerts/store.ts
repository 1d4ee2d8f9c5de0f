import type { AlertCondition, AlertInfo } from '../../contract/index.ts';
import type { Database } from '../db/open.ts';

/** A rule as it is kept; `firing` outlives a restart, so that nothing is told twice. */
export interface StoredRule {
  id: string;
  name: string;
  enabled: boolean;
  condition: AlertCondition;
  channels: string[];
  firing: boolean;
  lastFiredAtMs: number | null;
  createdAtMs: number;
}

export interface StoredChannel {
  id: string;
  name: string;
  kind: 'desktop' | 'email' | 'slack' | 'webhook';
  target: string;
  sealed: Buffer;
  sealedBy: string;
  /** Deliveries that failed for good, one after the other. */
  failures: number;
  lastError: string | null;
  lastDeliveredAtMs: number | null;
  createdAtMs: number;
}

export type StoredAlert = AlertInfo;

/** How long what was removed can be restored. */
const RESTORABLE_MS = 24 * 3_600_000;
/** Alerts kept. */
const MAX_ALERTS = 1000;

interface Shelf<Item extends { id: string }> {
  list(): Item[];
  save(item: Item): void;
  remove(id: string): void;
  restore(id: string): Item | undefined;
}

export interface AlertStore {
  rules: Shelf<StoredRule>;
  channels: Shelf<StoredChannel>;
  alerts: {
    save(alert: StoredAlert): void;
    /** Newest first. */
    list(limit: number, beforeMs: number): StoredAlert[];
    /** With a delivery that waits. */
    waiting(): StoredAlert[];
  };
}

/** Rules, channels and alerts in the database. What was removed before the last day is purged at once. */
export function openAlertStore({ client }: Database): AlertStore {
  function shelf<Item extends { id: string }>(
    table: 'alert_rules' | 'alert_channels',
    { write, read }: { write(item: Item): object; read(row: Record<string, unknown>): Item },
    columns: readonly string[],
  ): Shelf<Item> {
    client.prepare(`DELETE FROM ${table} WHERE removed_at_ms <= ?`).run(Date.now() - RESTORABLE_MS);
    const list = client.prepare<[], Record<string, unknown>>(
      `SELECT * FROM ${table} WHERE removed_at_ms IS NULL ORDER BY created_at_ms, id`,
    );
    const save = client.prepare(
      `INSERT OR REPLACE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => `@${name}`).join(', ')})`,
    );
    const remove = client.prepare(`UPDATE ${table} SET removed_at_ms = ? WHERE id = ?`);
    const restore = client.prepare<[string, number], Record<string, unknown>>(
      `UPDATE ${table} SET removed_at_ms = NULL WHERE id = ? AND removed_at_ms > ? RETURNING *`,
    );
    return {
      list: () => list.all().map(read),
      save: (item) => save.run(write(item)),
      remove: (id) => remove.run(Date.now(), id),
      restore(id) {
        const row = restore.get(id, Date.now() - RESTORABLE_MS);
        return row === undefined ? undefined : read(row);
      },
    };
  }

  const saveAlert = client.prepare(
    'INSERT OR REPLACE INTO alerts (id, fired_at_ms, waiting, alert) VALUES (@id, @firedAtMs, @waiting, @alert)',
  );
  const trim = client.prepare(
    'DELETE FROM alerts WHERE fired_at_ms < (SELECT fired_at_ms FROM alerts ORDER BY fired_at_ms DESC LIMIT 1 OFFSET ?)',
  );
  const listAlerts = client.prepare<[number, number], { alert: string }>(
    'SELECT alert FROM alerts WHERE fired_at_ms < ? ORDER BY fired_at_ms DESC, id DESC LIMIT ?',
  );
  const waitingAlerts = client.prepare<[], { alert: string }>('SELECT alert FROM alerts WHERE waiting = 1');
  const parse = ({ alert }: { alert: string }) => JSON.parse(alert) as StoredAlert;

  return {
    rules: shelf<StoredRule>('alert_rules', RULES, ['id', 'rule', 'created_at_ms']),
    channels: shelf<StoredChannel>('alert_channels', CHANNELS, [
      'id',
      'channel',
      'sealed',
      'sealed_by',
      'created_at_ms',
    ]),
    alerts: {
      save(alert) {
        const waiting = alert.deliveries.some(({ status }) => status === 'waiting') ? 1 : 0;
        saveAlert.run({ id: alert.id, firedAtMs: alert.firedAtMs, waiting, alert: JSON.stringify(alert) });
        trim.run(MAX_ALERTS - 1);
      },
      list: (limit, beforeMs) => listAlerts.all(beforeMs, limit).map(parse),
      waiting: () => waitingAlerts.all().map(parse),
    },
  };
}

const RULES = {
  write: (rule: StoredRule) => ({ id: rule.id, rule: JSON.stringify(rule), created_at_ms: rule.createdAtMs }),
  read: (row: Record<string, unknown>) => JSON.parse(String(row.rule)) as StoredRule,
};

const CHANNELS = {
  write: ({ sealed, sealedBy, ...channel }: StoredChannel) => ({
    id: channel.id,
    channel: JSON.stringify(channel),
    sealed,
    sealed_by: sealedBy,
    created_at_ms: channel.createdAtMs,
  }),
  read: (row: Record<string, unknown>): StoredChannel => ({
    ...(JSON.parse(String(row.channel)) as Omit<StoredChannel, 'sealed' | 'sealedBy'>),
    sealed: row.sealed as Buffer,
    sealedBy: String(row.sealed_by),
  }),
};
