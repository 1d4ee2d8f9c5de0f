/** What a list of prices says of one entry. Prices are USD per million tokens. */
export interface Facts {
  provider: string;
  /** What the entry is: `chat`, `responses`, `embedding`, … */
  kind: string;
  /** Standard rates: `input`, `output`, `cacheRead`, `cacheWrite5m`, `cacheWrite1h`. */
  price: Record<string, number>;
  /** Everything else that is a price, by the list's own names. */
  otherPrice: Record<string, unknown>;
  limits: Record<string, number>;
  /** Day on which the provider switches it off. */
  retires: string | null;
  status: string | null;
}

type Change<Value> = { from: Value | null; to: Value | null };

interface EntryChange {
  id: string;
  kind?: Change<string>;
  price?: Record<string, Change<number>>;
  otherPrice?: string[];
  limits?: Record<string, Change<number>>;
  retires?: Change<string>;
  status?: Change<string>;
}

/** What is new, gone and other, in the order of ids. */
export interface CatalogueDiff {
  added: string[];
  removed: string[];
  changed: EntryChange[];
}

/**
 * Compares two lists. `isListed` tells which entries are meant (chat models): one that becomes something else changes its kind and is not
 * removed. Beside a change of kind nothing else is told of an entry.
 */
export function diffCatalogues(
  before: ReadonlyMap<string, Facts>,
  after: ReadonlyMap<string, Facts>,
  isListed: (facts: Facts) => boolean = () => true,
): CatalogueDiff {
  const diff: CatalogueDiff = { added: [], removed: [], changed: [] };
  for (const id of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [old, now] = [before.get(id), after.get(id)];
    if (!(old && isListed(old)) && !(now && isListed(now))) continue;
    if (old === undefined) diff.added.push(id);
    else if (now === undefined) diff.removed.push(id);
    else {
      const change = changeOf(id, old, now, isListed(old) && isListed(now));
      if (Object.keys(change).length > 1) diff.changed.push(change);
    }
  }
  return diff;
}

function changeOf(id: string, before: Facts, after: Facts, isSame: boolean): EntryChange {
  const change: EntryChange = { id };
  if (before.kind !== after.kind) change.kind = { from: before.kind, to: after.kind };
  if (!isSame) return change;
  const price = changes(before.price, after.price);
  const limits = changes(before.limits, after.limits);
  const otherPrice = Object.keys(changes(texts(before.otherPrice), texts(after.otherPrice)) ?? {});
  if (price !== undefined) change.price = price;
  if (otherPrice.length > 0) change.otherPrice = otherPrice;
  if (limits !== undefined) change.limits = limits;
  if (before.retires !== after.retires) change.retires = { from: before.retires, to: after.retires };
  if (before.status !== after.status) change.status = { from: before.status, to: after.status };
  return change;
}

function changes<Value>(
  before: Record<string, Value>,
  after: Record<string, Value>,
): Record<string, Change<Value>> | undefined {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const found = names.filter((name) => before[name] !== after[name]);
  if (found.length === 0) return undefined;
  return Object.fromEntries(found.map((name) => [name, { from: before[name] ?? null, to: after[name] ?? null }]));
}

/** Compared as JSON, the members of objects in one order: a fee may be an object. */
function texts(values: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value, inOrder)]));
}

function inOrder(_: string, value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}
