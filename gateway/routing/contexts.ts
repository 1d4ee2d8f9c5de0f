import type { Database as SqliteDatabase } from 'better-sqlite3';
import type { RoutingPolicy } from '../../contract/routing.ts';
import { createRegistry } from '../models/registry.ts';
import type { Model } from '../models/schema.ts';
import { DEMO_MODELS, DEMO_PROVIDER } from '../providers/demo.ts';
import type { Models } from './plan.ts';
import type { Context } from './replay.ts';
import type { Corrections, HealthSnapshot, TargetHealth } from './route.ts';

/** What `writeModels` keeps. */
export interface WrittenModels {
  models: Model[];
  /** Ids of those that `auto` does not take. */
  byNameOnly: string[];
  /** Ids of providers. */
  usable: string[];
  offered: readonly (readonly [name: string, provider: string])[];
}

/** Reads back what `snapshots.ts` kept. Each is read once: many rows share them. `policyOf`: by version. */
export function createContexts(
  client: SqliteDatabase,
  policyOf: (version: number) => RoutingPolicy | undefined,
): (id: number) => Context | undefined {
  const find = client.prepare<[number], { value: string }>('SELECT value FROM routing_snapshots WHERE id = ?');
  const contexts = new Map<number, Context | undefined>();
  const values = new Map<number, unknown>();

  function read<T>(id: number, make: (value: unknown) => T): T | undefined {
    if (!values.has(id)) {
      const text = find.get(id)?.value;
      values.set(id, text === undefined ? undefined : make(JSON.parse(text)));
    }
    return values.get(id) as T | undefined;
  }

  function make(id: number): Context | undefined {
    const text = find.get(id)?.value;
    if (text === undefined) return undefined;
    const [policyVersion, modelsId, healthId, correctionsId] = JSON.parse(text) as [number, number, number, number];
    const policy = policyOf(policyVersion);
    const models = read(modelsId, (value) => readModels(value as WrittenModels));
    const health = read(healthId, (value): HealthSnapshot => new Map(value as [string, TargetHealth][]));
    if (policy === undefined || models === undefined || health === undefined) return undefined;
    const corrections =
      correctionsId === 0
        ? undefined
        : read(correctionsId, (value): Corrections => new Map(value as [string, never][]));
    return { models, health, policy, policyVersion, corrections };
  }

  return (id) => {
    if (!contexts.has(id)) contexts.set(id, make(id));
    return contexts.get(id);
  };
}

function readModels({ models, byNameOnly, usable, offered }: WrittenModels): Models {
  const demo = DEMO_MODELS.filter(({ id }) => !models.some((model) => model.id === id));
  const offering = new Map(offered);
  const ids = new Set(usable);
  const hidden = new Set(byNameOnly);
  return {
    usable: models.filter(({ id }) => !hidden.has(id)),
    lookup: createRegistry([...models, ...demo], ''),
    providers: {
      known: new Set([...ids, DEMO_PROVIDER.id]),
      usable: ids,
      offering: (name) => offering.get(name),
    },
  };
}
