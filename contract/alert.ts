import { oc } from '@orpc/contract';
import { z } from 'zod';
import { idInput, milliseconds, numberInput } from './common.ts';

const share = z.number().min(0).max(1);
const usd = z.number().positive().max(1_000_000);
const minutes = z.int().min(5).max(1440);
const minRequests = z.int().min(1).max(1_000_000).default(20);

/** What to watch for. Sums are those of the ledger; a day is the owner's. */
const alertCondition = z.discriminatedUnion('kind', [
  /** Spent today, in the owner's time zone. */
  z.object({ kind: z.literal('spendPerDay'), usd }),
  /** A budget of a gateway key, or of all together, is used to so many per cent. */
  z.object({ kind: z.literal('budget'), percent: z.union([z.literal(50), z.literal(80), z.literal(100)]) }),
  /** Share of requests that failed, over the last minutes. */
  z.object({ kind: z.literal('errorRate'), share, minutes: minutes.default(60), minRequests }),
  /** 95th percentile of the time to the last byte, over the last minutes. */
  z.object({
    kind: z.literal('p95Latency'),
    ms: z.int().min(1).max(3_600_000),
    minutes: minutes.default(60),
    minRequests,
  }),
  /** A provider fails so often that it is not called for now. */
  z.object({ kind: z.literal('providerDown') }),
  /** Share of answers from the cache today, beside the seven days before, in points. */
  z.object({ kind: z.literal('cacheHitRateDrop'), points: share.default(0.2), minRequests }),
  /** A price of a model that was used lately changes. */
  z.object({ kind: z.literal('priceChange') }),
  /** Spent today, beside the mean of the same weekday in the four weeks before. */
  z.object({
    kind: z.literal('spendAnomaly'),
    factor: z.number().min(1.1).max(100).default(3),
    minUsd: usd.default(1),
  }),
]);

const ruleFields = z.object({
  name: z.string().trim().min(1).max(100),
  enabled: z.boolean(),
  condition: alertCondition,
  /** Ids of channels. None: it is only written into the history. */
  channels: z.array(z.string().max(100)).max(20),
});

const rule = ruleFields.extend({
  id: z.string(),
  /** Whether what it watches for holds now. It tells once, and again only after that has ended. */
  firing: z.boolean(),
  lastFiredAtMs: milliseconds.nullable(),
  createdAtMs: milliseconds,
});

const httpUrl = z.url({ protocol: /^https?$/ }).max(2000);

/** Where alerts go, with its secrets: they are sealed and never returned. */
const channelConfig = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('desktop') }),
  z.object({
    kind: z.literal('email'),
    host: z.string().trim().min(1).max(255),
    port: z.int().min(1).max(65_535).default(587),
    /** TLS from the first byte; else it is asked for (STARTTLS), and insisted on but for this machine. */
    secure: z.boolean().default(false),
    user: z.string().max(320).default(''),
    password: z.string().max(1000).default(''),
    from: z.email().max(320),
    to: z.array(z.email().max(320)).min(1).max(20),
  }),
  /** The address of an incoming webhook of Slack's. */
  z.object({ kind: z.literal('slack'), url: httpUrl }),
  /** A POST of JSON. With a secret it is signed: see `docs/alerts.md`. */
  z.object({ kind: z.literal('webhook'), url: httpUrl, secret: z.string().max(1000).default('') }),
]);

const channel = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['desktop', 'email', 'slack', 'webhook']),
  /** Where it leads, without secrets, such as `hooks.slack.com` or `me@example.org`. */
  target: z.string(),
  /** `dead`: nothing got through the last times. `unreadable`: sealed by another machine or user, enter it anew. */
  status: z.enum(['untried', 'works', 'failing', 'dead', 'unreadable']),
  lastError: z.string().nullable(),
  lastDeliveredAtMs: milliseconds.nullable(),
  createdAtMs: milliseconds,
});

const delivery = z.object({
  channelId: z.string(),
  channelName: z.string(),
  status: z.enum(['waiting', 'delivered', 'failed']),
  attempts: z.int(),
  nextAtMs: milliseconds.nullable(),
  error: z.string().nullable(),
});

const alert = z.object({
  id: z.string(),
  ruleId: z.string().nullable(),
  ruleName: z.string(),
  kind: z.string(),
  firedAtMs: milliseconds,
  title: z.string(),
  body: z.string(),
  /** The page of the dashboard that tells more, such as `/providers`. */
  page: z.string().nullable(),
  deliveries: z.array(delivery),
});

const route = oc.$route({ tags: ['Alerts'] });
const channelName = z.string().trim().min(1).max(100);

export const alertRoutes = {
  rules: route
    .route({ method: 'GET', path: '/alerts/rules', summary: 'Rules, oldest first' })
    .output(z.object({ rules: z.array(rule) })),
  addRule: route
    .route({ method: 'POST', path: '/alerts/rules', summary: 'Add a rule' })
    .input(ruleFields.extend({ enabled: z.boolean().default(true), channels: ruleFields.shape.channels.default([]) }))
    .output(rule),
  updateRule: route
    .route({ method: 'PATCH', path: '/alerts/rules/{id}', summary: 'Change some of a rule' })
    .input(idInput.extend(ruleFields.partial().shape))
    .output(rule),
  removeRule: route
    .route({ method: 'DELETE', path: '/alerts/rules/{id}', summary: 'Remove a rule; it can be restored for a day' })
    .input(idInput)
    .output(z.object({ id: z.string() })),
  restoreRule: route
    .route({ method: 'POST', path: '/alerts/rules/{id}/restore', summary: 'Take back the removal of a rule' })
    .input(idInput)
    .output(rule),
  channels: route
    .route({ method: 'GET', path: '/alerts/channels', summary: 'Channels, without their secrets' })
    .output(z.object({ channels: z.array(channel) })),
  addChannel: route
    .route({ method: 'POST', path: '/alerts/channels', summary: 'Add a channel' })
    .input(z.object({ name: channelName, config: channelConfig }))
    .output(channel),
  updateChannel: route
    .route({ method: 'PATCH', path: '/alerts/channels/{id}', summary: 'Rename a channel, or set it up anew' })
    .input(idInput.extend({ name: channelName.optional(), config: channelConfig.optional() }))
    .output(channel),
  removeChannel: route
    .route({
      method: 'DELETE',
      path: '/alerts/channels/{id}',
      summary: 'Remove a channel; it can be restored for a day',
    })
    .input(idInput)
    .output(z.object({ id: z.string() })),
  restoreChannel: route
    .route({ method: 'POST', path: '/alerts/channels/{id}/restore', summary: 'Take back the removal of a channel' })
    .input(idInput)
    .output(channel),
  testChannel: route
    .route({ method: 'POST', path: '/alerts/channels/{id}/test', summary: 'Send a test, at once and once' })
    .input(idInput)
    .output(channel),
  history: route
    .route({ method: 'GET', path: '/alerts', summary: 'Alerts that fired, newest first' })
    .input(
      z.object({
        limit: numberInput(z.int().min(1).max(200)).default(50),
        beforeMs: numberInput(milliseconds).optional(),
      }),
    )
    .output(z.object({ alerts: z.array(alert) })),
};

export type AlertCondition = z.infer<typeof alertCondition>;
export type AlertRule = z.infer<typeof rule>;
export type ChannelConfig = z.infer<typeof channelConfig>;
export type AlertChannel = z.infer<typeof channel>;
export type AlertInfo = z.infer<typeof alert>;
