import { parentPort, workerData } from 'node:worker_threads';
import BetterSqlite from 'better-sqlite3';
import { type BacktestOptions, backtest } from './backtest.ts';

/* The thread that `run-backtest.ts` starts for one test; it is ended by whoever started it. */

const { path, options } = workerData as { path: string; options: BacktestOptions };
const client = new BetterSqlite(path, { fileMustExist: true, timeout: 5000 });
client.pragma('query_only = ON');

const steps = backtest(client, options);
for (let step = steps.next(); ; step = steps.next()) {
  if (step.done) {
    parentPort?.postMessage({ result: step.value });
    break;
  }
  parentPort?.postMessage({ progress: step.value });
}
client.close();
