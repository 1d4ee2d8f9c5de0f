import { Worker } from 'node:worker_threads';
import type { Database } from '../db/open.ts';
import { type ErrorCode, GatewayError } from '../errors.ts';
import type { Queries } from './queries.ts';

/** After this long without a question the thread is let go, and its memory with it. */
const IDLE_MS = 60_000;

export type Question =
  | { [Name in keyof Queries]: { id: number; name: Name; input: Parameters<Queries[Name]> } }[keyof Queries]
  | { id: number; name: 'checkpoint' };

export type Answer =
  | { id: number; value: unknown }
  | { id: number; error: { code: ErrorCode; message: string; field: string | undefined } };

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Asks queries away from the event loop. */
export interface Reader {
  ask<Name extends keyof Queries>(name: Name, ...input: Parameters<Queries[Name]>): Promise<ReturnType<Queries[Name]>>;
  /**
   * Moves what was written ahead into the database file, which waits for the disk. The log starts over only when nothing is
   * written meanwhile. Never rejects: what one does not move, a later one does.
   */
  checkpoint(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Answers in a thread with a read-only connection of its own, since a question about a year takes longer than a request
 * may wait. A database in memory cannot be shared with a thread: it is asked in place.
 */
export function openReader(database: Database): Reader {
  return database.path === ':memory:' ? openInPlace(database) : openThread(database.path);
}

function openInPlace(database: Database): Reader {
  let queries: Promise<Queries> | undefined;
  return {
    async ask(name, ...input) {
      queries ??= import('./queries.ts').then(({ createQueries }) => createQueries(database.client));
      return call(await queries, name, input);
    },
    async checkpoint() {},
    async close() {},
  };
}

/** Calls one of the queries; the signature ties input and answer to its name, which an index access alone cannot. */
export function call<Name extends keyof Queries>(
  queries: Queries,
  name: Name,
  input: Parameters<Queries[Name]>,
): ReturnType<Queries[Name]> {
  const ask = queries[name] as (...input: Parameters<Queries[Name]>) => ReturnType<Queries[Name]>;
  return ask(...input);
}

function openThread(path: string): Reader {
  const pending = new Map<number, Pending>();
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;

  function start(): Worker {
    const started = new Worker(new URL('./reader-worker.ts', import.meta.url), {
      workerData: path,
      // Little garbage lives long here; V8's own choice would cost tens of megabytes more.
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    started.on('message', (answer: Answer) => {
      const question = pending.get(answer.id);
      pending.delete(answer.id);
      if ('value' in answer) question?.resolve(answer.value);
      else {
        const { code, message, field } = answer.error;
        question?.reject(new GatewayError(code, message, field === undefined ? {} : { field }));
      }
      if (pending.size === 0) rest(started);
    });
    started.on('error', (cause) =>
      fail(started, new GatewayError('internal', 'The ledger could not be read.', { cause })),
    );
    return started;
  }

  function rest(started: Worker): void {
    started.unref();
    clearTimeout(idle);
    idle = setTimeout(() => {
      if (pending.size > 0) return;
      if (worker === started) worker = undefined;
      void started.terminate();
    }, IDLE_MS);
    idle.unref();
  }

  function fail(started: Worker, error: GatewayError): void {
    if (worker !== started) return;
    worker = undefined;
    for (const question of pending.values()) question.reject(error);
    pending.clear();
  }

  function send(question: Question): Promise<unknown> {
    worker ??= start();
    worker.ref();
    clearTimeout(idle);
    worker.postMessage(question);
    return new Promise((resolve, reject) => pending.set(question.id, { resolve, reject }));
  }

  return {
    ask<Name extends keyof Queries>(name: Name, ...input: Parameters<Queries[Name]>) {
      // The thread answers with what the query of that name returned.
      return send({ id: ++lastId, name, input } as Question) as Promise<ReturnType<Queries[Name]>>;
    },
    checkpoint: () =>
      send({ id: ++lastId, name: 'checkpoint' }).then(
        () => {},
        () => {},
      ),
    async close() {
      clearTimeout(idle);
      const started = worker;
      if (started === undefined) return;
      fail(started, new GatewayError('shutting_down', 'The gateway is shutting down.'));
      await started.terminate();
    },
  };
}
