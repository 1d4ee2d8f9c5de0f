import type { Layer, ModelEdit } from '../../contract/index.ts';
import type { Disagreement, Model } from './schema.ts';

/** What downloads changed of one model: its fields as they are now, or all fields of a model that was not shipped. */
export interface Patch {
  id: string;
  /** Day on which it was read. What was shipped later knows better. */
  day: string;
  fields: Partial<Model>;
  /** The fields are all that the model has: what was shipped and is not among them is gone. */
  whole?: true;
}

export interface Download {
  patches: Patch[];
  /** Figures that were read and did not win. */
  disagreements: Disagreement[];
}

/** The owner's word on a model: what was edited, or the whole of a model that the owner added. */
export interface Edit {
  edit: ModelEdit;
  added?: Model | undefined;
}

/** A model as it holds now, and what it is made of. */
export interface Listed {
  model: Model;
  /** The same without the owner's edits; null: the owner added it. */
  beneath: Model | null;
  edit: ModelEdit;
  hidden: boolean;
  origins: Record<string, Layer>;
}

/** Field of a model → the name under which its origin is told. */
const FIELDS: Partial<Record<keyof Model, string>> = {
  title: 'title',
  aliases: 'aliases',
  contextTokens: 'contextTokens',
  maxInputTokens: 'maxInputTokens',
  maxOutputTokens: 'maxOutputTokens',
  input: 'input',
  output: 'output',
  capabilities: 'capabilities',
  reasoningEfforts: 'reasoningEfforts',
  prices: 'price',
  quality: 'rating',
  released: 'released',
  retires: 'retires',
  status: 'status',
};

/** The three layers, the later over the earlier, field by field. Models that nothing touches stay the same objects. */
export function layModels(
  shipped: { made: string; models: readonly Model[] },
  download: Download,
  edits: ReadonlyMap<string, Edit>,
): Listed[] {
  const patches = new Map(download.patches.filter(({ day }) => day >= shipped.made).map((patch) => [patch.id, patch]));
  const known = new Set(shipped.models.map(({ id }) => id));
  const names = new Set(
    shipped.models.flatMap(({ provider, aliases = [] }) => aliases.map((name) => `${provider}/${name}`)),
  );
  const beneath: Listed[] = shipped.models.map((model) => layPatch(model, patches.get(model.id)));
  for (const [id, { fields }] of patches) {
    if (!known.has(id) && !names.has(id) && isWhole(fields)) beneath.push(asListed(fields, 'downloaded'));
  }
  const listed = beneath.map((one) => layEdit(one, edits.get(one.model.id)));
  const ids = new Set([...listed.map(({ model }) => model.id), ...names]);
  for (const { added, edit } of edits.values()) {
    if (added !== undefined && !ids.has(added.id)) {
      listed.push(layEdit({ ...asListed(added, 'edited'), beneath: null }, { edit }));
    }
  }
  return listed;
}

function isWhole(fields: Partial<Model>): fields is Model {
  return fields.contextTokens !== undefined && fields.prices !== undefined && fields.capabilities !== undefined;
}

function asListed(model: Model, layer: Layer): Listed {
  const origins: Record<string, Layer> = {};
  for (const [field, name] of Object.entries(FIELDS)) if (field in model) origins[name] = layer;
  return { model, beneath: model, edit: {}, hidden: false, origins };
}

function layPatch(model: Model, patch: Patch | undefined): Listed {
  const listed = asListed(model, 'shipped');
  if (patch === undefined) return listed;
  const patched = patch.whole === true && isWhole(patch.fields) ? patch.fields : { ...model, ...patch.fields };
  for (const [field, name] of Object.entries(FIELDS) as [keyof Model, string][]) {
    if (JSON.stringify(patched[field]) !== JSON.stringify(model[field])) listed.origins[name] = 'downloaded';
  }
  return { ...listed, model: patched, beneath: patched };
}

function layEdit(listed: Listed, edited: Edit | undefined): Listed {
  if (edited === undefined) return listed;
  // A list may have learned of a model since its owner added it: what the owner said of it still holds.
  const model = { ...listed.model, ...edited.added };
  const origins = { ...listed.origins };
  if (edited.added !== undefined) {
    for (const field of Object.keys(edited.added)) origins[FIELDS[field as keyof Model] ?? field] = 'edited';
  }
  const { price, rating, hidden } = edited.edit;
  if (price !== undefined) {
    model.prices = [price];
    model.priceSource = 'your own price';
    origins.price = 'edited';
  }
  if (rating !== undefined) {
    const variant = model.quality[0]?.variant ?? 'default';
    model.quality = [{ rating, variant, basis: 'your own rating', date: model.quality[0]?.date ?? '2026-01-01' }];
    origins.rating = 'edited';
  }
  if (hidden !== undefined) origins.hidden = 'edited';
  return { ...listed, model, edit: edited.edit, hidden: hidden ?? false, origins };
}
