import { parentPort } from 'node:worker_threads';
import { Tiktoken } from 'js-tiktoken/lite';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { pieces } from './pieces.ts';

/** Runs in a worker thread: takes `{id, text}`, answers `{id, tokens}`. Loading the ranks takes most of a second, hence the thread. */
const encoding = new Tiktoken(o200k);

parentPort?.on('message', ({ id, text }: { id: number; text: string }) => {
  let tokens = 0;
  // Text that looks like a special token (`<|endoftext|>`) is text: neither refused nor counted as one.
  for (const piece of pieces(text)) tokens += encoding.encode(piece, [], []).length;
  parentPort?.postMessage({ id, tokens });
});
