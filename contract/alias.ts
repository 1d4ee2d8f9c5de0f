import { oc } from '@orpc/contract';
import { z } from 'zod';
import { idInput, milliseconds } from './common.ts';

const name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\s\p{C}]+$/u, 'A name without spaces, such as fast');

/** `auto` and its kinds, the name of a model, `provider/model`, or another alias. */
const target = z.string().trim().min(1).max(200);

/** Aliases as a configuration file has them: name → target, for every client. */
export const aliasMap = z.record(name, target);

/** A name of the owner's own for a model, or for `auto`. It goes before a model that is called the same. */
const alias = z.object({
  id: z.string(),
  name,
  target,
  /** The gateway key that it holds for; null: all. One for a certain key goes before one for all. */
  clientId: z.string().nullable(),
  /** Declared in a configuration file: not to be changed here. */
  declared: z.boolean(),
  /** Why a request for it would fail today, or what it hides; null: nothing. */
  warning: z.string().nullable(),
  createdAtMs: milliseconds,
});

const route = oc.$route({ tags: ['Aliases'] });

export const aliasRoutes = {
  list: route
    .route({ method: 'GET', path: '/aliases', summary: 'Aliases by name' })
    .output(z.object({ aliases: z.array(alias) })),
  set: route
    .route({ method: 'POST', path: '/aliases', summary: 'Make an alias, or let one stand for something else' })
    .input(z.object({ name, target, clientId: z.string().max(200).nullable().default(null) }))
    .output(alias),
  remove: route
    .route({ method: 'DELETE', path: '/aliases/{id}', summary: 'Remove an alias; it can be restored for a day' })
    .input(idInput)
    .output(z.object({ id: z.string() })),
  restore: route
    .route({ method: 'POST', path: '/aliases/{id}/restore', summary: 'Take back the removal of an alias' })
    .input(idInput)
    .output(alias),
};

export type AliasInfo = z.infer<typeof alias>;
