import { oc } from '@orpc/contract';
import { z } from 'zod';

/** Who may call: the owner whatever there is, invited users what says so. They are shown what is theirs, and told nothing of the rest. */
export interface Access {
  member?: boolean;
}

/** The calls of one area. One without `.meta(forMembers)` is the owner's alone. */
export const area = (tag: string) => oc.$meta<Access>({}).$route({ tags: [tag] });
export const forMembers: Access = { member: true };

/** Milliseconds since the epoch, or a duration in milliseconds. */
export const milliseconds = z.int().min(0);

export const idInput = z.object({ id: z.string().min(1).max(200) });

export const complexity = z.enum(['simple', 'medium', 'complex']);

export const dialect = z.enum(['openai-chat', 'openai-responses', 'anthropic', 'gemini', 'cohere']);

/** A query parameter arrives as text, the same field over RPC as a number. */
export const numberInput = (schema: z.ZodInt | z.ZodNumber) => z.coerce.number<number>().pipe(schema);

/** Id of a user, or `owner`: only what was asked with this one's gateway keys. */
export const userFilter = z.string().min(1).max(100).optional();

/** Provider ids are short lower-case words, such as `openai`. */
export const providerId = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'A provider id, such as openai');

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
