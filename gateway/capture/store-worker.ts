import { parentPort, workerData } from 'node:worker_threads';
import type { Job } from './index.ts';
import { type CaptureStore, deleteCaptureStore, openCaptureStore } from './store.ts';

/* The thread that `index.ts` starts: the one place that writes prompts to disk and reads them back. */

const path = String(workerData);
/** Between two looks at age and size while captures come in. */
const PRUNE_EVERY_MS = 60_000;
let store: CaptureStore | undefined;
let prunedAtMs = 0;

parentPort?.on('message', ({ job, ...asked }: Job & { job: number }) => {
  try {
    parentPort?.postMessage({ job, value: answer(asked) });
  } catch (thrown) {
    parentPort?.postMessage({ job, error: thrown instanceof Error ? thrown.name : 'unknown' });
  }
});

function answer(asked: Job): unknown {
  if (asked.kind === 'removeAll') {
    const { captures } = opened().size();
    store?.close();
    store = undefined;
    deleteCaptureStore(path);
    return captures;
  }
  const open = opened();
  switch (asked.kind) {
    case 'keep':
      open.keep(asked.ended, asked.secrets);
      if (Date.now() - prunedAtMs >= PRUNE_EVERY_MS) prune(open, asked.bounds);
      return undefined;
    case 'prune':
      return prune(open, asked.bounds);
    case 'size':
      return open.size();
    default:
      return open[asked.kind](asked.id);
  }
}

function opened(): CaptureStore {
  store ??= openCaptureStore(path);
  return store;
}

function prune(open: CaptureStore, bounds: Parameters<CaptureStore['prune']>[0]): void {
  prunedAtMs = Date.now();
  open.prune(bounds, prunedAtMs);
}
