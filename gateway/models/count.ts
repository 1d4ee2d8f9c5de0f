import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

/** Counts tokens exactly (o200k), away from the event loop. For questions about a count, never on a request's way. */
export interface TokenCounter {
  /** Tokens of a text; exact but for a token or so where 64 characters of one kind follow each other, and every 256 Ki characters. */
  count(text: string): Promise<number>;
  /** Ends the thread; what is still being counted fails. */
  close(): Promise<void>;
}

interface Waiting {
  resolve(tokens: number): void;
  reject(error: Error): void;
}

/** What is copied to the thread in one go: a longer text goes in parts, so that no copy holds the event loop. */
const PART = 1 << 18;

/** The thread holds some 200 MB of ranks, so that it ends when nobody asked for a while. */
const IDLE_MS = 60_000;

interface Thread {
  worker: Worker;
  waiting: Map<number, Waiting>;
}

function startThread(onEnd: (thread: Thread) => void): Thread {
  const worker = new Worker(new URL('./count-worker.ts', import.meta.url));
  worker.unref();
  const thread: Thread = { worker, waiting: new Map() };
  const end = (error: Error): void => {
    onEnd(thread);
    for (const { reject } of thread.waiting.values()) reject(error);
    thread.waiting.clear();
  };
  worker.on('message', ({ id, tokens }: { id: number; tokens: number }) => {
    thread.waiting.get(id)?.resolve(tokens);
    thread.waiting.delete(id);
    if (thread.waiting.size === 0) worker.unref();
  });
  worker.on('error', (thrown) => end(thrown instanceof Error ? thrown : new Error('The token counter failed.')));
  worker.on('exit', () => end(new Error('The token counter was closed.')));
  return thread;
}

/** Nothing is loaded until the first count. */
export function createTokenCounter(idleMs: number = IDLE_MS): TokenCounter {
  let thread: Thread | undefined;
  let lastId = 0;
  let idle: NodeJS.Timeout | undefined;

  function forget(ended: Thread): void {
    if (thread === ended) thread = undefined;
  }

  function countPart(text: string): Promise<number> {
    const used = thread ?? startThread(forget);
    thread = used;
    used.worker.ref();
    const id = ++lastId;
    return new Promise((resolve, reject) => {
      used.waiting.set(id, { resolve, reject });
      used.worker.postMessage({ id, text });
    });
  }

  async function close(): Promise<void> {
    clearTimeout(idle);
    const ended = thread;
    thread = undefined;
    await ended?.worker.terminate();
  }

  async function count(text: string): Promise<number> {
    clearTimeout(idle);
    let tokens = 0;
    for (let from = 0; from < text.length; from += PART) {
      tokens += await countPart(text.slice(from, from + PART));
      await setImmediate();
    }
    clearTimeout(idle);
    idle = setTimeout(() => thread?.waiting.size === 0 && void close(), idleMs).unref();
    return tokens;
  }

  return { count, close };
}
