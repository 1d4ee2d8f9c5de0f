import type { Path } from './path.ts';

/** A format of configuration files. Line ends are `\n` here; a file that has others gets them back when it is written. */
export interface Format {
  /** The configuration as plain values; of an empty text `{}`. Throws for one that is broken or holds anything but an object. */
  parse(text: string): unknown;
  /** The text with one value set, or with `undefined` taken away, and nothing else touched. It may fail to: the caller parses the result. */
  set(text: string, path: Path, value: unknown): string;
}

/** Of a text: where each line begins, and its words without the line end. */
export function linesOf(text: string): { at: number; words: string }[] {
  let at = 0;
  return text.split('\n').map((words) => {
    const line = { at, words };
    at += words.length + 1;
    return line;
  });
}

export function splice(text: string, from: number, to: number, inserted: string): string {
  return text.slice(0, from) + inserted + text.slice(to);
}

/** The text with something at its end, on a line of its own. */
export function append(text: string, addition: string): string {
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${addition}\n`;
}

/** A text as part of a pattern that stands for itself. */
export function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
