/**
 * A tool of a namespace has a name of two words here and of one everywhere else. The mark between them is one that no tool's name
 * holds by nature, and of characters that every dialect takes, so that the call can be taken apart again without a memory.
 */
const MARK = '_--_';

/** A tool that was found by search has its own name as namespace (recorded 2026-05): that is no second word. */
export function joinName(namespace: unknown, name: string): string {
  return typeof namespace === 'string' && namespace !== '' && namespace !== name ? namespace + MARK + name : name;
}

export function splitName(joined: string): { name: string; namespace?: string } {
  const at = joined.indexOf(MARK);
  return at <= 0 ? { name: joined } : { namespace: joined.slice(0, at), name: joined.slice(at + MARK.length) };
}
