import type { ConnectedTool, ConnectOutcome, ConnectPreview, ConnectResult } from '../../contract/connect.ts';
import type { Database } from '../db/open.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import type { Cipher, Logger } from '../host.ts';
import { diffOf } from './diff.ts';
import { createPointing, type PointingOptions } from './pointing.ts';
import { sentenceOf } from './sentence.ts';
import { lookAt } from './state.ts';
import { type Connection, openConnectionStore } from './store.ts';
import type { Tool } from './tool.ts';
import { TOOLS } from './tools/index.ts';

type Models = Connection['models'];

/** Tools on this machine that are, or can be, pointed at the gateway. Files are read when asked; one change at a time. */
export interface Connections {
  /** The home directory of the person whose tools these are. */
  readonly home: string;
  list(): Promise<ConnectedTool[]>;
  /** Changes nothing. Throws `not_found`, or `conflict` for a file that cannot be changed. */
  preview(id: string, action: 'connect' | 'disconnect', models: Models): Promise<ConnectPreview>;
  /** Points a tool here, or again if it is connected. Throws like `preview`, and `conflict` where the plan no longer holds. */
  connect(id: string, options: { models: Models; plan?: string | undefined }): Promise<ConnectResult>;
  /** Throws `not_found` for a tool that is not connected, `conflict` where a file cannot be put back. */
  disconnect(id: string): Promise<ConnectOutcome>;
  /** Each on its own: one that fails does not keep the others. */
  disconnectAll(): Promise<ConnectOutcome[]>;
  /** Gives connected tools the present address. Those that somebody pointed elsewhere are left alone. */
  repoint(): Promise<ConnectOutcome[]>;
  /** Puts files back as they were until `resume`, so that tools work while no gateway runs. Never throws. */
  restore(): Promise<void>;
  resume(): Promise<void>;
  onChange(listener: () => void): void;
}

interface ConnectionsOptions extends PointingOptions {
  database: Database;
  cipher: Cipher;
  log: Logger;
}

export function createConnections(options: ConnectionsOptions): Connections {
  const { user, url, log } = options;
  const store = openConnectionStore(options.database, options.cipher);
  const pointing = createPointing(store, options);
  const listeners = new Set<() => void>();
  let last: Promise<unknown> = Promise.resolve();

  function oneAtATime<Value>(task: () => Promise<Value>): Promise<Value> {
    const next = last.then(task, task);
    last = next.catch(() => undefined);
    return next;
  }

  /** As `oneAtATime`, and tells of it. */
  function changing<Value>(task: () => Promise<Value>): Promise<Value> {
    return oneAtATime(task).finally(() => {
      for (const listener of listeners) listener();
    });
  }

  function see(tool: Tool, connection: Connection | undefined) {
    return lookAt(tool, { user, url: url(), connection, key: pointing.keyOf(connection) });
  }

  async function show(tool: Tool): Promise<ConnectedTool> {
    const connection = store.get(tool.id);
    const { state, why } = await see(tool, connection);
    const lastUsedAtMs = pointing.keyOf(connection)?.lastUsedAtMs ?? null;
    return {
      id: tool.id,
      name: tool.name,
      state,
      sentence: sentenceOf({ name: tool.name, state, why, lastUsedAtMs, nowMs: Date.now() }),
      files: tool.files(user).map(({ path }) => path),
      builtInNames: tool.builtInNames,
      connection: connection === undefined ? null : { ...connection, lastUsedAtMs },
    };
  }

  /** What came of each connected tool; one that fails does not keep the others. */
  async function each(task: (tool: Tool, connection: Connection) => Promise<string[]>): Promise<ConnectOutcome[]> {
    const outcomes: ConnectOutcome[] = [];
    for (const connection of store.list()) {
      const tool = TOOLS.find(({ id }) => id === connection.tool);
      if (tool === undefined) continue;
      const { id, name } = tool;
      const outcome = await task(tool, connection).then(
        (notes) => ({ id, name, done: true, notes }),
        (thrown: unknown) => ({ id, name, done: false, notes: [asGatewayError(thrown).message] }),
      );
      outcomes.push(outcome);
    }
    return outcomes;
  }

  async function move(tool: Tool, connection: Connection): Promise<string[]> {
    const { state, why } = await see(tool, connection);
    if (state === 'unreadable') throw new GatewayError('conflict', why ?? 'Its configuration cannot be read.');
    if (state === 'elsewhere' || state === 'keyRevoked' || state === 'restored') {
      return [`${sentenceOf({ name: tool.name, state, lastUsedAtMs: null, nowMs: 0 })} It was left alone.`];
    }
    const steps = await pointing.point(tool, connection.models);
    return tool.files(user).length === 0 ? steps : [];
  }

  function tell(outcomes: readonly ConnectOutcome[], what: string): void {
    for (const { name, done, notes } of outcomes) {
      if (!done || notes.length > 0) log.warn(`${name} could not wholly be ${what}.`, { why: notes.join(' ') });
    }
  }

  return {
    home: user.home,
    list: () => Promise.all(TOOLS.map(show)),
    preview: (id, action, models) =>
      oneAtATime(async () => {
        const tool = toolOf(id);
        const plan = action === 'connect' ? await pointing.plan(tool, models) : await pointing.planBack(tool);
        return { plan: plan.name, files: plan.changes.map(diffOf), notes: plan.notes };
      }),
    connect: (id, { models, plan }) =>
      changing(async () => {
        const tool = toolOf(id);
        const steps = await pointing.point(tool, models, plan);
        return { tool: await show(tool), steps };
      }),
    disconnect: (id) =>
      changing(async () => {
        const tool = toolOf(id);
        return { id: tool.id, name: tool.name, done: true, notes: await pointing.putBack(tool) };
      }),
    disconnectAll: () => changing(() => each(pointing.putBack)),
    repoint: () => changing(() => each(move)),
    restore: () =>
      changing(async () => {
        const outcomes = await each(async (tool, { restoredAtMs }) =>
          restoredAtMs === null ? pointing.rest(tool) : [],
        );
        tell(outcomes, 'put back as it was');
      }),
    resume: () =>
      changing(async () => {
        const outcomes = await each(async (tool, { restoredAtMs, models }) => {
          if (restoredAtMs !== null) await pointing.point(tool, models);
          return [];
        });
        tell(outcomes, 'connected again');
      }),
    onChange: (listener) => void listeners.add(listener),
  };
}

function toolOf(id: string): Tool {
  const tool = TOOLS.find((one) => one.id === id);
  if (tool !== undefined) return tool;
  const known = TOOLS.map((one) => one.id).join(', ');
  throw new GatewayError('not_found', `There is no tool "${id.slice(0, 50)}". Known are ${known}.`, { field: 'id' });
}
