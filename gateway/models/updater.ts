import { randomInt } from 'node:crypto';
import type { Cron } from 'croner';
import type { RegistryCheck, RegistryStatus } from '../../contract/index.ts';
import { GatewayError } from '../errors.ts';
import type { Host, Logger } from '../host.ts';
import { type Words, wordsIn } from '../hosting/words.ts';
import { type AskOptions, ask, type Read } from './ask.ts';
import type { Catalogue } from './catalogue.ts';
import type { Checks } from './checks.ts';
import type { Download } from './layers.ts';
import { meaningsOf, type Used } from './meaning.ts';
import { blank, hostOf, type Report, reportOf } from './report.ts';
import type { Model } from './schema.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A start is busy enough, and machines that start at the same hour should not ask at the same second. */
const START_DELAY_MS = [30_000, 300_000] as const;

interface UpdaterOptions extends AskOptions {
  checks: Checks;
  /** What was used from a moment on, by model. */
  used(fromMs: number, toMs: number): Promise<readonly Used[]>;
  notify: Host['notify'];
  words?(): Words;
  log: Logger;
  onCheck?: (check: RegistryCheck) => void;
}

/** Keeps models and prices fresh. */
export interface Updater {
  /** Looks once in the next minutes if a day has passed, and then every day. */
  start(): void;
  /** Looks if a day has passed since the last look and updates are on. */
  round(): Promise<void>;
  /** Looks now. Two that ask at the same time share one look. Never throws for what a list or the network does. */
  check(): Promise<RegistryCheck>;
  /** What a check would change. */
  preview(): Promise<RegistryCheck>;
  status(): RegistryStatus;
  history(): RegistryCheck[];
  /** Puts back what held before a check. Throws `not_found` for a check that changed nothing. */
  restore(id: number): RegistryCheck;
  close(): void;
}

export function createUpdater(options: UpdaterOptions): Updater {
  const { catalogue, checks, settings, log, words = wordsIn, now = Date.now } = options;
  let running: Promise<RegistryCheck> | undefined;
  let cron: Cron | undefined;
  let first: NodeJS.Timeout | undefined;
  let closed = false;

  /** True also where the clock was set back behind the last check: what it said is then worth nothing. */
  function isDue(): boolean {
    const pace = checks.pace();
    return pace === undefined || now() >= pace.nextAtMs || now() < pace.lastAtMs;
  }

  async function round(): Promise<void> {
    if (settings.get().modelUpdates.enabled && isDue()) await check();
  }

  /** Every hour at a minute of this machine's own: a day may pass asleep, and clocks are set. */
  async function beginRounds(): Promise<void> {
    await round();
    const { Cron } = await import('croner');
    if (!closed) cron = new Cron(`${randomInt(60)} * * * *`, { unref: true }, round);
  }

  function check(): Promise<RegistryCheck> {
    running ??= look().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function look(): Promise<RegistryCheck> {
    const found = await ask(options, true);
    const models = modelsOf(catalogue);
    const download = catalogue.download();
    const said = found.state === 'read' ? takeOver(found) : found.report;
    const notices = await tell(models, said);
    const report = record({ ...said, notices }, said.result === 'updated' ? download : undefined);
    keepPace(report, found.state === 'none' ? found.retryAfterMs : undefined);
    options.onCheck?.(report);
    return report;
  }

  function takeOver({ url, digested, marks }: Read): Report {
    const result = changes(digested.download) ? 'updated' : 'unchanged';
    try {
      if (result === 'updated') catalogue.apply(digested.download);
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : 'it does not fit';
      return blank(options, { result: 'refused', source: url, message: `${hostOf(url)} was not taken over: ${why}.` });
    }
    checks.saveSource(url, { marks, seen: digested.seen });
    return reportOf(options, url, digested, result);
  }

  function changes(download: Download): boolean {
    return JSON.stringify(catalogue.download().patches) !== JSON.stringify(download.patches);
  }

  /** What the owner is told once, in one notice; announced prices come up without any news. */
  async function tell(before: readonly Model[], { quarantined, diff: { removed } }: Report): Promise<string[]> {
    const nowMs = now();
    const used = await options.used(nowMs - 30 * DAY_MS, nowMs).catch(() => []);
    const told = checks.told();
    const say = words();
    const meanings = meaningsOf({ before, after: modelsOf(catalogue), quarantined, removed }, used, { nowMs, say });
    const fresh = meanings.filter(({ key }) => !told.has(key));
    if (fresh.length === 0) return [];
    checks.saveTold([...told, ...fresh.map(({ key }) => key)]);
    const sentences = fresh.map(({ sentence }) => `${sentence}.`);
    const more = sentences.length > 3 ? ` ${say('prices.more', { count: sentences.length - 3 })}` : '';
    const body = sentences.slice(0, 3).join(' ') + more;
    options.notify({ kind: 'prices', title: say('prices.title'), body, page: '/models' });
    return sentences;
  }

  function record(report: RegistryCheck, before: Parameters<Checks['add']>[1]): RegistryCheck {
    return checks.add({ ...report, version: catalogue.registry.version }, before);
  }

  function keepPace({ result, message }: RegistryCheck, retryAfterMs = 0): void {
    const failed = result === 'failed' || result === 'refused';
    // Once is enough: that a machine is still offline an hour later is no news.
    if (failed && checks.pace()?.failing !== true) log.info(message);
    if (result === 'updated') log.info(message);
    const nextAtMs = now() + (failed ? Math.min(Math.max(HOUR_MS, retryAfterMs), DAY_MS) : DAY_MS);
    checks.savePace({ lastAtMs: now(), nextAtMs, failing: failed });
  }

  return {
    round,
    check,
    async preview() {
      const found = await ask(options, false);
      if (found.state === 'none') return found.report;
      const isSame = JSON.stringify(catalogue.download().patches) === JSON.stringify(found.digested.download.patches);
      return reportOf(options, found.url, found.digested, isSame ? 'unchanged' : 'updated');
    },
    status() {
      const { enabled, sources } = settings.get().modelUpdates;
      const listed = catalogue.listed();
      const pace = checks.pace();
      return {
        version: catalogue.registry.version,
        models: listed.length,
        shipped: { made: catalogue.shipped.made, models: catalogue.shipped.models.length },
        downloaded: listed.filter(({ origins }) => Object.values(origins).includes('downloaded')).length,
        edited: listed.filter(({ origins }) => Object.values(origins).includes('edited')).length,
        enabled,
        sources,
        lastCheckAtMs: pace?.lastAtMs ?? null,
        nextCheckAtMs: enabled ? (pace?.nextAtMs ?? now()) : null,
        lastCheck: checks.list()[0] ?? null,
        disagreements: [...catalogue.disagreements()],
      };
    },
    history: () => checks.list(),
    restore(id) {
      const before = checks.before(id);
      if (before === undefined) {
        throw new GatewayError('not_found', 'There is no check with this id that changed anything.', { field: 'id' });
      }
      const current = catalogue.download();
      catalogue.apply(before);
      const message = `Models and prices are as they were before check ${id}.`;
      return record(blank(options, { result: 'restored', source: null, message }), current);
    },
    start() {
      first = setTimeout(beginRounds, randomInt(...START_DELAY_MS)).unref();
    },
    close() {
      closed = true;
      clearTimeout(first);
      cron?.stop();
    },
  };
}

/** Models as they hold, but for those that the owner prices: what a list says of them changes nothing. */
function modelsOf(catalogue: Catalogue): Model[] {
  return catalogue.listed().flatMap(({ model, edit }) => (edit.price === undefined ? [model] : []));
}
