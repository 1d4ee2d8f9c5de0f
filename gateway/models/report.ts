import type { RegistryCheck } from '../../contract/index.ts';
import type { Catalogue } from './catalogue.ts';
import type { Digest } from './digest.ts';
import type { Quarantined } from './sense.ts';

/** A check before it is written down. */
export interface Report extends RegistryCheck {
  quarantined: Quarantined[];
}

/** A check that has changed nothing yet. */
export function blank(
  { catalogue, now = Date.now }: { catalogue: Pick<Catalogue, 'registry'>; now?: (() => number) | undefined },
  said: Pick<RegistryCheck, 'result' | 'source' | 'message'>,
): Report {
  return {
    id: null,
    atMs: now(),
    version: catalogue.registry.version,
    diff: { added: [], removed: [], changed: [] },
    quarantined: [],
    notices: [],
    restorable: false,
    ...said,
  };
}

/** What a list that makes sense changes, as the contract tells it. */
export function reportOf(
  options: Parameters<typeof blank>[0],
  source: string,
  { diff, quarantined }: Digest,
  result: 'updated' | 'unchanged',
): Report {
  const said = blank(options, { result, source, message: `${hostOf(source)}: ${sumUp({ diff, quarantined })}.` });
  return { ...said, diff, quarantined };
}

function sumUp({ diff: { added, removed, changed }, quarantined }: Pick<Digest, 'diff' | 'quarantined'>): string {
  const repriced = changed.filter(({ price, otherPrice }) => price !== undefined || otherPrice !== undefined).length;
  const news = [
    count(added.length, 'new model'),
    count(removed.length, 'model gone', 'models gone'),
    count(repriced, 'changed price'),
    count(changed.length - repriced, 'other change'),
  ].filter((part) => part !== undefined);
  const odd = count(quarantined.length, 'price that makes no sense left out', 'prices that make no sense left out');
  return [...(news.length === 0 ? ['nothing new'] : news), ...(odd === undefined ? [] : [odd])].join(', ');
}

function count(number: number, one: string, many = `${one}s`): string | undefined {
  return number === 0 ? undefined : `${number} ${number === 1 ? one : many}`;
}

/** The part of an address that people know a source by. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
