const matchers = new WeakMap<readonly string[], (text: string) => boolean>();

/** Whether any of some patterns fits a name, in any case; `*` stands for anything. Worked out once a list. */
export function fits(patterns: readonly string[], name: string): boolean {
  let matcher = matchers.get(patterns);
  if (matcher === undefined) {
    matcher = compile(patterns);
    matchers.set(patterns, matcher);
  }
  return matcher(name);
}

/** The same for a model's id: a pattern without a slash means a provider, or a model of any provider. */
export function fitsModel(patterns: readonly string[], id: string): boolean {
  const slash = id.indexOf('/');
  return fits(patterns, id) || fits(patterns, id.slice(0, slash)) || fits(patterns, id.slice(slash + 1));
}

function compile(patterns: readonly string[]): (text: string) => boolean {
  const exact = new Set<string>();
  const sources: string[] = [];
  for (const pattern of patterns) {
    const lower = pattern.toLowerCase();
    if (lower.includes('*')) sources.push(lower.split(/\*+/).map(asLiteral).join('.*'));
    else exact.add(lower);
  }
  const wild = sources.length === 0 ? undefined : new RegExp(`^(?:${sources.join('|')})$`);
  return (text) => {
    const lower = text.toLowerCase();
    return exact.has(lower) || wild?.test(lower) === true;
  };
}

function asLiteral(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}
