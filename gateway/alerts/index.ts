import { randomUUID } from 'node:crypto';
import type { AlertChannel, AlertInfo, AlertRule } from '../../contract/index.ts';
import type { Database } from '../db/open.ts';
import { GatewayError } from '../errors.ts';
import type { Cipher, Logger } from '../host.ts';
import { type Words, wordsIn } from '../hosting/words.ts';
import type { Calendar } from '../ledger/calendar.ts';
import type { Ledger } from '../ledger/index.ts';
import { type Channels, createChannels } from './channels.ts';
import { readFigures } from './figures.ts';
import { type Finding, isMomentary, judge } from './judge.ts';
import { createOutbox } from './outbox.ts';
import { send, type Ways } from './send.ts';
import { openAlertStore, type StoredRule } from './store.ts';

type RuleFields = Pick<StoredRule, 'name' | 'enabled' | 'condition' | 'channels'>;

/** Something that happened, for the conditions that hold for a moment. */
type Happening = Finding & ({ kind: 'budget'; percent: number } | { kind: 'priceChange' });

/** Rules that watch, and channels that tell. */
export interface Alerts {
  rules(): AlertRule[];
  addRule(rule: RuleFields): AlertRule;
  updateRule(id: string, changes: { [Name in keyof RuleFields]?: RuleFields[Name] | undefined }): AlertRule;
  removeRule(id: string): void;
  restoreRule(id: string): AlertRule;
  channels: Channels;
  /** Sends a test, at once and once; how it went is in the channel's status. */
  testChannel(id: string): Promise<AlertChannel>;
  history(limit: number, beforeMs: number): AlertInfo[];
  happened(happening: Happening): void;
  /** Looks at every rule and delivers what is due. Called by itself every minute. */
  look(nowMs?: number): Promise<void>;
  start(): void;
  close(): void;
}

interface AlertsOptions extends Ways {
  database: Database;
  cipher: Cipher;
  ledger: Pick<Ledger, 'overview'>;
  calendar(): Calendar;
  words?(): Words;
  providersDown(): string[];
  log: Logger;
  onChange(): void;
}

const LOOK_EVERY_MS = 60_000;

export function createAlerts(options: AlertsOptions): Alerts {
  const { log, onChange, words = wordsIn } = options;
  const store = openAlertStore(options.database);
  const rules = new Map(store.rules.list().map((rule) => [rule.id, rule]));
  const channels = createChannels(store.channels, options.cipher);
  const outbox = createOutbox({ store: store.alerts, channels, ways: options, log, onChange });
  let timer: NodeJS.Timeout | undefined;

  function find(id: string): StoredRule {
    const rule = rules.get(id);
    if (rule === undefined) throw new GatewayError('not_found', 'There is no rule with this id.', { field: 'id' });
    return rule;
  }

  function put(rule: StoredRule): StoredRule {
    store.rules.save(rule);
    rules.set(rule.id, rule);
    onChange();
    return rule;
  }

  function refuseUnknown(ids: readonly string[]): void {
    const unknown = ids.find((id) => channels.get(id) === undefined);
    if (unknown === undefined) return;
    throw new GatewayError('invalid_request', `There is no channel ${unknown}. Add it first.`, { field: 'channels' });
  }

  function fire(rule: StoredRule, finding: Finding, nowMs: number): void {
    const deliveries = rule.channels.flatMap((channelId) => {
      const channel = channels.get(channelId);
      if (channel === undefined) return [];
      const blank = { status: 'waiting' as const, attempts: 0, nextAtMs: nowMs, error: null };
      return [{ channelId, channelName: channel.name, ...blank }];
    });
    const { id: ruleId, name: ruleName, condition } = rule;
    outbox.post({ id: randomUUID(), ruleId, ruleName, kind: condition.kind, firedAtMs: nowMs, ...finding, deliveries });
  }

  async function lookAt(rule: StoredRule, figures: ReturnType<typeof readFigures>, nowMs: number): Promise<void> {
    const finding = await judge(rule.condition, figures, words());
    const current = rules.get(rule.id);
    // It may have been changed or removed while the ledger was asked.
    if (current !== rule || (finding !== undefined) === rule.firing) return;
    put({ ...rule, firing: finding !== undefined, lastFiredAtMs: finding === undefined ? rule.lastFiredAtMs : nowMs });
    if (finding !== undefined) fire(rule, finding, nowMs);
  }

  async function look(nowMs = Date.now()): Promise<void> {
    const watched = [...rules.values()].filter(({ enabled, condition }) => enabled && !isMomentary(condition.kind));
    if (watched.length > 0) {
      const { ledger, calendar, providersDown } = options;
      const figures = readFigures({ ledger, calendar: calendar(), nowMs, providersDown });
      for (const rule of watched) await lookAt(rule, figures, nowMs);
    }
    await outbox.carry(nowMs);
  }

  function lookSafely(): void {
    look().catch((error: unknown) =>
      log.error('The alert rules could not be looked at.', { error: error instanceof Error ? error.name : 'unknown' }),
    );
  }

  return {
    rules: () => [...rules.values()],
    addRule(fields) {
      refuseUnknown(fields.channels);
      return put({ ...fields, id: randomUUID(), firing: false, lastFiredAtMs: null, createdAtMs: Date.now() });
    },
    updateRule(id, { name, enabled, condition, channels: ids }) {
      const rule = find(id);
      if (ids !== undefined) refuseUnknown(ids);
      // Another condition, or one that was off, begins anew.
      const isAnew = condition !== undefined || enabled === false;
      return put({
        ...rule,
        name: name ?? rule.name,
        enabled: enabled ?? rule.enabled,
        condition: condition ?? rule.condition,
        channels: ids ?? rule.channels,
        firing: isAnew ? false : rule.firing,
      });
    },
    removeRule(id) {
      find(id);
      store.rules.remove(id);
      rules.delete(id);
      onChange();
    },
    restoreRule(id) {
      const rule = store.rules.restore(id);
      if (rule === undefined)
        throw new GatewayError('not_found', 'There is no removed rule with this id.', { field: 'id' });
      return put(rule);
    },
    channels,
    async testChannel(id) {
      const channel = channels.get(id);
      if (channel === undefined)
        throw new GatewayError('not_found', 'There is no channel with this id.', { field: 'id' });
      const config = await channels.open(id);
      const test = { id: randomUUID(), rule: 'Test', kind: 'test', firedAtMs: Date.now(), page: '/alerts' };
      const text = { title: words()('alert.test'), body: words()('alert.testAbout', { name: channel.name }) };
      const failure = config === undefined ? undefined : await send(config, { ...test, ...text }, options);
      if (config !== undefined) channels.note(id, failure?.why ?? null);
      onChange();
      return channels.get(id) ?? channel;
    },
    history: store.alerts.list,
    happened({ kind, ...happening }) {
      const nowMs = Date.now();
      const { title, body, page } = happening;
      for (const rule of rules.values()) {
        if (!rule.enabled || rule.condition.kind !== kind) continue;
        if (
          rule.condition.kind === 'budget' &&
          (!('percent' in happening) || happening.percent < rule.condition.percent)
        )
          continue;
        put({ ...rule, lastFiredAtMs: nowMs });
        fire(rule, { title, body, page }, nowMs);
      }
      outbox.carry(nowMs).catch(() => undefined);
    },
    look,
    start() {
      timer = setInterval(lookSafely, LOOK_EVERY_MS).unref();
      lookSafely();
    },
    close: () => clearInterval(timer),
  };
}
