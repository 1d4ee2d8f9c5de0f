import { z } from 'zod';
import { area, idInput, milliseconds } from './common.ts';

/** Somebody whom the owner invited: has gateway keys of their own, and sees what was asked with them. */
const user = z.object({
  id: z.string(),
  name: z.string(),
  /** Null: the link was not used yet, or the user was removed. */
  email: z.string().nullable(),
  /** `removed`: the name stays with the history. */
  state: z.enum(['invited', 'active', 'disabled', 'removed']),
  createdAtMs: milliseconds,
  /** Until when the link that was made last can be used; null: there is none. */
  linkEndsAtMs: milliseconds.nullable(),
  lastSeenAtMs: milliseconds.nullable(),
  /** Gateway keys that are not revoked. */
  keys: z.int(),
  /** Of the last 30 days. */
  use: z.object({ requests: z.int(), costNano: z.int(), costUsd: z.number() }),
});

/** `code` is shown this once: `/#/invitation/CODE` of the dashboard takes it, once. */
const linked = z.object({ code: z.string(), endsAtMs: milliseconds, user });
const name = z.string().trim().min(1).max(100);

const route = area('Users');

/** Users beside the owner, on the headless host. */
export const userRoutes = {
  list: route
    .route({ method: 'GET', path: '/users', summary: 'List users, those removed too, with what they use' })
    .output(z.object({ users: z.array(user) })),
  invite: route
    .route({
      method: 'POST',
      path: '/users',
      summary: 'Invite somebody: the code of a link that works once, for a week',
    })
    .input(z.object({ name }))
    .output(linked),
  renewLink: route
    .route({
      method: 'POST',
      path: '/users/{id}/link',
      summary: 'Another link, for who lost the first one or the password; the one before ends',
    })
    .input(idInput)
    .output(linked),
  update: route
    .route({
      method: 'PATCH',
      path: '/users/{id}',
      summary: 'Rename a user, or disable one: neither sign-in nor gateway keys work until enabled again',
    })
    .input(idInput.extend({ name: name.optional(), disabled: z.boolean().optional() }))
    .output(user),
  remove: route
    .route({
      method: 'DELETE',
      path: '/users/{id}',
      summary: 'Remove a user for good: keys are revoked, what was asked stays in the ledger',
    })
    .input(idInput)
    .output(user),
};

export type UserInfo = z.infer<typeof user>;
