import { GatewayError } from '../errors.ts';
import type { Surroundings } from '../host.ts';
import type { Policies } from '../routing/policies.ts';
import type { GatewayKeys } from '../vault/index.ts';
import { applyAll, type Change, type PointedFile, pointFile, restoreFile } from './change.ts';
import { removeFolders } from './file.ts';
import { digest } from './state.ts';
import type { Connection, ConnectionStore, Undo } from './store.ts';
import { FUTURE_KEY, type Target, type Tool } from './tool.ts';

type Models = Connection['models'];

export interface PointingOptions {
  gatewayKeys: GatewayKeys;
  policies: Pick<Policies, 'live' | 'update'>;
  user: Surroundings;
  /** Where the gateway answers. */
  url(): string;
}

/** A change of a tool's files that is not made yet. */
interface Plan {
  /** Names exactly this change. */
  name: string;
  changes: Change[];
  notes: string[];
}

/** What is done to a tool: its files, its gateway key, its built-in names, and the memory of all that. */
export interface Pointing {
  plan(tool: Tool, models: Models): Promise<Plan>;
  /** Throws `not_found` for a tool that is not connected. */
  planBack(tool: Tool): Promise<Plan>;
  /** Points a tool here, or again. Gives what remains to be done by hand. Throws `conflict` where the plan no longer holds. */
  point(tool: Tool, models: Models, plan?: string): Promise<string[]>;
  /** Undoes it all. Gives what had to stay. Throws `not_found`, or `conflict` with nothing changed. */
  putBack(tool: Tool): Promise<string[]>;
  /** Undoes what was done to the files alone. */
  rest(tool: Tool): Promise<string[]>;
  keyOf(connection: Connection | undefined): { revoked: boolean; lastUsedAtMs: number | null } | undefined;
}

export function createPointing(
  store: ConnectionStore,
  { gatewayKeys, policies, user, url }: PointingOptions,
): Pointing {
  function keyOf(connection: Connection | undefined) {
    const found = gatewayKeys.list().find(({ id }) => id === connection?.clientId);
    return found === undefined ? undefined : { revoked: found.revokedAtMs !== null, lastUsedAtMs: found.lastUsedAtMs };
  }

  /** What is known of a tool that is connected and whose key still holds. */
  async function known(id: string): Promise<{ connection?: Connection; undo?: Undo; key?: string }> {
    const connection = store.get(id);
    if (connection === undefined) return {};
    const undo = await store.open(id);
    // Files that were put back at the last quit are as their owner wants them: nothing is there to be undone.
    const there = connection.restoredAtMs === null ? undo : { ...undo, files: [] };
    const holds = keyOf(connection)?.revoked === false;
    return { connection, undo: there, ...(holds && { key: undo.key }) };
  }

  /** Files that the tool now reads, and those that it read when it was connected and no longer does. */
  async function changesOf(tool: Tool, target: Target, undo: Undo | undefined) {
    const files = tool.files(user);
    const pointed: PointedFile[] = [];
    for (const file of files)
      pointed.push(
        await pointFile(
          file,
          target,
          undo?.files.find(({ path }) => path === file.path),
        ),
      );
    const left = (undo?.files ?? []).filter(({ path }) => !files.some((file) => file.path === path));
    const restored = await Promise.all(left.map(restoreFile));
    return { pointed, restored, all: [...pointed, ...restored] };
  }

  function nameOf(tool: Tool, models: Models, changes: readonly Change[]): string {
    const files = changes.map(({ path, found, after }) =>
      [path, found.bytes, after].map((part) => part && digest(part)),
    );
    return digest(JSON.stringify([tool.id, models, url(), files]));
  }

  async function plan(tool: Tool, models: Models): Promise<Plan> {
    const { undo, key = FUTURE_KEY } = await known(tool.id);
    const { all } = await changesOf(tool, { url: url(), key }, undo);
    return { name: nameOf(tool, models, all), changes: all, notes: tool.steps({ url: url(), key: 'gw_…' }) };
  }

  async function point(tool: Tool, models: Models, wanted?: string): Promise<string[]> {
    if (wanted !== undefined && (await plan(tool, models)).name !== wanted) throw outdated(tool);
    const { connection, undo, key: kept } = await known(tool.id);
    const made = kept === undefined ? gatewayKeys.create({ name: tool.name }) : undefined;
    const target = { url: url(), key: made?.key ?? kept ?? '' };
    try {
      const { pointed, all } = await changesOf(tool, target, undo);
      const next: Connection = {
        tool: tool.id,
        clientId: made?.gatewayKey.id ?? connection?.clientId ?? '',
        url: target.url,
        models: tool.builtInNames ? models : 'keep',
        modelsBefore: connection?.modelsBefore ?? modeOf(tool),
        written: Object.fromEntries(pointed.map(({ path, after }) => [path, digest(after)])),
        connectedAtMs: connection?.connectedAtMs ?? Date.now(),
        restoredAtMs: null,
      };
      await write(next, { key: target.key, files: pointed.map(({ file }) => file) }, all);
      if (connection !== undefined && made !== undefined) revoke(connection);
      if (tool.builtInNames) setNames(tool, models);
    } catch (thrown) {
      if (made !== undefined) gatewayKeys.revoke(made.gatewayKey.id);
      throw thrown;
    }
    return tool.steps(target);
  }

  /** What was done is written down before it is done: after a crash it can be undone. */
  async function write(next: Connection, undo: Undo, changes: readonly Change[]): Promise<void> {
    const earlier = store.get(next.tool);
    const earlierUndo = earlier === undefined ? undefined : await store.open(next.tool);
    await store.save(next, undo);
    try {
      const folders = await applyAll(changes);
      if (folders.every((made) => made.length === 0)) return;
      const files = undo.files.map((file, index) => ({
        ...file,
        folders: [...file.folders, ...(folders[index] ?? [])],
      }));
      await store.save(next, { ...undo, files });
    } catch (thrown) {
      if (earlier === undefined || earlierUndo === undefined) store.remove(next.tool);
      else await store.save(earlier, earlierUndo);
      throw thrown;
    }
  }

  function connectionOf(tool: Tool): Connection {
    const connection = store.get(tool.id);
    if (connection !== undefined) return connection;
    throw new GatewayError('not_found', `${tool.name} is not connected.`, { field: 'id' });
  }

  function revoke(connection: Connection): void {
    if (keyOf(connection)?.revoked === false) gatewayKeys.revoke(connection.clientId);
  }

  function modeOf(tool: Tool): Models {
    return policies.live().policy.tools[tool.id] ?? 'keep';
  }

  function setNames(tool: Tool, mode: Models): void {
    if (modeOf(tool) === mode) return;
    const { tools } = policies.live().policy;
    policies.update({ tools: { ...tools, [tool.id]: mode } }, `${tool.name}: ${mode === 'auto' ? 'routed' : 'obeyed'}`);
  }

  return {
    plan,
    async planBack(tool) {
      connectionOf(tool);
      const { files } = await store.open(tool.id);
      const changes = await Promise.all(files.map(restoreFile));
      return { name: nameOf(tool, 'keep', changes), changes, notes: changes.flatMap(({ notes }) => notes) };
    },
    point,
    async putBack(tool) {
      const connection = connectionOf(tool);
      const notes = await restoreAll((await store.open(tool.id)).files);
      store.remove(tool.id);
      revoke(connection);
      if (connection.models === 'auto' && modeOf(tool) === 'auto') setNames(tool, connection.modelsBefore);
      return notes;
    },
    async rest(tool) {
      const notes = await restoreAll((await store.open(tool.id)).files);
      store.setRestored(tool.id, Date.now());
      return notes;
    },
    keyOf,
  };
}

/** Gives what had to stay. */
async function restoreAll(files: Undo['files']): Promise<string[]> {
  const changes = await Promise.all(files.map(restoreFile));
  await applyAll(changes);
  for (const [index, { folders }] of files.entries()) {
    if (changes[index]?.after === null) await removeFolders(folders);
  }
  return changes.flatMap(({ notes }) => notes);
}

function outdated(tool: Tool): GatewayError {
  return new GatewayError(
    'conflict',
    `The configuration of ${tool.name} is no longer as it was shown. Nothing was changed: look at the change again.`,
  );
}
