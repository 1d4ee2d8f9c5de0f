import { z } from 'zod';
import { area, forMembers, idInput, milliseconds } from './common.ts';

const account = z.object({ email: z.string(), createdAtMs: milliseconds });

const session = z.object({
  id: z.string(),
  createdAtMs: milliseconds,
  lastSeenAtMs: milliseconds,
  /** What the browser calls itself. */
  agent: z.string(),
  /** Whether it is the one that asks. */
  isThis: z.boolean(),
});

const password = z.string().min(10).max(1000);
const route = area('Account');

/** Who asks. On the headless host the owner can have an account and invite users; in the desktop app the account of the operating system is the owner. */
export const accountRoutes = {
  get: route
    .meta(forMembers)
    .route({
      method: 'GET',
      path: '/account',
      summary: 'Who asks, the account if there is one, and browsers that are signed in to it',
    })
    .output(
      z.object({
        role: z.enum(['owner', 'member']),
        name: z.string().nullable(),
        account: account.nullable(),
        sessions: z.array(session),
      }),
    ),
  set: route
    .route({
      method: 'PUT',
      path: '/account',
      summary: "Make the owner's account, or change its address and password; ends all other sessions",
    })
    .input(z.object({ email: z.email().max(320), password }))
    .output(account),
  changePassword: route
    .meta(forMembers)
    .route({ method: 'POST', path: '/account/password', summary: 'Change the password; ends all other sessions' })
    .input(z.object({ current: z.string().max(1000), password }))
    .output(account),
  endSession: route
    .meta(forMembers)
    .route({ method: 'DELETE', path: '/account/sessions/{id}', summary: 'Sign a browser out' })
    .input(idInput)
    .output(z.object({ id: z.string() })),
};
