import { oc } from '@orpc/contract';
import { z } from 'zod';
import { milliseconds } from './common.ts';
import { provider } from './provider.ts';
import { request } from './request.ts';
import { settingsSchema } from './settings.ts';
import { status } from './status.ts';

const backup = z.object({ name: z.string(), bytes: z.int(), madeAtMs: milliseconds });
const named = z.object({ name: z.string().min(1).max(160) });

const state = z.object({
  directory: z.string(),
  /** Bytes on disk. */
  sizes: z.object({ ledger: z.int(), captures: z.int(), backups: z.int(), other: z.int() }),
  /** Newest first. A file that is put into the folder `backups` is one of them. */
  backups: z.array(backup),
  /** What happens at the next start: a backup takes the place of the present data, or all of it is deleted. */
  pending: z.enum(['restore', 'deleteAll']).nullable(),
});

/** Helps to find a fault: no key, no prompt, no reply, no name of the person in paths. */
const diagnostics = z.object({
  about: status.extend({ platform: z.string(), arch: z.string(), node: z.string() }),
  settings: settingsSchema,
  providers: z.array(provider),
  /** The latest 200, of which only what was called and how it ended: a provider may quote the prompt in the message of an error. */
  requests: z.array(
    request
      .pick({
        startedAtMs: true,
        dialect: true,
        provider: true,
        model: true,
        stream: true,
        status: true,
        httpStatus: true,
        errorCode: true,
        latencyMs: true,
        firstByteMs: true,
        retries: true,
        fallbacks: true,
        cache: true,
      })
      .extend({ losses: z.int() }),
  ),
});

const data = oc.$route({ tags: ['Data'] });

/** What lies on disk. Over HTTP, `GET /api/backups/NAME` sends a backup as a file, `POST /api/backups` takes one in. */
export const dataRoutes = {
  get: data.route({ method: 'GET', path: '/data', summary: 'What lies on disk, and the backups' }).output(state),
  diagnostics: data
    .route({ method: 'GET', path: '/data/diagnostics', summary: 'What helps to find a fault, without any secret' })
    .output(diagnostics),
  backUp: data
    .route({
      method: 'POST',
      path: '/data/backups',
      summary: 'Make a backup: all but captures, provider keys only as they are stored, sealed',
    })
    .output(backup),
  removeBackup: data
    .route({ method: 'DELETE', path: '/data/backups/{name}', summary: 'Delete a backup for good' })
    .input(named)
    .output(named),
  restore: data
    .route({
      method: 'POST',
      path: '/data/backups/{name}/restore',
      summary:
        'Check a backup and have it take the place of the data at the next start; the present data are kept aside',
    })
    .input(named)
    .output(state),
  deleteAll: data
    .route({
      method: 'POST',
      path: '/data/delete-all',
      summary: 'Have requests, settings, keys, captures and backups deleted for good at the next start',
    })
    .output(state),
  cancelPending: data
    .route({ method: 'POST', path: '/data/cancel', summary: 'Keep the present data after all' })
    .output(state),
};

export type DataState = z.infer<typeof state>;
export type Diagnostics = z.infer<typeof diagnostics>;
