import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

const CHUNK_BYTES = 64 * 1024;
const LINE_FEED = 10;

/** A file of JSON lines that outlives the process, however it ends. All calls are synchronous. */
export interface Journal {
  /** Writes the lines in one call. Throws the file system's error, such as `ENOSPC`; the last line there may then be torn. */
  append(lines: readonly string[]): void;
  /** Whole lines from the start, parsed. Torn or foreign lines are left out. */
  read(): Generator<unknown, void>;
  isEmpty(): boolean;
  truncate(): void;
  /** Writes a file of these lines alone and puts it in the place of this one, which stays as it is until then. */
  replace(lines: readonly string[]): void;
  close(): void;
}

/** Opens or makes the file, readable by its owner only. Throws the file system's error. */
export function openJournal(path: string): Journal {
  let file = openForAppending(path);
  let torn = endsTorn(file);
  let empty = fstatSync(file).size === 0;

  return {
    append(lines) {
      let text = '';
      for (const line of lines) text += `${line}\n`;
      // A line that was cut short must not swallow the next one.
      if (torn) text = `\n${text}`;
      torn = true;
      const written = writeSync(file, text);
      empty = false;
      if (written < text.length || written < Buffer.byteLength(text)) writeRest(file, Buffer.from(text), written);
      torn = false;
    },
    read: () => readLines(file),
    isEmpty: () => empty,
    truncate() {
      ftruncateSync(file);
      empty = true;
      torn = false;
    },
    replace(lines) {
      const fresh = `${path}.new`;
      writeFileSync(fresh, lines.map((line) => `${line}\n`).join(''), { mode: 0o600, flush: true });
      // Windows renames over no file that is open.
      closeSync(file);
      try {
        renameSync(fresh, path);
      } finally {
        file = openForAppending(path);
        torn = endsTorn(file);
        empty = fstatSync(file).size === 0;
      }
    },
    close: () => closeSync(file),
  };
}

function openForAppending(path: string): number {
  return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, 0o600);
}

/** A call may write a part only, such as when the disk is nearly full. */
function writeRest(file: number, bytes: Buffer, start: number): void {
  for (let written = start; written < bytes.length; ) written += writeSync(file, bytes, written);
}

function endsTorn(file: number): boolean {
  const { size } = fstatSync(file);
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  return last[0] !== LINE_FEED;
}

function* readLines(file: number): Generator<unknown, void> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const decoder = new StringDecoder('utf8');
  let position = 0;
  let rest = '';
  for (;;) {
    const length = readSync(file, chunk, 0, CHUNK_BYTES, position);
    if (length === 0) return;
    position += length;
    const lines = (rest + decoder.write(chunk.subarray(0, length))).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const value = parse(line);
      if (value !== undefined) yield value;
    }
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
