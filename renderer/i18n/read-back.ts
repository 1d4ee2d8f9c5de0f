/** A sentence with places for what is told in it, to be known again. */
interface Pattern {
  name: string;
  known: RegExp;
}

/** Places for one word, for a name, which has no blanks, and for one part of several; others may hold whole sentences. */
const PLACES: Readonly<Record<string, string>> = {
  '{complexity}': '\\w+',
  '{host}': '\\S+',
  '{model}': '\\S+',
  '{other}': '\\S+',
  '{reason}': '[^;]+',
};

/**
 * Knows sentences again by the texts that they were made from, and has them written anew: `write` is given the name of the text, and what stood at its
 * places, read back in the same way. What fits no text is given to `keep`.
 */
export function createReadBack(
  texts: Readonly<Record<string, string>>,
  write: (name: string, told: Record<string, string>) => string,
  keep: (part: string) => string,
): (sentence: string) => string {
  const patterns = makePatterns(texts);
  return function read(sentence: string): string {
    for (const { name, known } of patterns) {
      const found = known.exec(sentence);
      if (found === null) continue;
      const told = Object.entries(found.groups ?? {}).map(([place, part]) => [place, read(part)]);
      return write(name, Object.fromEntries(told));
    }
    return keep(sentence);
  };
}

/** Those that say most come first: `a; b` is also what many others look like. */
function makePatterns(texts: Readonly<Record<string, string>>): Pattern[] {
  return Object.entries(texts)
    .map(([name, text]) => ({ name, text, size: text.replaceAll(/\{\w+\}/g, '').length }))
    .sort((one, other) => other.size - one.size)
    .map(({ name, text }) => ({ name, known: patternOf(text) }));
}

function patternOf(text: string): RegExp {
  const parts = text.split(/(\{\w+\})/).map((part) => {
    if (!/^\{\w+\}$/.test(part)) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return `(?<${part.slice(1, -1)}>${PLACES[part] ?? '.+?'})`;
  });
  return new RegExp(`^${parts.join('')}$`, 's');
}
