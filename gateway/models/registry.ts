import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expectedCostNano } from './price.ts';
import { type Model, type ModelFile, modelFileSchema } from './schema.ts';

/** The models that the gateway knows. Everything is prepared at the start: a lookup is one read of a map. */
export interface Registry {
  /** Short hash of the content. */
  readonly version: string;
  /** But for the hidden ones. */
  readonly models: readonly Model[];
  /** By `provider/name`, or `provider/alias`. */
  find(id: string): Model | undefined;
  /** Every provider's model with that name or alias on the wire, cheapest first; unknown prices last. Hidden ones only where no other has it. */
  named(name: string): readonly Model[];
}

/** A registry that others may take the place of. */
export interface LiveRegistry extends Registry {
  /** Ids of models that a downloaded list brought and nobody rated: answered by name and priced, never chosen by `auto`. */
  readonly unrated: ReadonlySet<string>;
  onChange(listener: () => void): void;
}

const NONE: readonly Model[] = [];

/** A request of middling shape: what "cheapest" means where nothing is known of the request. */
const TYPICAL = { inputTokens: 1000, outputTokens: 500 };

function priceOrder(nowMs: number): (a: Model, b: Model) => number {
  const cost = (model: Model) => expectedCostNano(model, TYPICAL, nowMs) ?? Number.POSITIVE_INFINITY;
  return (a, b) => {
    const [left, right] = [cost(a), cost(b)];
    return left === right ? (a.id < b.id ? -1 : 1) : left - right;
  };
}

/** Indexes models that are known to be valid. Throws where two models claim one id, or an alias is another model's name. */
export function createRegistry(
  models: readonly Model[],
  version: string,
  { nowMs = Date.now(), hidden = new Set() }: { nowMs?: number; hidden?: ReadonlySet<string> } = {},
): Registry {
  const byId = new Map<string, Model>();
  const byName = new Map<string, Model[]>();
  for (const model of models) {
    for (const name of [model.name, ...(model.aliases ?? [])]) {
      const id = `${model.provider}/${name}`;
      const other = byId.get(id);
      if (other !== undefined) throw new Error(`${id} names both ${other.id} and ${model.id}`);
      byId.set(id, model);
      byName.set(name, [...(byName.get(name) ?? []), model]);
    }
  }
  const order = priceOrder(nowMs);
  for (const [name, list] of byName) {
    const shown = list.filter(({ id }) => !hidden.has(id));
    byName.set(name, (shown.length === 0 ? list : shown).sort(order));
  }
  return {
    version,
    models: hidden.size === 0 ? models : models.filter(({ id }) => !hidden.has(id)),
    find: (id) => byId.get(id),
    named: (name) => byName.get(name) ?? NONE,
  };
}

/** Where in the file a fault is: `models[3].contextTokens`, with the model's id where it has one. */
function place(path: readonly PropertyKey[], data: unknown): string {
  const text = path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
  if (path[0] !== 'models' || typeof path[1] !== 'number') return text || 'the whole file';
  const id: unknown = (data as { models?: { id?: unknown }[] }).models?.[path[1]]?.id;
  return typeof id === 'string' ? `${text} (${id})` : text;
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new Error(`The model registry ${path} is not valid JSON.`, { cause: thrown });
  }
}

/** Reads and checks a registry file, once, at the start. Throws an error that names the file and the fault's place in it. */
export function loadRegistry(path: string): { file: ModelFile; version: string } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (thrown) {
    throw new Error(`The model registry ${path} cannot be read.`, { cause: thrown });
  }
  const data = parse(path, text);
  const checked = modelFileSchema.safeParse(data);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    throw new Error(
      `The model registry ${path} is wrong at ${place(issue?.path ?? [], data)}: ${issue?.message ?? 'unreadable'}.`,
    );
  }
  try {
    createRegistry(checked.data.models, '');
  } catch (thrown) {
    throw new Error(`The model registry ${path} is wrong: ${thrown instanceof Error ? thrown.message : 'unreadable'}.`);
  }
  return { file: checked.data, version: createHash('sha256').update(text).digest('hex').slice(0, 12) };
}
