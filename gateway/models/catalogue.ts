import { createHash } from 'node:crypto';
import type { AddModel, EditModel, ModelEdit } from '../../contract/index.ts';
import type { Database } from '../db/open.ts';
import { GatewayError } from '../errors.ts';
import { type Download, type Edit, type Listed, layModels } from './layers.ts';
import { createRegistry, type LiveRegistry, type Registry } from './registry.ts';
import type { Disagreement, Model, ModelFile } from './schema.ts';
import { createRegistryStore, type KeptPrices } from './store.ts';

interface CatalogueOptions {
  database: Database;
  shipped: { file: ModelFile; version: string };
  /** Whether the gateway can call a model at all. */
  isServed: (model: Model) => boolean;
  /** Models of the house, beside those of the file. */
  extra: readonly Model[];
  now?: () => number;
}

/** The registry in its three layers, as it holds now. Each change makes a new registry, which takes the old one's place at once. */
export interface Catalogue {
  /** Always reads the current registry. */
  registry: LiveRegistry;
  shipped: ModelFile;
  listed(): readonly Listed[];
  /** By id or alias. */
  one(id: string): Listed | undefined;
  /** Throws `not_found`. */
  edit(input: EditModel): Listed;
  /** Throws `conflict` where the name is taken. */
  add(input: AddModel): Listed;
  /** Undefined: the model was one that the owner had added, and is gone. Throws `not_found`. */
  reset(id: string): Listed | undefined;
  disagreements(): readonly Disagreement[];
  download(): Download;
  /** Models that were found on this machine, in the place of those that were found before. What the shipped list adds to them is kept. */
  setFound(models: readonly Model[]): void;
  /** Puts what was downloaded in the place of what was downloaded before. Throws, and changes nothing, where it does not fit. */
  apply(download: Download): void;
  /** Whether the gateway could call the model. */
  accepts(model: Model): boolean;
  /** Price lists of a model since its first, newest first. */
  prices(id: string): KeptPrices[];
}

export function createCatalogue(options: CatalogueOptions): Catalogue {
  const { database, shipped, isServed, extra, now = Date.now } = options;
  const store = createRegistryStore(database);
  const listeners = new Set<() => void>();
  let download = store.download();
  let edits = store.edits();
  let listed: readonly Listed[] = [];
  let byId = new Map<string, Listed>();
  let current: Registry = createRegistry([], '');
  let unrated: ReadonlySet<string> = new Set();

  let found: readonly Model[] = [];
  const shippedById = new Map(shipped.file.models.map((model) => [model.id, model]));

  /** All that can throw comes before the first assignment. */
  function rebuild(next: { download: Download; edits: Map<string, Edit> }): void {
    const own = new Set([...extra, ...found].map(({ id }) => id));
    const others = shipped.file.models.filter(({ id }) => !own.has(id));
    const file = { made: shipped.file.made, models: [...others, ...extra, ...found] };
    const all = layModels(file, next.download, next.edits).filter(
      // What the owner added stays, though its provider may be away for the moment.
      ({ model, beneath }) => beneath === null || isServed(model) || own.has(model.id),
    );
    const version = versionOf(shipped.version, { ...next, found });
    const hidden = new Set(all.filter((one) => one.hidden).map(({ model }) => model.id));
    const registry = createRegistry(
      all.map(({ model }) => model),
      version,
      { nowMs: now(), hidden },
    );
    store.keepPrices(version, all, now());
    listed = all;
    byId = new Map(all.map((one) => [one.model.id, one]));
    current = registry;
    unrated = new Set(all.filter(isUnrated).map(({ model }) => model.id));
    ({ download, edits } = next);
  }

  function change(id: string, edit: Edit | undefined): Listed | undefined {
    const next = new Map(edits);
    if (edit === undefined) next.delete(id);
    else next.set(id, edit);
    database.client.transaction(() => {
      store.saveEdit(id, edit, now());
      rebuild({ download, edits: next });
    })();
    for (const listener of listeners) listener();
    return byId.get(id);
  }

  function find(id: string): Listed {
    const found = byId.get(current.find(id)?.id ?? '');
    if (found === undefined) throw new GatewayError('not_found', 'There is no model with this id.', { field: 'id' });
    return found;
  }

  rebuild({ download, edits });

  return {
    registry: {
      get version() {
        return current.version;
      },
      get models() {
        return current.models;
      },
      get unrated() {
        return unrated;
      },
      find: (id) => current.find(id),
      named: (name) => current.named(name),
      onChange: (listener) => void listeners.add(listener),
    },
    shipped: shipped.file,
    listed: () => listed,
    one: (id) => byId.get(current.find(id)?.id ?? ''),
    edit({ id, ...changes }) {
      const { model } = find(id);
      const kept = edits.get(model.id);
      const edit = merged(kept?.edit ?? {}, changes);
      const isEmpty = Object.keys(edit).length === 0 && kept?.added === undefined;
      return change(model.id, isEmpty ? undefined : { edit, added: kept?.added }) ?? find(id);
    },
    add(input) {
      const model = modelOf(input);
      if (current.find(model.id) !== undefined) {
        throw new GatewayError('conflict', `There is a model ${model.id} already: edit it instead.`, { field: 'name' });
      }
      if (!isServed(model)) {
        const message = `There is no provider "${model.provider}" that could serve it. Add the provider first.`;
        throw new GatewayError('not_found', message, { field: 'provider' });
      }
      return change(model.id, { edit: {}, added: model }) ?? find(model.id);
    },
    reset(id) {
      const { model } = find(id);
      return change(model.id, undefined);
    },
    setFound(models) {
      found = models.map((model) => withRatings(model, shippedById.get(model.id)));
      rebuild({ download, edits });
      for (const listener of listeners) listener();
    },
    disagreements: () => [...(shipped.file.disagreements ?? []), ...download.disagreements],
    download: () => download,
    accepts: isServed,
    apply(next) {
      database.client.transaction(() => {
        store.saveDownload(next);
        rebuild({ download: next, edits });
      })();
      for (const listener of listeners) listener();
    },
    prices: (id) => store.prices(current.find(id)?.id ?? id),
  };
}

function isUnrated({ model, origins }: Listed): boolean {
  return model.quality.length === 0 && origins.capabilities === 'downloaded';
}

/** Null takes a field back. */
function merged(edit: ModelEdit, changes: Omit<EditModel, 'id'>): ModelEdit {
  const all = { ...edit, ...Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null)) as ModelEdit;
}

function modelOf({
  provider,
  name,
  title,
  contextTokens,
  maxOutputTokens,
  input,
  price,
  rating,
  ...more
}: AddModel): Model {
  const { tools = true, structuredOutput = false, reasoning = false, promptCaching = false } = more.capabilities;
  const date = new Date().toISOString().slice(0, 10);
  return {
    id: `${provider}/${name}`,
    provider,
    name,
    title: title ?? name,
    contextTokens,
    maxOutputTokens: Math.min(maxOutputTokens ?? contextTokens, contextTokens),
    input,
    output: ['text'],
    capabilities: { tools, structuredOutput, reasoning, promptCaching, sampling: true },
    prices: price === null ? [] : [price],
    ...(price !== null && { priceSource: 'your own price' }),
    quality: rating === undefined ? [] : [{ rating, variant: 'default', basis: 'your own rating', date }],
  };
}

/** What a server says of its model holds; how good it is, it does not say. */
function withRatings(found: Model, shipped: Model | undefined): Model {
  return shipped === undefined ? found : { ...shipped, ...found, quality: shipped.quality };
}

function versionOf(
  shippedVersion: string,
  { download, edits, found }: { download: Download; edits: Map<string, Edit>; found: readonly Model[] },
): string {
  if (download.patches.length === 0 && edits.size === 0 && found.length === 0) return shippedVersion;
  const prices = found.map((model) => [model.id, model.prices]);
  const content = JSON.stringify([shippedVersion, download.patches, [...edits], prices]);
  return createHash('sha256').update(content).digest('hex').slice(0, 12);
}
