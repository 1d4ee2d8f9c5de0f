import { isDeepStrictEqual, parseEnv } from 'node:util';
import { append, type Format, linesOf, literal, splice } from './format.ts';
import type { Path } from './path.ts';

/** Files of `NAME=value` lines. A path is one name. */
export const dotenv: Format = {
  parse: (text) => ({ ...parseEnv(text) }),
  set(text, path, value) {
    const before = parseEnv(text);
    const name = String(path[0]);
    const { [name]: _, ...others } = before;
    const wanted = value === undefined ? others : { ...others, [name]: String(value) };
    for (const guess of guesses(text, path, value)) {
      if (isDeepStrictEqual({ ...parseEnv(guess) }, wanted)) return guess;
    }
    return text;
  },
};

/** As in TOML, a line that only looks like the variable, within quotes of several lines, is found out by parsing. */
function* guesses(text: string, [name]: Path, value: unknown): Generator<string> {
  const line = new RegExp(`^([ \\t]*(?:export[ \\t]+)?${literal(String(name))}[ \\t]*=).*$`);
  const found = linesOf(text).filter(({ words }) => line.test(words));
  if (found.length === 0) {
    yield value === undefined ? text : append(text, `${String(name)}=${String(value)}`);
    return;
  }
  // The last one counts.
  for (const { at, words } of found.toReversed()) {
    const start = line.exec(words)?.[1] ?? '';
    if (value === undefined) yield splice(text, at, at + words.length + 1, '');
    else yield splice(text, at + start.length, at + words.length, String(value));
  }
  yield found.reduceRight((now, { at, words }) => splice(now, at, at + words.length + 1, ''), text);
}
