import type { SettingsStore } from '../db/settings.ts';
import type { Catalogue } from './catalogue.ts';
import type { Checks } from './checks.ts';
import { type Digest, digest } from './digest.ts';
import { blank, hostOf, type Report } from './report.ts';
import { type Reading, readList } from './sources/index.ts';

export interface AskOptions {
  catalogue: Catalogue;
  checks: Pick<Checks, 'source'>;
  settings: Pick<SettingsStore, 'get'>;
  now?: () => number;
}

export interface Read {
  state: 'read';
  url: string;
  digested: Digest;
  marks: { etag?: string | undefined; lastModified?: string | undefined };
}

type Asked = Read | { state: 'none'; report: Report; retryAfterMs: number | undefined };

/** Asks one list after the other until one makes sense, or says that it has not changed. */
export async function ask(options: AskOptions, isConditional: boolean): Promise<Asked> {
  const { catalogue, checks, settings, now = Date.now } = options;
  const {
    modelUpdates: { sources },
    proxy,
  } = settings.get();
  // Loaded when it is needed: once a day.
  const { fetchList } = await import('./fetch.ts');
  const failures: string[] = [];
  let refused: Pick<Report, 'source' | 'quarantined'> | undefined;
  let retryAfterMs: number | undefined;
  for (const url of sources) {
    const state = checks.source(url);
    const fetched = await fetchList(url, isConditional ? (state?.marks ?? {}) : {}, proxy);
    if (fetched.state === 'unchanged') {
      const message = `${hostOf(url)} has nothing new.`;
      return {
        state: 'none',
        report: blank(options, { result: 'unchanged', source: url, message }),
        retryAfterMs: undefined,
      };
    }
    if (fetched.state === 'failed') {
      failures.push(`${hostOf(url)} ${fetched.why}`);
      retryAfterMs = Math.max(retryAfterMs ?? 0, fetched.retryAfterMs ?? 0) || undefined;
      continue;
    }
    const reading = safely(fetched.json);
    if (reading === null) {
      failures.push(`${hostOf(url)} sent a list of a shape that is not known`);
      continue;
    }
    const day = new Date(now()).toISOString().slice(0, 10);
    const digested = digest(reading, catalogue, { seen: state?.seen, day });
    if (digested.fault === undefined) return { state: 'read', url, digested, marks: fetched.marks };
    failures.push(`The list of ${hostOf(url)} ${digested.fault}`);
    refused ??= { source: url, quarantined: digested.quarantined };
  }
  const why = failures.length === 0 ? 'No list is set' : failures.join('; ');
  const message = `Models and prices stay as they are. ${why}.`;
  const report = blank(options, {
    result: refused === undefined ? 'failed' : 'refused',
    source: refused?.source ?? null,
    message,
  });
  return { state: 'none', report: { ...report, quarantined: refused?.quarantined ?? [] }, retryAfterMs };
}

function safely(json: unknown): Reading | null {
  try {
    return readList(json);
  } catch {
    return null;
  }
}
