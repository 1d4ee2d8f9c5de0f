/** What a person may have meant by a word that is not known; else what there is. */
export function suggest(wrong: string, known: readonly string[]): string {
  const nearest = known
    .map((word) => ({ word, distance: distance(wrong.slice(0, 40), word) }))
    .sort((one, other) => one.distance - other.distance)[0];
  const near = nearest && nearest.distance <= Math.max(2, nearest.word.length / 3);
  return near ? `Did you mean ${nearest.word}?` : `Known are ${known.join(', ')}.`;
}

/** Levenshtein: how many letters to add, drop or change. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...one].entries()) {
    const next = [line + 1];
    for (let column = 1; column <= other.length; column++) {
      const change = (row[column - 1] ?? 0) + (letter === other[column - 1] ? 0 : 1);
      next.push(Math.min(change, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}

/** What the user typed, fit for a terminal: short, and without control characters. */
export function shown(text: string): string {
  return text.slice(0, 80).replaceAll(/\p{Cc}/gu, '?');
}
