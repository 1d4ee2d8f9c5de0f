import { oc } from '@orpc/contract';
import { z } from 'zod';
import { dialect, idInput, milliseconds, providerId } from './common.ts';
import { secret } from './provider-key.ts';

/** What was measured of a provider lately. Null figures: nothing measured yet. */
const providerHealth = z.object({
  circuit: z.enum(['closed', 'open', 'halfOpen']),
  /** Share of calls that failed, 0..1. */
  errorRate: z.number().min(0).max(1).nullable(),
  firstByteMs: milliseconds.nullable(),
});

const headerName = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'The name of an HTTP header, such as x-api-key')
  .toLowerCase();

const headerValue = z
  .string()
  .trim()
  .min(1)
  .max(8192)
  .regex(/^[\x20-\x7e]+$/, 'The value of an HTTP header is one line of visible ASCII');

/** The header that carries the key, and what stands before the key in it: `authorization` and `Bearer `. */
const authScheme = z.object({
  header: headerName,
  prefix: z
    .string()
    .max(50)
    .regex(/^[\x20-\x7e]*$/, 'One line of visible ASCII, such as "Bearer "')
    .default(''),
});

const modelName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[\x21-\x7e]+$/, 'The name of a model as the provider writes it, without spaces');

/** What can be said of a custom provider, all but its headers. Nothing of it is secret. */
const definition = z.object({
  /** For people; absent: the id. */
  name: z.string().trim().min(1).max(100).optional(),
  /** What the paths of the dialect are added to: `https://llm.example/v1`. */
  baseUrl: z.url({ protocol: /^https?$/, error: 'A URL that begins with https:// or http://' }).max(2000),
  dialect,
  /** Absent: the way of the dialect. Null: it takes no key. */
  auth: authScheme.nullable().optional(),
  /** Names of its models. Absent: it is asked for them. */
  models: z.array(modelName).max(2000).optional(),
  /** Lets keys and prompts travel unencrypted to an address that is neither loopback nor private. */
  allowPlainHttp: z.boolean().optional(),
});

const headers = z.record(headerName, headerValue);

/** A custom provider as the owner writes it, in the dashboard or in a configuration file. */
export const customProvider = definition.extend({
  /** Sent with each call. They are sealed as keys are, and never shown again. */
  headers: headers.optional(),
});

/** What the list of models, or else an empty call, said. `rateLimited`: it answered, and the key was not refused. */
const providerCheck = z.object({
  result: z.enum(['works', 'refused', 'unreachable', 'rateLimited']),
  /** What it answered, for a person. */
  detail: z.string(),
  /** Models that it listed; null: it lists none. */
  models: z.array(z.string()).nullable(),
});

export const provider = z.object({
  id: z.string(),
  name: z.string(),
  dialect,
  baseUrl: z.string(),
  kind: z.enum(['builtIn', 'custom', 'local', 'demo']),
  /** Whether a usable key is there, or none is needed. */
  hasKey: z.boolean(),
  health: providerHealth,
  /** Only of custom ones. */
  custom: z
    .object({
      /** Declared in a configuration file: not to be changed here. */
      declared: z.boolean(),
      auth: authScheme.nullable(),
      /** Names of the headers; their values cannot be read back. */
      headers: z.array(z.string()),
      /** The headers cannot be opened on this machine and have to be entered again. */
      headersUnreadable: z.boolean(),
      models: z.array(z.string()).nullable(),
      /** What it listed when it was last asked; empty where `models` are given. */
      listedModels: z.array(z.string()),
      allowPlainHttp: z.boolean(),
      createdAtMs: milliseconds,
    })
    .nullable(),
  /** Only of servers on this machine, which are found while they run; `hasKey` is then whether it runs. */
  local: z
    .object({
      running: z.boolean(),
      models: z.array(z.string()),
      /** Null: not yet looked for. */
      checkedAtMs: milliseconds.nullable(),
    })
    .nullable(),
});

const providerList = z.object({ providers: z.array(provider) });

const checked = z.object({ provider, check: providerCheck });

const route = oc.$route({ tags: ['Providers'] });

/** Providers: those that are built in, and those that the owner adds. */
export const providerRoutes = {
  list: route
    .route({ method: 'GET', path: '/providers', summary: 'Providers with their addresses and health' })
    .output(providerList),
  add: route
    .route({ method: 'POST', path: '/providers', summary: 'Add a provider of your own, and try it' })
    .input(customProvider.extend({ id: providerId, key: secret.optional() }))
    .output(checked),
  update: route
    .route({ method: 'PATCH', path: '/providers/{id}', summary: 'Change a provider of your own, and try it' })
    .input(
      definition.partial().extend({
        id: providerId,
        name: definition.shape.name.unwrap().nullable().optional(),
        models: definition.shape.models.unwrap().nullable().optional(),
        /** Those that are named are set, or removed by null; the others stay. */
        headers: z.record(headerName, headerValue.nullable()).optional(),
      }),
    )
    .output(checked),
  check: route
    .route({ method: 'POST', path: '/providers/{id}/check', summary: 'Try a provider with the key that is kept' })
    .input(idInput)
    .output(checked),
  discover: route
    .route({ method: 'POST', path: '/providers/discover', summary: 'Look for servers on this machine now' })
    .output(providerList),
  remove: route
    .route({
      method: 'DELETE',
      path: '/providers/{id}',
      summary: 'Remove a provider of your own, with its keys; it can be restored for a day',
    })
    .input(idInput)
    .output(z.object({ id: z.string() })),
  restore: route
    .route({ method: 'POST', path: '/providers/{id}/restore', summary: 'Take back the removal of a provider' })
    .input(idInput)
    .output(provider),
};

export type ProviderInfo = z.infer<typeof provider>;
export type ProviderCheck = z.infer<typeof providerCheck>;
export type CustomProvider = z.infer<typeof customProvider>;
