import { refused } from './file.ts';
import { type Entry, edit, type FormatName, formats } from './formats/index.ts';

const MARK = '\uFEFF';

/** What is edited of a file: its text with `\n` for line ends, and what it takes to write it back as it was. */
interface Text {
  text: string;
  mark: boolean;
  crlf: boolean;
}

/** What a file holds, as plain values. Throws `conflict` where it is broken. */
export function parseBytes(path: string, format: FormatName, bytes: Buffer | null): unknown {
  return reading(path, () => formats[format].parse(decode(bytes).text));
}

/** The bytes with the entries set and all else untouched. Throws `conflict` where the file is broken or cannot be changed safely. */
export function editBytes(path: string, format: FormatName, bytes: Buffer, entries: readonly Entry[]): Buffer {
  return reading(path, () => {
    const { text, mark, crlf } = decode(bytes);
    const edited = edit(formats[format], text, entries);
    return Buffer.from((mark ? MARK : '') + (crlf ? edited.replaceAll('\n', '\r\n') : edited));
  });
}

/** Where line ends are mixed they stay so: every format takes a `\r` before a line end for a blank. */
function decode(bytes: Buffer | null): Text {
  const whole = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes ?? Buffer.alloc(0));
  const mark = whole.startsWith(MARK);
  const text = mark ? whole.slice(1) : whole;
  const crlf = text.includes('\r\n') && !/(?<!\r)\n|\r(?!\n)/.test(text);
  return { text: crlf ? text.replaceAll('\r\n', '\n') : text, mark, crlf };
}

function reading<Value>(path: string, read: () => Value): Value {
  try {
    return read();
  } catch (thrown) {
    const why = thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : '';
    const shown = thrown instanceof TypeError ? 'it is no UTF-8 text' : why;
    throw refused(path, `cannot be changed, as ${shown || 'it is broken'}`, thrown);
  }
}
