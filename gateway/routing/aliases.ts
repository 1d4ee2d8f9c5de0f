import { randomUUID } from 'node:crypto';
import type { Database } from '../db/open.ts';
import type { aliases } from '../db/schema.ts';
import { GatewayError } from '../errors.ts';

type Stored = Omit<typeof aliases.$inferSelect, 'removedAtMs'>;

/** A name of the owner's own for a model or for `auto`. `clientId`: the gateway key that it holds for; null: all. */
export interface Alias extends Stored {
  /** Declared in a configuration file. */
  declared: boolean;
}

/** As much of an alias as it takes to follow it. */
export type Leading = Pick<Alias, 'name' | 'target' | 'clientId'> & Partial<Pick<Alias, 'declared'>>;

/** What a name stands for. `path`: the aliases that led there, in order; empty where the name is none. */
export interface Followed {
  target: string;
  path: readonly string[];
}

export interface Aliases {
  /** By name. */
  list(): Alias[];
  /** Names that hold for a client. */
  namesFor(clientId: string): string[];
  /** What a client means by a name. It never fails and ends: circles are refused when aliases are made. */
  follow(name: string, clientId: string | undefined): Followed;
  /** Makes or changes one. Throws `invalid_request` for a circle or a name with a meaning of its own, `conflict` for a declared one. */
  set(alias: { name: string; target: string; clientId: string | null }): Alias;
  /** It can be restored for a day, or until the next start. Throws `not_found`, `conflict`. */
  remove(id: string): void;
  /** Throws `not_found` once it is purged, and like `set`. */
  restore(id: string): Alias;
  onChange(listener: () => void): void;
}

const RESTORABLE_MS = 24 * 3_600_000;
const NONE: readonly string[] = [];
const COLUMNS = 'id, name, target, client_id AS clientId, created_at_ms AS createdAtMs';

/** Aliases, read once and kept in memory. `declared`: those of a configuration file, name → target. */
export function createAliases({ client }: Database, declared: Readonly<Record<string, string>>): Aliases {
  const listeners = new Set<() => void>();
  const save = client.prepare(
    `INSERT INTO aliases (id, name, target, client_id, created_at_ms) VALUES (@id, @name, @target, @clientId, @createdAtMs)
     ON CONFLICT (id) DO UPDATE SET target = excluded.target, removed_at_ms = NULL`,
  );
  const markRemoved = client.prepare('UPDATE aliases SET removed_at_ms = ? WHERE id = ?');
  const findRemoved = client.prepare<[string, number], Stored>(
    `SELECT ${COLUMNS} FROM aliases WHERE id = ? AND removed_at_ms > ?`,
  );
  client.prepare('DELETE FROM aliases WHERE removed_at_ms <= ?').run(Date.now());
  let all: readonly Alias[] = [
    ...client
      .prepare<[], Stored>(`SELECT ${COLUMNS} FROM aliases WHERE removed_at_ms IS NULL`)
      .all()
      .map((row) => ({ ...row, declared: false })),
    ...Object.entries(declared).map(([name, target]) => ({
      id: `file:${name}`,
      name,
      target,
      clientId: null,
      createdAtMs: 0,
      declared: true,
    })),
  ];
  let views = viewsOf(all);
  for (const { name } of all.filter((alias) => alias.declared)) refuseCircle(views, name);

  function change(next: readonly Alias[], name: string): void {
    const made = viewsOf(next);
    refuseCircle(made, name);
    all = next;
    views = made;
  }

  function find(id: string): Alias {
    const alias = all.find((one) => one.id === id);
    if (alias === undefined) throw new GatewayError('not_found', 'There is no alias with this id.', { field: 'id' });
    if (alias.declared) throw isDeclared(alias.name);
    return alias;
  }

  function put(alias: Alias): Alias {
    refuseMeaning(alias.name);
    const namesakes = all.filter(({ name, clientId }) => name === alias.name && clientId === alias.clientId);
    if (namesakes.some((one) => one.declared)) throw isDeclared(alias.name);
    const [same] = namesakes;
    const kept = same === undefined ? alias : { ...same, target: alias.target };
    change([...all.filter(({ id }) => id !== kept.id), kept], kept.name);
    const { declared: _, ...row } = kept;
    save.run(row);
    for (const listener of listeners) listener();
    return kept;
  }

  return {
    list: () =>
      [...all].sort((a, b) => a.name.localeCompare(b.name) || (a.clientId ?? '').localeCompare(b.clientId ?? '')),
    namesFor: (clientId) => [...(views.get(clientId) ?? views.get('') ?? new Map<string, string>()).keys()],
    follow: (name, clientId) => follow(views.get(clientId ?? '') ?? views.get(''), name),
    set: (alias) => put({ id: `al_${randomUUID()}`, ...alias, createdAtMs: Date.now(), declared: false }),
    remove(id) {
      const { name } = find(id);
      change(
        all.filter((one) => one.id !== id),
        name,
      );
      markRemoved.run(Date.now(), id);
      for (const listener of listeners) listener();
    },
    restore(id) {
      const row = findRemoved.get(id, Date.now() - RESTORABLE_MS);
      if (row === undefined)
        throw new GatewayError('not_found', 'There is no removed alias with this id.', { field: 'id' });
      if (all.some(({ name, clientId }) => name === row.name && clientId === row.clientId)) {
        throw new GatewayError('conflict', `There is another alias "${row.name}" by now: remove it first.`, {
          field: 'id',
        });
      }
      return put({ ...row, declared: false });
    },
    onChange: (listener) => void listeners.add(listener),
  };
}

/** Follows names through other aliases than the live ones. Throws `invalid_request` for a circle. */
export function createFollower(all: readonly Leading[]): Aliases['follow'] {
  const views = viewsOf(all);
  for (const { name } of all) refuseCircle(views, name);
  return (name, clientId) => follow(views.get(clientId ?? '') ?? views.get(''), name);
}

/** What each client sees; '' is what those see who have none of their own. */
type Views = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** A declared alias goes before a stored one of its name, one for a certain client before one for all. */
function viewsOf(all: readonly Leading[]): Views {
  const ordered = [...all].sort((a, b) => Number(a.declared ?? false) - Number(b.declared ?? false));
  const common = new Map(ordered.filter((one) => one.clientId === null).map(({ name, target }) => [name, target]));
  const views = new Map<string, Map<string, string>>([['', common]]);
  for (const { name, target, clientId } of ordered) {
    if (clientId === null) continue;
    const own = views.get(clientId) ?? new Map(common);
    views.set(clientId, own.set(name, target));
  }
  return views;
}

function follow(view: ReadonlyMap<string, string> | undefined, name: string): Followed {
  if (view === undefined || view.size === 0) return { target: name, path: NONE };
  const path: string[] = [];
  // Google's clients write `models/NAME`.
  let target = view.has(name) ? name : name.replace(/^models\//, '');
  for (let next = view.get(target); next !== undefined && path.length <= view.size; next = view.get(target)) {
    path.push(target);
    target = next;
  }
  return path.length === 0 ? { target: name, path: NONE } : { target, path };
}

function refuseCircle(views: Views, name: string): void {
  for (const view of views.values()) {
    const { path } = follow(view, name);
    if (path.length <= view.size) continue;
    const circle = path.slice(0, path.indexOf(name, 1) + 1 || 6).join(' → ');
    throw new GatewayError(
      'invalid_request',
      `An alias must lead to a model, and this one leads in a circle: ${circle}.`,
      {
        field: 'target',
      },
    );
  }
}

function refuseMeaning(name: string): void {
  if (!/^(auto(:.*)?|models\/.*)$/i.test(name)) return;
  throw new GatewayError('invalid_request', `"${name}" has a meaning of its own: choose another name.`, {
    field: 'name',
  });
}

function isDeclared(name: string): GatewayError {
  return new GatewayError(
    'conflict',
    `"${name}" is declared in the configuration file: change it there and start again.`,
    { field: 'name' },
  );
}

/** How a decision says that an alias led to it; the empty string where none did. */
export function whyFollowed({ target, path }: Followed): string {
  return path.length === 0 ? '' : `${path.map((name) => `"${name}"`).join(' → ')} stands for ${target}; `;
}
