import { existsSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Settings } from '../../contract/settings.ts';
import { GatewayError } from '../errors.ts';
import type { Logger } from '../host.ts';
import type { Exchange } from '../pipeline/exchange.ts';
import type { Bounds, Captured, CaptureSize, Ended, Side } from './store.ts';

export type { Captured } from './store.ts';

/** What the thread is asked. */
export type Job =
  | { kind: 'keep'; ended: Ended; secrets: readonly string[]; bounds: Bounds }
  | { kind: 'read' | 'has' | 'remove'; id: string }
  | { kind: 'size' }
  | { kind: 'removeAll' }
  | { kind: 'prune'; bounds: Bounds };

interface CaptureOptions {
  /** The file, which is made when the first exchange is kept. */
  path: string;
  settings(): Settings['capture'];
  /** Keys that are to be cut out wherever they stand. */
  secrets(): Promise<string[]>;
  log: Logger;
}

/** Prompts and replies, kept where the owner wants them to be. Everything but `take` is off a request's way. */
export interface Capture {
  /** Notes an exchange that has ended, in memory. Nothing at all is done while capture is off. */
  take(exchange: Exchange): void;
  read(id: string): Promise<Captured | null>;
  has(id: string): Promise<boolean>;
  /** False: there was none. */
  remove(id: string): Promise<boolean>;
  /** Deletes the file; returns how many there were. */
  removeAll(): Promise<number>;
  size(): Promise<CaptureSize>;
  /** Lets go at once what is too old or too much. */
  prune(): Promise<void>;
  close(): Promise<void>;
}

/** A request or a reply beyond this is left out. */
const MAX_SIDE_BYTES = 8 * 1024 * 1024;
/** What may wait for the thread; what ends beyond that is not kept. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
/** After the end of an exchange, so that its closing bytes have long left. */
const DELAY_MS = 50;
const PRUNE_FIRST_MS = 90_000;
const PRUNE_EVERY_MS = 3_600_000;
const WARN_EVERY_MS = 60_000;

interface Waiting {
  exchange: Pick<Exchange, 'id' | 'startedAtMs' | 'inbound' | 'body' | 'flow'> & { embeds: boolean };
  bytes: number;
}

export function createCapture({ path, settings, secrets, log }: CaptureOptions): Capture {
  const thread = createThread(path);
  let waiting: Waiting[] = [];
  let waitingBytes = 0;
  let pumping: Promise<void> | undefined;
  let warnedAtMs = 0;
  let timer = setTimeout(pruneAgain, PRUNE_FIRST_MS).unref();

  function warn(message: string): void {
    if (Date.now() - warnedAtMs < WARN_EVERY_MS) return;
    warnedAtMs = Date.now();
    log.warn(message);
  }

  function pruneAgain(): void {
    capture.prune().catch(() => warn('Old captures could not be let go; it is tried again in an hour.'));
    timer = setTimeout(pruneAgain, PRUNE_EVERY_MS).unref();
  }

  /** One exchange after the other, each in a turn of its own. */
  async function pump(delayMs: number): Promise<void> {
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      const cutOut = await secrets();
      for (const { exchange, bytes } of batch) {
        await nextTurn();
        const ended = endedOf(exchange);
        await thread
          .ask({ kind: 'keep', ended, secrets: cutOut, bounds: settings() })
          .catch(() => warn('A prompt and its reply could not be captured.'));
        waitingBytes -= bytes;
      }
    }
  }

  function start(delayMs: number): Promise<void> {
    pumping ??= pump(delayMs).finally(() => {
      pumping = undefined;
    });
    return pumping;
  }

  /** What ended before a question is there when it is answered. */
  async function ask<Value>(job: Job, none: Value): Promise<Value> {
    while (waiting.length > 0 || pumping !== undefined) await start(0);
    return existsSync(path) ? ((await thread.ask(job)) as Value) : none;
  }

  const capture: Capture = {
    take({ id, startedAtMs, inbound, body, flow, request, client }) {
      if (!settings().enabled || body === undefined || client === undefined) return;
      const bytes = body.bytes.length + (flow?.bytes ?? 0);
      if (waitingBytes + bytes > MAX_WAITING_BYTES) {
        warn('More requests end than can be captured; some prompts and replies are left out.');
        return;
      }
      waitingBytes += bytes;
      waiting.push({
        exchange: { id, startedAtMs, inbound, body, flow, embeds: request?.embed !== undefined },
        bytes,
      });
      void start(DELAY_MS);
    },
    read: (id) => ask<Captured | null>({ kind: 'read', id }, null),
    has: (id) => ask({ kind: 'has', id }, false),
    remove: (id) => ask({ kind: 'remove', id }, false),
    removeAll: () => ask({ kind: 'removeAll' }, 0),
    size: () => ask<CaptureSize>({ kind: 'size' }, { captures: 0, bytes: 0, oldestAtMs: null }),
    prune: () => ask<void>({ kind: 'prune', bounds: settings() }, undefined),
    async close() {
      clearTimeout(timer);
      while (waiting.length > 0 || pumping !== undefined) await start(0);
      await thread.close();
    },
  };
  return capture;
}

/** The bytes are copies: those of the exchange lie in buffers that hold more. */
function endedOf({ id, startedAtMs, inbound, body, flow, embeds }: Waiting['exchange']): Ended {
  const leftOut: Side[] = [];
  let request: Uint8Array | null = null;
  if (body !== undefined && body.bytes.length <= MAX_SIDE_BYTES) request = new Uint8Array(body.bytes);
  else leftOut.push('request');
  let reply: Ended['reply'] = null;
  if (flow !== undefined && flow.bytes > MAX_SIDE_BYTES) leftOut.push('reply');
  else if (flow !== undefined && !embeds) {
    const bytes = Buffer.concat([...flow.chunks, ...(flow.ending === undefined ? [] : [flow.ending.closing.bytes])]);
    reply = { contentType: flow.contentType, bytes: new Uint8Array(bytes) };
  }
  return { id, atMs: startedAtMs, dialect: inbound.name, request, reply, leftOut };
}

interface Asked {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Starts with the first question. */
function createThread(path: string): { ask(job: Job): Promise<unknown>; close(): Promise<void> } {
  const asked = new Map<number, Asked>();
  let worker: Worker | undefined;
  let lastJob = 0;

  function start(): Worker {
    const started = new Worker(new URL('./store-worker.ts', import.meta.url), { workerData: path });
    started.on('message', ({ job, ...answer }: { job: number; value?: unknown; error?: string }) => {
      const one = asked.get(job);
      asked.delete(job);
      if (answer.error === undefined) one?.resolve(answer.value);
      else one?.reject(new GatewayError('internal', `The captures could not be read or written (${answer.error}).`));
      if (asked.size === 0) started.unref();
    });
    const end = () => {
      if (worker === started) worker = undefined;
      for (const { reject } of asked.values()) reject(new GatewayError('internal', 'The captures cannot be reached.'));
      asked.clear();
    };
    started.on('error', end);
    started.on('exit', end);
    return started;
  }

  return {
    ask(job) {
      worker ??= start();
      worker.ref();
      lastJob += 1;
      worker.postMessage({ job: lastJob, ...job });
      return new Promise((resolve, reject) => asked.set(lastJob, { resolve, reject }));
    },
    async close() {
      await worker?.terminate();
    },
  };
}
