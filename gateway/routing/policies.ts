import { type RoutingPolicy, type RoutingPolicyPatch, routingPolicySchema } from '../../contract/routing.ts';
import type { Database } from '../db/open.ts';
import { GatewayError } from '../errors.ts';
import type { Logger } from '../host.ts';

/** One version of the owner's policy. */
export interface PolicyVersion {
  /** Counts from 0: the defaults. */
  version: number;
  policy: RoutingPolicy;
  madeAtMs: number;
  note: string;
}

/** The owner's policy in all its versions. The live one is kept in memory and is replaced, never changed. */
export interface Policies {
  live(): PolicyVersion;
  /** Makes a version of the live one and what changes. Throws `invalid_request` for what makes no sense together. */
  update(patch: RoutingPolicyPatch, note: string): PolicyVersion;
  /** Goes back to the version before the live one. Throws `conflict` where there is none. */
  undo(): PolicyVersion;
  /** Makes an earlier version the live one again. Throws `not_found`. */
  restore(version: number): PolicyVersion;
  /** The last hundred, newest first, the defaults included. */
  history(): PolicyVersion[];
  /** The policy of a version; undefined where there is none. */
  of(version: number): RoutingPolicy | undefined;
  onChange(listener: () => void): void;
}

interface Stored {
  version: number;
  policy: string;
  madeAtMs: number;
  note: string;
  /** The version that an undo goes back to. */
  before: number;
}

const COLUMNS = 'version, policy, made_at_ms AS madeAtMs, note, before_version AS before';
const HISTORY = 100;
/** In the place of the version before the defaults. */
const NOTHING_BEFORE = -1;

export const DEFAULT_POLICY: RoutingPolicy = Object.freeze(routingPolicySchema.parse({}));
const DEFAULTS: PolicyVersion = { version: 0, policy: DEFAULT_POLICY, madeAtMs: 0, note: 'As shipped' };

/** Reads the versions; one that is no longer valid counts as the defaults, with a line in the log. */
export function createPolicies({ client }: Database, log: Logger): Policies {
  const listeners = new Set<() => void>();
  const insert = client.prepare(
    'INSERT INTO routing_policies (version, policy, made_at_ms, note, before_version) VALUES (?, ?, ?, ?, ?)',
  );
  const one = client.prepare<[number], Stored>(`SELECT ${COLUMNS} FROM routing_policies WHERE version = ?`);
  const last = client.prepare<[number], Stored>(
    `SELECT ${COLUMNS} FROM routing_policies ORDER BY version DESC LIMIT ?`,
  );
  const [newest] = last.all(1);
  let live = newest === undefined ? DEFAULTS : read(newest);

  function read({ version, policy, madeAtMs, note }: Stored): PolicyVersion {
    const parsed = routingPolicySchema.safeParse(parse(policy));
    if (!parsed.success) log.warn('A stored routing policy is not valid; the defaults are used.', { version });
    return { version, policy: parsed.success ? parsed.data : DEFAULT_POLICY, madeAtMs, note };
  }

  function find(version: number): PolicyVersion | undefined {
    if (version === live.version) return live;
    if (version === 0) return DEFAULTS;
    const stored = one.get(version);
    return stored === undefined ? undefined : read(stored);
  }

  function make(policy: RoutingPolicy, note: string, before: number): PolicyVersion {
    const made = { version: (last.all(1)[0]?.version ?? 0) + 1, policy, madeAtMs: Date.now(), note };
    insert.run(made.version, JSON.stringify(policy), made.madeAtMs, note, before);
    live = made;
    for (const listener of listeners) listener();
    return made;
  }

  return {
    live: () => live,
    update: (patch, note) => make(merge(live.policy, patch), note, live.version),
    undo() {
      const before = one.get(live.version)?.before;
      const earlier = before === undefined ? undefined : find(before);
      if (before === undefined || earlier === undefined)
        throw new GatewayError('conflict', 'There is nothing to undo: the policy is as shipped.');
      // An undo after an undo goes on backwards.
      return make(earlier.policy, `Back to version ${before}`, one.get(before)?.before ?? NOTHING_BEFORE);
    },
    restore(version) {
      const found = find(version);
      if (found === undefined)
        throw new GatewayError('not_found', `There is no version ${version} of the policy.`, { field: 'version' });
      return make(found.policy, `Back to version ${version}`, live.version);
    },
    history: () => [...last.all(HISTORY).map(read), DEFAULTS],
    of: (version) => find(version)?.policy,
    onChange: (listener) => void listeners.add(listener),
  };
}

/** A policy with some of it changed. Throws `invalid_request` for what makes no sense together. */
export function merge(policy: RoutingPolicy, patch: RoutingPolicyPatch): RoutingPolicy {
  const parsed = routingPolicySchema.safeParse(deepen(policy, patch));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw new GatewayError('invalid_request', `${issue?.message ?? 'The policy is not valid'} (${field}).`, { field });
}

/** Objects are merged, all else is replaced; an undefined field changes nothing. */
function deepen(base: unknown, patch: unknown): unknown {
  if (patch === undefined) return base;
  if (!isObject(base) || !isObject(patch)) return patch;
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(patch)) merged[name] = deepen(merged[name], value);
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
