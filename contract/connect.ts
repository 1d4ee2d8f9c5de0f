import { oc } from '@orpc/contract';
import { z } from 'zod';
import { milliseconds } from './common.ts';

/** Whether names of models that are built into a tool are obeyed, or routed as `auto`. */
const models = z.enum(['auto', 'keep']);

/**
 * `connected`: it points here. `changed`: so it does, and somebody changed its files since. `wrongPort`: it calls this machine on another
 * port. `elsewhere`: it was connected and now calls somebody else. `keyRevoked`: it points here with a key that is refused. `restored`: it
 * is connected when the gateway runs, and was put back when that quit. `byHand`: it points here, but not through this list. `unreadable`:
 * its files are broken or closed to us. `available` and `notInstalled`: it is not connected.
 */
const state = z.enum([
  'connected',
  'changed',
  'wrongPort',
  'elsewhere',
  'keyRevoked',
  'restored',
  'byHand',
  'unreadable',
  'available',
  'notInstalled',
]);

const tool = z.object({
  /** As in `connect codex`. */
  id: z.string(),
  name: z.string(),
  state,
  /** How it stands, in one sentence for a person. */
  sentence: z.string(),
  /** Its configuration files, by which it is or would be connected. Empty: there are lines to copy only. */
  files: z.array(z.string()),
  /** Names of models are built into it: the owner chooses what becomes of them. */
  builtInNames: z.boolean(),
  /** Null: not connected. */
  connection: z
    .object({
      url: z.string(),
      models,
      clientId: z.string(),
      connectedAtMs: milliseconds,
      /** When its gateway key was last used. */
      lastUsedAtMs: milliseconds.nullable(),
    })
    .nullable(),
});

const fileDiff = z.object({
  path: z.string(),
  change: z.enum(['created', 'changed', 'deleted', 'none']),
  /** Secrets are masked. `skipped`: lines between that stay as they are. */
  lines: z.array(z.object({ kind: z.enum(['same', 'added', 'removed', 'skipped']), text: z.string() })),
});

const preview = z.object({
  /** Names exactly this change: it is refused once a file is no longer as it was. */
  plan: z.string(),
  files: z.array(fileDiff),
  /** What is said or left to do; a gateway key that does not exist yet stands as `gw_…`. */
  notes: z.array(z.string()),
});

const idOfTool = z.object({ id: z.string().min(1).max(50) });
const choice = models.default('keep');

const made = z.object({
  tool,
  /** What remains to be done by hand. For tools whose key cannot be written the key is in it, shown this once. */
  steps: z.array(z.string()),
});

/** What came of a tool where several were asked for. */
const outcome = z.object({
  id: z.string(),
  name: z.string(),
  done: z.boolean(),
  /** Why not, or what stayed as somebody else had changed it. */
  notes: z.array(z.string()),
});

const route = oc.$route({ tags: ['Connect a tool'] });

export const connectRoutes = {
  list: route
    .route({ method: 'GET', path: '/connections', summary: 'Tools on this machine, and whether they point here' })
    .output(
      z.object({
        tools: z.array(tool),
        /** The home directory of the person whose tools these are: what stands for `~` in their files. */
        home: z.string(),
      }),
    ),
  preview: route
    .route({ method: 'POST', path: '/connections/{id}/preview', summary: 'What connecting would change; nothing is' })
    .input(idOfTool.extend({ action: z.enum(['connect', 'disconnect']).default('connect'), models: choice }))
    .output(preview),
  connect: route
    .route({ method: 'POST', path: '/connections/{id}', summary: 'Point a tool here, with a gateway key of its own' })
    .input(
      idOfTool.extend({
        models: choice,
        /** Of a preview. Without it, the files are taken as they are now. */
        plan: z.string().max(100).optional(),
      }),
    )
    .output(made),
  disconnect: route
    .route({ method: 'DELETE', path: '/connections/{id}', summary: 'Put a tool back as it was, and revoke its key' })
    .input(idOfTool)
    .output(outcome),
  disconnectAll: route
    .route({ method: 'POST', path: '/connections/disconnect-all', summary: 'Put every tool back as it was' })
    .output(z.object({ tools: z.array(outcome) })),
  repoint: route
    .route({ method: 'POST', path: '/connections/repoint', summary: 'Give every connected tool the present address' })
    .output(z.object({ tools: z.array(outcome) })),
};

export type ConnectedTool = z.infer<typeof tool>;
export type ConnectState = z.infer<typeof state>;
export type ConnectPreview = z.infer<typeof preview>;
export type ConnectOutcome = z.infer<typeof outcome>;
export type ConnectResult = z.infer<typeof made>;
export type FileDiff = z.infer<typeof fileDiff>;
