import { z } from 'zod';
import { isTimeZone } from './common.ts';

const MIB = 1024 * 1024;

const durationMs = z
  .int()
  .min(1)
  .max(24 * 3_600_000);

/** How long to wait for a provider, in milliseconds: to connect, for the first byte, and between two chunks. */
const timeouts = z.object({
  connectMs: durationMs.default(10_000),
  /** Of a stream. */
  firstByteMs: durationMs.default(30_000),
  /** For an answer that is not streamed: its first byte comes only once the model has written all of it. */
  wholeReplyMs: durationMs.default(600_000),
  silenceMs: durationMs.default(60_000),
  /** Of a stream to a client that says nothing: a sign of life then keeps the connection. */
  keepAliveMs: durationMs.default(15_000),
});

/** The cache of answers, in memory. */
const cache = z.object({
  enabled: z.boolean().default(true),
  maxBytes: z
    .int()
    .min(0)
    .max(64 * 1024 * MIB)
    .default(256 * MIB),
  ttlMs: z
    .int()
    .min(1)
    .max(30 * 24 * 3_600_000)
    .default(3_600_000),
});

const localUrl = z.url({ protocol: /^https?$/ }).max(2000);

/** Servers of models on this machine. */
const local = z.object({
  /** Whether they are looked for while they run. */
  discover: z.boolean().default(true),
  /** Where they answer, if not at their usual address. */
  baseUrls: z
    .object({ ollama: localUrl.optional(), lmstudio: localUrl.optional(), vllm: localUrl.optional() })
    .default({}),
});

/** How budgets count. */
const budgets = z.object({
  /** What to do with a request under a budget whose model has no known price. Allowed, it counts as 0 unless its provider says what it charged. */
  unknownPrice: z.enum(['refuse', 'allow']).default('refuse'),
  weekStartsOn: z.enum(['monday', 'sunday']).default('monday'),
});

/** Tools that are connected. */
const connections = z.object({
  /** When the gateway quits: leave their files, or put them back as they were until it starts again. */
  onQuit: z.enum(['leave', 'restore']).default('leave'),
});

/** An address such as `http://proxy.lan:3128`. Settings are shown and exported, so a password has no place in it. */
const proxyUrl = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine((url) => !/^https?:\/\/[^/]*@/.test(url), 'No name and password here: set HTTPS_PROXY in the environment');

/** The way out: to providers, lists of prices, and channels of alerts. */
const proxy = z.object({
  /** `environment`: by HTTPS_PROXY, HTTP_PROXY and NO_PROXY. `none`: straight. */
  server: z.union([z.enum(['environment', 'none']), proxyUrl]).default('environment'),
  /** Hosts that are reached straight where a proxy is set here, such as `.lan` or `gpu.example.com`. */
  except: z.array(z.string().trim().min(1).max(255)).max(100).default([]),
});

const LITELLM = 'https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json';

/** Looking for new models and prices once a day. */
const modelUpdates = z.object({
  enabled: z.boolean().default(true),
  /** Lists in the order in which they are asked, until one answers: this gateway's own `models.json`, LiteLLM's or models.dev's file. */
  sources: z
    .array(z.url({ protocol: /^https?$/ }))
    .max(10)
    .default([LITELLM]),
});

/** For how long rows of requests are kept. Sums by hour and day are kept for good. Null: without bound. */
const retention = z.object({
  days: z.int().min(1).max(10_000).nullable().default(400),
  /** The oldest rows go first. */
  maxMib: z.int().min(16).max(1_000_000).nullable().default(2_048),
});

/** Keeping what is asked and answered, word for word, on this machine's disk. Off unless the owner wants it. */
const capture = z.object({
  enabled: z.boolean().default(false),
  keepDays: z.int().min(1).max(3_650).default(30),
  /** Of the file on disk. The oldest go first. */
  maxBytes: z
    .int()
    .min(16 * MIB)
    .max(64 * 1024 * MIB)
    .default(512 * MIB),
});

/** `GET /metrics` for Prometheus. */
const metrics = z.object({
  enabled: z.boolean().default(false),
  /** Whether programs on this machine may read them without the owner token. */
  loopback: z.boolean().default(true),
});

/** Everything the owner can set. Parsing `{}` gives the defaults. */
export const settingsSchema = z.object({
  timeouts: timeouts.prefault({}),
  cache: cache.prefault({}),
  local: local.prefault({}),
  modelUpdates: modelUpdates.prefault({}),
  connections: connections.prefault({}),
  /** Largest request body that is accepted. */
  bodyLimitBytes: z
    .int()
    .min(1024)
    .max(1024 * MIB)
    .default(32 * MIB),
  /** Origins that a browser page may call from, such as `https://chat.example.com`. */
  allowedOrigins: z
    .array(z.url({ protocol: /^https?$/ }))
    .max(100)
    .default([]),
  /** `Host` headers that are accepted beside loopback, such as `gateway.lan`. */
  allowedHosts: z.array(z.string().min(1).max(255)).max(100).default([]),
  /** Longest `Retry-After` that is waited for before the next candidate is tried. */
  retryAfterMaxMs: z.int().min(0).max(300_000).default(10_000),
  /** While true, `auto` is refused; models that are asked for by name are called as ever. */
  routingPaused: z.boolean().default(false),
  /** Whose days budgets and reports go by: `system`, or a zone of the IANA database such as `Europe/Madrid`. */
  timeZone: z
    .string()
    .max(64)
    .refine((name) => name === 'system' || isTimeZone(name), 'system, or a time zone such as Europe/Madrid')
    .default('system'),
  budgets: budgets.prefault({}),
  retention: retention.prefault({}),
  capture: capture.prefault({}),
  metrics: metrics.prefault({}),
  proxy: proxy.prefault({}),
  /** `provider/name` of the model that savings are reckoned against; null: the dearest that was used. */
  savingsBaseline: z.string().min(1).max(200).nullable().default(null),
});

/** What is to change; absent fields stay as they are. */
export const settingsPatchSchema = z.strictObject({
  timeouts: z
    .strictObject({
      connectMs: durationMs,
      firstByteMs: durationMs,
      wholeReplyMs: durationMs,
      silenceMs: durationMs,
      keepAliveMs: durationMs,
    })
    .partial()
    .optional(),
  cache: z
    .strictObject({
      enabled: cache.shape.enabled.unwrap(),
      maxBytes: cache.shape.maxBytes.unwrap(),
      ttlMs: cache.shape.ttlMs.unwrap(),
    })
    .partial()
    .optional(),
  local: z
    .strictObject({
      discover: local.shape.discover.unwrap(),
      /** All of them: one that is absent is at its usual address. */
      baseUrls: local.shape.baseUrls.unwrap(),
    })
    .partial()
    .optional(),
  modelUpdates: z
    .strictObject({
      enabled: modelUpdates.shape.enabled.unwrap(),
      sources: modelUpdates.shape.sources.unwrap(),
    })
    .partial()
    .optional(),
  connections: z.strictObject({ onQuit: connections.shape.onQuit.unwrap() }).partial().optional(),
  bodyLimitBytes: settingsSchema.shape.bodyLimitBytes.unwrap().optional(),
  allowedOrigins: settingsSchema.shape.allowedOrigins.unwrap().optional(),
  allowedHosts: settingsSchema.shape.allowedHosts.unwrap().optional(),
  retryAfterMaxMs: settingsSchema.shape.retryAfterMaxMs.unwrap().optional(),
  routingPaused: settingsSchema.shape.routingPaused.unwrap().optional(),
  timeZone: settingsSchema.shape.timeZone.unwrap().optional(),
  capture: z
    .strictObject({
      enabled: capture.shape.enabled.unwrap(),
      keepDays: capture.shape.keepDays.unwrap(),
      maxBytes: capture.shape.maxBytes.unwrap(),
    })
    .partial()
    .optional(),
  metrics: z
    .strictObject({ enabled: metrics.shape.enabled.unwrap(), loopback: metrics.shape.loopback.unwrap() })
    .partial()
    .optional(),
  proxy: z
    .strictObject({ server: proxy.shape.server.unwrap(), except: proxy.shape.except.unwrap() })
    .partial()
    .optional(),
  savingsBaseline: settingsSchema.shape.savingsBaseline.unwrap().optional(),
  retention: z
    .strictObject({ days: retention.shape.days.unwrap(), maxMib: retention.shape.maxMib.unwrap() })
    .partial()
    .optional(),
  budgets: z
    .strictObject({
      unknownPrice: budgets.shape.unknownPrice.unwrap(),
      weekStartsOn: budgets.shape.weekStartsOn.unwrap(),
    })
    .partial()
    .optional(),
});

export type Settings = z.infer<typeof settingsSchema>;
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;
