import { isDeepStrictEqual } from 'node:util';
import { parse } from 'smol-toml';
import { append, type Format, linesOf, literal, splice } from './format.ts';
import { isObject, type Path, plain, withoutEmpty, withValue } from './path.ts';

/**
 * TOML, as far as tools of ours need it: scalars at the top, and tables. No writer of TOML keeps a file as it was, so places are
 * guessed from the lines, and a guess counts only if the parsed result is what it should be: a line inside a long string never is.
 */
export const toml: Format = {
  parse: (text) => plain(parse(text)),
  set(text, path, value) {
    const before = toml.parse(text);
    const set = withValue(before, path, value);
    // A table that is only there for the sake of another goes with it.
    const wanted = value === undefined ? withoutEmpty(set, path) : set;
    if (isDeepStrictEqual(before, wanted)) return text;
    const isTable = path.length > 1 || isObject(value);
    const guesses = isTable ? tableGuesses(text, path, value) : scalarGuesses(text, path, value);
    for (const guess of guesses) if (means(guess, wanted)) return guess;
    return text;
  },
};

function means(text: string, wanted: unknown): boolean {
  try {
    return isDeepStrictEqual(toml.parse(text), wanted);
  } catch {
    return false;
  }
}

function* scalarGuesses(text: string, path: Path, value: unknown): Generator<string> {
  const name = keyOf(path);
  const written = JSON.stringify(value);
  const line = new RegExp(`^([ \\t]*${anyKey(path)}[ \\t]*=[ \\t]*)("(?:[^"\\\\]|\\\\.)*"|'[^']*'|[^\\s#]+)`);
  for (const { at, words } of linesOf(text)) {
    const [found, start = ''] = line.exec(words) ?? [];
    if (found === undefined) continue;
    if (value === undefined) yield splice(text, at, at + words.length + 1, '');
    else yield splice(text, at + start.length, at + found.length, written);
  }
  const at = endOfHead(text);
  if (value !== undefined) yield splice(text, at, at, `${name} = ${written}\n`);
}

/** Behind the comments with which a file begins, up to their last blank line: a comment right above a key stays with it. */
function endOfHead(text: string): number {
  let end = 0;
  for (const { at, words } of linesOf(text)) {
    if (words.trim() === '' && at + words.length < text.length) end = at + words.length + 1;
    else if (!words.trim().startsWith('#')) break;
  }
  return end;
}

function* tableGuesses(text: string, path: Path, value: unknown): Generator<string> {
  const written = isObject(value) ? writeTable(path, value) : '';
  const lines = linesOf(text);
  const header = new RegExp(`^[ \\t]*\\[[ \\t]*${anyKey(path)}[ \\t]*\\]`);
  for (const [index, { at, words }] of lines.entries()) {
    if (!header.test(words)) continue;
    const ends = lines.filter((line, other) => other > index && line.words.trimStart().startsWith('['));
    for (const end of [...ends.map((line) => line.at), text.length]) {
      const last = at + bodyOf(text.slice(at, end)).length;
      if (value !== undefined) yield splice(text, at, last, written);
      else yield text.slice(0, at).replace(/\n\n$/, '\n') + text.slice(last).replace(/^\n/, '');
    }
  }
  if (value !== undefined) yield append(text === '' ? text : append(text, '').replace(/\n{3,}$/, '\n\n'), written);
}

/** A table without the blank lines and comments at its end: they belong to what follows. */
function bodyOf(table: string): string {
  const lines = table.split('\n');
  const last = lines.findLastIndex((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  return lines.slice(0, last + 1).join('\n');
}

function writeTable(path: Path, value: Record<string, unknown>): string {
  const members = Object.entries(value).map(([name, inner]) => `${keyOf([name])} = ${JSON.stringify(inner)}`);
  return [`[${keyOf(path)}]`, ...members].join('\n');
}

function keyOf(path: Path): string {
  return path.map((step) => (/^[\w-]+$/.test(String(step)) ? step : JSON.stringify(step))).join('.');
}

/** A key in any of its spellings, as a source of a `RegExp`. */
function anyKey(path: Path): string {
  return path.map((step) => `(?:["']?)${literal(String(step))}(?:["']?)`).join('[ \\t]*\\.[ \\t]*');
}
