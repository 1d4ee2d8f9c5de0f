import type { Catalogue } from './catalogue.ts';
import { type CatalogueDiff, diffCatalogues, type Facts } from './diff.ts';
import { type Download, layModels, type Patch } from './layers.ts';
import { inForce, overrule, weighPrice } from './merge.ts';
import type { Model, Price } from './schema.ts';
import { faultOf, oddityOf, type Quarantined } from './sense.ts';
import { type Found, factsOf, type Reading } from './sources/index.ts';

/** What a source said when it was last read and made sense. */
export interface Seen {
  models: number;
  kinds: Record<string, string>;
  prices: Record<string, Price>;
}

export interface Digest {
  /** Why the list is refused as a whole; nothing else of it counts then. */
  fault: string | undefined;
  download: Download;
  diff: CatalogueDiff;
  quarantined: Quarantined[];
  seen: Seen;
}

type Known = Pick<Catalogue, 'shipped' | 'download' | 'disagreements' | 'accepts'> & {
  registry: Pick<Catalogue['registry'], 'find'>;
};

/**
 * Works out what a list that was read on a day changes; changes nothing itself. Of OpenRouter's models its own listing alone counts, and
 * what runs at home is free: other lists are not heard on either.
 */
export function digest(reading: Reading, known: Known, { seen, day }: { seen: Seen | undefined; day: string }): Digest {
  const patches = new Map(known.download().patches.map((patch) => [patch.id, patch]));
  const quarantined: Quarantined[] = [];
  const beneath = modelsOf(known, known.download());
  for (const found of reading.models) {
    const model = beneath.get(found.id);
    if (reading.kind !== 'registry' && /^(openrouter|ollama)\//.test(found.id)) continue;
    const weighed = known.disagreements().filter((one) => one.model === found.id);
    const prices = found.prices.map((price) => overrule(price, reading.name, weighed));
    const odd = oddityOf({ ...found, prices }, model && inForce(model.prices, day));
    if (odd !== undefined) quarantined.push({ model: found.id, ...odd });
    else {
      const patch =
        reading.kind === 'registry'
          ? ownPatch(found, known, day)
          : otherPatch(found, model, { reading, known, seen, day, before: patches.get(found.id) });
      if (patch !== undefined) patches.set(found.id, patch);
      else if (reading.kind === 'registry') patches.delete(found.id);
    }
  }
  const gone = reading.kind === 'registry' ? goneFrom(reading, known.shipped.models) : [];
  for (const id of gone) patches.set(id, { id, day, fields: { status: 'deprecated' } });
  const disagreements = reading.kind === 'registry' ? reading.disagreements : known.download().disagreements;
  const download = { patches: [...patches.values()], disagreements };
  const after = modelsOf(known, download);
  for (const id of gone) after.delete(id);
  return {
    fault: faultOf(reading.models.length, quarantined.length, seen?.models ?? firstCount(reading, known)),
    download,
    diff: withSourceNews(diffCatalogues(facts(beneath, day), facts(after, day)), reading, { seen, beneath }),
    quarantined,
    seen: { models: reading.models.length, kinds: reading.kinds, prices: pricesOf(reading, quarantined, seen) },
  };
}

/** What another list dropped, or lists as something else now, stays in the registry as it is, and is told. */
function withSourceNews(
  diff: CatalogueDiff,
  reading: Reading,
  { seen, beneath }: { seen: Seen | undefined; beneath: ReadonlyMap<string, Model> },
): CatalogueDiff {
  if (seen === undefined || reading.kind === 'registry') return diff;
  const { added, removed, changed } = diff;
  for (const [id, from] of Object.entries(seen.kinds)) {
    const to = reading.kinds[id];
    if (!beneath.has(id) || to === from) continue;
    const known = changed.find((one) => one.id === id);
    if (to === undefined) removed.push(id);
    else if (known === undefined) changed.push({ id, kind: { from, to } });
    else known.kind = { from, to };
  }
  return { added, removed: removed.sort(), changed: changed.sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

/** The project's own list is never much smaller than the one that was shipped; of others nothing is known at first. */
function firstCount(reading: Reading, known: Known): number | undefined {
  return reading.kind === 'registry' ? known.shipped.models.length : undefined;
}

function modelsOf(known: Known, download: Download): Map<string, Model> {
  const listed = layModels(known.shipped, download, new Map());
  return new Map(listed.map(({ model }) => [model.id, model]));
}

function facts(models: ReadonlyMap<string, Model>, day: string): Map<string, Facts> {
  return new Map([...models].map(([id, model]) => [id, factsOf(model, day)]));
}

/** The own list says every field itself, and what it no longer says is gone. */
function ownPatch({ id, model }: Found, known: Known, day: string): Patch | undefined {
  const shipped = known.shipped.models.find((one) => one.id === id);
  if (model === undefined || JSON.stringify(sorted(model)) === JSON.stringify(shipped && sorted(shipped)))
    return undefined;
  return { id, day, fields: model, whole: true };
}

function sorted(model: Model): [string, unknown][] {
  return Object.entries(model).sort(([a], [b]) => (a < b ? -1 : 1));
}

interface Context {
  reading: Reading;
  known: Known;
  seen: Seen | undefined;
  day: string;
  before: Patch | undefined;
}

/** Of another list only the price and the day of retirement count, for a model that is known; limits and ratings were weighed by hand. */
function otherPatch(found: Found, model: Model | undefined, context: Context): Patch | undefined {
  const { day, before } = context;
  const fields = model === undefined ? newModel(found, context) : newFields(found, model, context);
  if (fields === undefined || Object.keys(fields).length === 0) return undefined;
  return { ...before, id: found.id, day, fields: { ...before?.fields, ...fields } };
}

function newModel({ id, model, prices, retires }: Found, { known, reading, day }: Context): Model | undefined {
  const isOther = known.registry.find(id) !== undefined;
  const [price] = prices;
  if (model === undefined || price === undefined || isOther || (retires ?? '9999') < day) return undefined;
  if (!known.accepts(model)) return undefined;
  // A price of zero for a hosted model is a trial, not a price.
  return isFree(price) ? { ...model, prices: [] } : { ...model, priceSource: `${reading.name} ${day}` };
}

function newFields(
  { id, prices: [price], retires }: Found,
  model: Model,
  { reading, known, seen, day }: Context,
): Partial<Model> {
  const fields: Partial<Model> = {};
  if (retires !== undefined && retires !== model.retires) fields.retires = retires;
  if (price === undefined || isFree(price)) return fields;
  const prices = weighPrice(model.prices, price, {
    source: reading.name,
    day,
    before: seen?.prices[id],
    disagreements: known.disagreements().filter((one) => one.model === id),
  });
  return prices === undefined ? fields : { ...fields, prices, priceSource: `${reading.name} ${day}` };
}

function isFree({ input, output }: Price): boolean {
  return input === 0 && output === 0;
}

function goneFrom(reading: Reading, shipped: readonly Model[]): string[] {
  const ids = new Set(reading.models.map(({ id }) => id));
  return shipped.flatMap(({ id, status }) => (ids.has(id) || status === 'deprecated' ? [] : [id]));
}

/** A price in quarantine was not heard: what the source said before stands. */
function pricesOf(
  reading: Reading,
  quarantined: readonly Quarantined[],
  seen: Seen | undefined,
): Record<string, Price> {
  const odd = new Set(quarantined.map(({ model }) => model));
  const prices: Record<string, Price> = {};
  for (const { id, prices: list } of reading.models) {
    const price = odd.has(id) ? seen?.prices[id] : list[0];
    if (price !== undefined) prices[id] = price;
  }
  return prices;
}
