import { oc } from '@orpc/contract';
import { z } from 'zod';
import { aliasMap } from './alias.ts';
import { providerId } from './common.ts';
import { customProvider } from './provider.ts';
import { settingsPatchSchema } from './settings.ts';

const reference = z.strictObject({
  env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'The name of an environment variable'),
});

/** A secret by the name of the variable that holds it, or, for whoever insists, in plain text. */
const secretReference = z.union([reference, z.string().min(1)], {
  error: 'Expected { "env": "NAME" }, with the name of the environment variable that holds the secret',
});

/** A built-in provider takes `key` and `baseUrl`, one of the owner's own all the rest, `baseUrl` and `dialect` at least. */
const configProvider = z.strictObject({
  ...customProvider.partial().shape,
  headers: z.record(z.string(), secretReference).optional(),
  key: secretReference.optional(),
});

/** A configuration file: what holds for a run of the headless gateway, and is not to be changed by its API. */
export const configurationSchema = z.strictObject({
  $schema: z.string().optional(),
  providers: z.record(providerId, configProvider).optional(),
  aliases: aliasMap.optional(),
  settings: settingsPatchSchema.optional(),
});

const route = oc.$route({ tags: ['Configuration'] });

export const configRoutes = {
  get: route
    .route({ method: 'GET', path: '/config', summary: 'What the configuration file of this run declares' })
    .output(
      z.object({
        /** Null: there is none. */
        file: z.string().nullable(),
        /** Ids, names and paths (`cache.ttlMs`) that cannot be changed here. */
        providers: z.array(z.string()),
        aliases: z.array(z.string()),
        settings: z.array(z.string()),
      }),
    ),
  export: route
    .route({
      method: 'GET',
      path: '/config/export',
      summary: 'Providers, aliases and settings as a configuration file, secrets as names of variables',
    })
    .output(configurationSchema),
};

export type Configuration = z.infer<typeof configurationSchema>;
