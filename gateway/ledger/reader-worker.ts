import { parentPort, workerData } from 'node:worker_threads';
import BetterSqlite from 'better-sqlite3';
import { asGatewayError } from '../errors.ts';
import type { Queries } from './queries.ts';
import { type Answer, call, type Question } from './reader.ts';

/* The thread that `reader.ts` starts: answers one question after the other over a connection of its own. */

const client = new BetterSqlite(String(workerData), { fileMustExist: true, timeout: 5000 });
// Checkpoints are still allowed.
client.pragma('query_only = ON');
let queries: Promise<Queries> | undefined;

parentPort?.on('message', async (question: Question) => {
  parentPort?.postMessage(await answer(question));
});

async function answer(question: Question): Promise<Answer> {
  const { id } = question;
  try {
    if (question.name === 'checkpoint') return { id, value: client.pragma('wal_checkpoint(PASSIVE)') };
    // Loaded late: a thread that only makes checkpoints stays small.
    queries ??= import('./queries.ts').then(({ createQueries }) => createQueries(client));
    return { id, value: call(await queries, question.name, question.input) };
  } catch (thrown) {
    const { code, message, field } = asGatewayError(thrown);
    return { id, error: { code, message, field } };
  }
}
