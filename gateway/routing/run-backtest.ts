import { on } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Database } from '../db/open.ts';
import { GatewayError } from '../errors.ts';
import { type BacktestOptions, type BacktestResult, backtest, type Progress } from './backtest.ts';

/** How far it is, and at last the result. */
export type BacktestMessage = { progress: Progress } | { result: BacktestResult };

/**
 * Runs a test in a thread with a read-only connection of its own, which ends when nobody follows it any more or the signal aborts. A
 * database in memory cannot be shared with a thread: it is asked in place.
 */
export async function* runBacktest(
  database: Database,
  options: BacktestOptions,
  signal?: AbortSignal,
): AsyncGenerator<BacktestMessage, void> {
  if (database.path === ':memory:') {
    yield* runInPlace(database, options, signal);
    return;
  }
  const worker = new Worker(new URL('./backtest-worker.ts', import.meta.url), {
    workerData: { path: database.path, options },
  });
  try {
    for await (const [message] of on(worker, 'message', { close: ['exit'], ...(signal && { signal }) })) {
      yield message as BacktestMessage;
      if ('result' in message) return;
    }
    if (!signal?.aborted) throw new GatewayError('internal', 'The test ended before it was done.');
  } catch (thrown) {
    if (!signal?.aborted) throw thrown;
  } finally {
    await worker.terminate();
  }
}

async function* runInPlace(
  { client }: Database,
  options: BacktestOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<BacktestMessage, void> {
  const steps = backtest(client, options);
  for (let step = steps.next(); signal?.aborted !== true; step = steps.next()) {
    if (step.done) {
      yield { result: step.value };
      return;
    }
    yield { progress: step.value };
    await turn();
  }
}
