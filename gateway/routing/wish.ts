import { GatewayError } from '../errors.ts';
import type { Model } from '../models/schema.ts';
import type { Preference, Wish } from './route.ts';
import { vendorOf } from './tools.ts';

/** What is asked of the model registry. */
export interface ModelLookup {
  models: readonly Model[];
  /** By `provider/name` or `provider/alias`. */
  find(id: string): Model | undefined;
  /** Every provider's model with that name or alias, cheapest first. */
  named(name: string): readonly Model[];
}

/** Ids of providers: those that the gateway has a row for, and those of them with a usable key. */
export interface ProviderIds {
  known: Pick<ReadonlySet<string>, 'has'>;
  usable: ReadonlySet<string>;
  /** The provider that lists a model by that name, though the registry knows nothing of it. */
  offering?(name: string): string | undefined;
}

/** Undefined: as the owner's policy says. */
const AUTO: ReadonlyMap<string, Preference | undefined> = new Map([
  ['', undefined],
  ['auto', undefined],
  ['auto:balanced', 'balanced'],
  ['auto:economy', 'economy'],
  ['auto:quality', 'quality'],
]);

/** Longest name that is looked at: the longest of real providers has about 80 characters. */
const NAME_LENGTH = 200;
const SUGGESTIONS = 3;

/**
 * Reads the `model` of a request: `auto` and its kinds, `provider/name`, a plain name, or a name with slashes of its own, as OpenRouter
 * has. A name that is built into the `tool` goes to its vendor, known or not. Throws `unknown_model` with the nearest names, or `no_provider_key` where only the key is missing.
 */
export function readWish(requested: string, registry: ModelLookup, providers: ProviderIds, tool?: string): Wish {
  const name = requested.slice(0, NAME_LENGTH).trim();
  const automatic = name.toLowerCase();
  if (AUTO.has(automatic)) return { kind: 'auto', preference: AUTO.get(automatic) };
  if (/^auto:/i.test(name) || requested.length > NAME_LENGTH) throw unknown(name, registry, providers);
  const exact = registry.find(name);
  if (exact !== undefined && providers.usable.has(exact.provider))
    return { kind: 'model', models: [exact], asked: name };
  // Google's clients write `models/gemini-…`.
  const named = registry.named(name.replace(/^models\//, ''));
  const usable = named.filter((model) => providers.usable.has(model.provider));
  if (usable.length > 0) return { kind: 'model', models: usable, asked: name };
  if (exact !== undefined) throw keyless(name, [exact.provider]);
  const slash = name.indexOf('/');
  const provider = name.slice(0, Math.max(slash, 0));
  if (providers.known.has(provider) && slash < name.length - 1) {
    if (!providers.usable.has(provider)) throw keyless(name, [provider]);
    return { kind: 'unknown', provider, name: name.slice(slash + 1) };
  }
  const offering = providers.offering?.(name);
  if (offering !== undefined) return { kind: 'unknown', provider: offering, name };
  if (named.length > 0) throw keyless(name, [...new Set(named.map((model) => model.provider))]);
  const vendor = tool === undefined ? undefined : vendorOf(tool, name);
  if (vendor !== undefined && providers.usable.has(vendor)) return { kind: 'unknown', provider: vendor, name };
  throw unknown(name, registry, providers);
}

function keyless(name: string, providers: readonly string[]): GatewayError {
  const list = providers.join(' or ');
  return new GatewayError(
    'no_provider_key',
    `There is no usable key for ${list}, which ${name} needs. Add one in the dashboard under Providers, or ask for auto.`,
    { field: 'model' },
  );
}

function unknown(name: string, registry: ModelLookup, providers: ProviderIds): GatewayError {
  const near = nearest(name, registry, providers);
  const hint = near.length === 0 ? 'Ask for auto' : `Did you mean ${near.join(', ')}? Or ask for auto`;
  return new GatewayError(
    'unknown_model',
    `No model is called "${name.slice(0, 80)}". ${hint}; GET /v1/models lists what there is.`,
    { field: 'model' },
  );
}

/** Names at a small edit distance; models that can be called come first among equals. */
function nearest(name: string, registry: ModelLookup, providers: ProviderIds): string[] {
  const wanted = name.toLowerCase().slice(0, 60);
  const names = new Map<string, { distance: number; usable: boolean }>();
  for (const name of AUTO.keys()) if (name !== '') consider(name, name, true);
  for (const model of registry.models) {
    const usable = providers.usable.has(model.provider);
    consider(model.id, wanted.includes('/') ? model.id : model.name, usable);
  }
  const limit = Math.max(2, Math.floor(wanted.length * 0.45));
  return [...names]
    .filter(([, { distance }]) => distance <= limit)
    .sort(
      ([a, one], [b, two]) =>
        one.distance - two.distance || Number(two.usable) - Number(one.usable) || (a < b ? -1 : 1),
    )
    .slice(0, SUGGESTIONS)
    .map(([id]) => id);

  function consider(id: string, spelling: string, usable: boolean): void {
    names.set(id, { distance: distanceOf(wanted, spelling.toLowerCase().slice(0, 60)), usable });
  }
}

/** Levenshtein's edit distance, one row at a time. */
function distanceOf(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
