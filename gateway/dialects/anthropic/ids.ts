import { createHash } from 'node:crypto';
import { SAFE_WORD } from './wire.ts';

/**
 * An id of the alphabet that Anthropic takes. The same id always gives the same one, on every turn, so that calls and
 * results keep finding each other without a memory.
 */
export function safeId(id: string): string {
  if (SAFE_WORD.test(id)) return id;
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 12);
  return `${id.slice(0, 40).replaceAll(/[^a-zA-Z0-9_-]/g, '_')}_${hash}`;
}

/** Ids of one conversation, in its order. Some providers count calls from 0 on every turn; Anthropic wants each id once. */
export interface IdMap {
  call(id: string): string;
  /** The id of the latest call by that name. */
  result(id: string): string;
}

export function createIdMap(): IdMap {
  const seen = new Map<string, number>();
  const numbered = (id: string, count: number) => (count > 1 ? `${safeId(id)}_${count}` : safeId(id));
  return {
    call(id) {
      const count = (seen.get(id) ?? 0) + 1;
      seen.set(id, count);
      return numbered(id, count);
    },
    result: (id) => numbered(id, seen.get(id) ?? 1),
  };
}
