import { oc } from '@orpc/contract';
import { z } from 'zod';
import { idInput, milliseconds } from './common.ts';

const account = z.object({ email: z.string(), createdAtMs: milliseconds });

const session = z.object({
  id: z.string(),
  createdAtMs: milliseconds,
  lastSeenAtMs: milliseconds,
  /** What the browser calls itself. */
  agent: z.string(),
});

const route = oc.$route({ tags: ['Account'] });

/** The owner's account on the headless host. In the desktop app the account of the operating system is the owner, and none of this is needed. */
export const accountRoutes = {
  get: route
    .route({
      method: 'GET',
      path: '/account',
      summary: "The owner's account, if there is one, and browsers that are signed in",
    })
    .output(z.object({ account: account.nullable(), sessions: z.array(session) })),
  set: route
    .route({
      method: 'PUT',
      path: '/account',
      summary: 'Make the account, or change its address and password; ends all other sessions',
    })
    .input(z.object({ email: z.email().max(320), password: z.string().min(10).max(1000) }))
    .output(account),
  endSession: route
    .route({ method: 'DELETE', path: '/account/sessions/{id}', summary: 'Sign a browser out' })
    .input(idInput)
    .output(z.object({ id: z.string() })),
};
