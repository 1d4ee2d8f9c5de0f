import { z } from 'zod';
import { complexity, dialect, milliseconds, numberInput, userFilter } from './common.ts';

const tokens = z.int().nullable();
const cacheUse = z.enum(['miss', 'hit', 'shared', 'off']);
const status = z.enum(['ok', 'error', 'cancelled']);

/** One exchange: what was asked of whom, what it used and cost, how it ended. Never a prompt or a reply. */
export const request = z.object({
  id: z.string(),
  startedAtMs: milliseconds,
  clientId: z.string().nullable(),
  clientName: z.string().nullable(),
  dialect,
  requestedModel: z.string(),
  provider: z.string().nullable(),
  model: z.string().nullable(),
  complexity: complexity.nullable(),
  score: z.number().nullable(),
  /** Why this model, in one sentence. */
  why: z.string().nullable(),
  stream: z.boolean(),
  inputTokens: tokens,
  outputTokens: tokens,
  cacheReadTokens: tokens,
  cacheWrite5mTokens: tokens,
  cacheWrite1hTokens: tokens,
  reasoningTokens: tokens,
  audioInputTokens: tokens,
  audioOutputTokens: tokens,
  /** Null: unknown. */
  costNano: z.int().nullable(),
  costUsd: z.number().nullable(),
  costKind: z.enum(['exact', 'estimated', 'unknown']),
  /** The part of the cost that leaving the model of the conversation brought with it. */
  switchLossNano: z.int(),
  /** The part of the cost that went to calls which were given up before this answer came, as estimated. */
  givenUpNano: z.int(),
  priceVersion: z.string().nullable(),
  firstByteMs: milliseconds.nullable(),
  latencyMs: milliseconds,
  /** From the start until the request was let in and read. Null: it was refused before, or is of an earlier version. */
  queueMs: z.number().min(0).nullable(),
  /** From there until its target was chosen. */
  routeMs: z.number().min(0).nullable(),
  cache: cacheUse,
  status,
  httpStatus: z.int(),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  retries: z.int(),
  fallbacks: z.int(),
  /** What could not be carried to the provider or back. */
  losses: z.array(z.object({ field: z.string(), why: z.string() })),
});

/** One line of a bill: how many of what, at which rate, and who says so. */
const costLine = z.object({
  /** A kind of token (`input`, `cacheRead`, …), a tool that the provider runs (`webSearch`), `billed`: what the provider said it charged, or `givenUp`. */
  kind: z.string(),
  tokens: z.int().nullable(),
  calls: z.int().nullable(),
  usdPerMillion: z.number().nullable(),
  usdPerCall: z.number().nullable(),
  amountNano: z.int(),
  amountUsd: z.number(),
  source: z.string(),
});

/** One try of one target, milliseconds since the request came. `endMs` null: it gave the answer. */
const attempt = z.object({
  /** `provider/model` */
  target: z.string(),
  startMs: milliseconds,
  endMs: milliseconds.nullable(),
  errorCode: z.string().nullable(),
});

/** One exchange with the numbers that the classifier saw, how it was tried, and the arithmetic of its cost. */
export const requestDetail = request.extend({
  features: z.record(z.string(), z.unknown()).nullable(),
  /** They add up to the cost, at the prices that held then. Empty: nothing was charged, or no price is known. Null: they can no longer be told. */
  costLines: z.array(costLine).nullable(),
  /** In their order, at most the first 16 and the one that gave the answer. Empty: the first one gave it, or none was made. */
  attempts: z.array(attempt),
  /** What is kept of the provider's own headers: the id of the call there, and what was left of its limits. */
  answerHeaders: z.array(z.object({ name: z.string(), value: z.string() })),
  /** Whether prompt and reply were kept: see `captures`. */
  captured: z.boolean(),
});

const word = z.string().min(1).max(200);

/** All given conditions hold. */
const filter = {
  /** What comes first of all that the conditions leave; `longest`: by tokens. */
  sort: z.enum(['newest', 'dearest', 'slowest', 'longest']).default('newest'),
  fromMs: numberInput(milliseconds).optional(),
  /** Exclusive. */
  toMs: numberInput(milliseconds).optional(),
  model: word.optional(),
  provider: word.optional(),
  /** Id of a gateway key. */
  client: word.optional(),
  user: userFilter,
  status: status.optional(),
  complexity: complexity.optional(),
  dialect: dialect.optional(),
  cache: cacheUse.optional(),
  minCostNano: numberInput(z.int().min(0)).optional(),
  /** What a part of the savings was reckoned from. */
  saving: z.enum(['models', 'cache', 'retries', 'failures', 'switching']).optional(),
  /** Text to find in the error's code or message. */
  error: word.optional(),
};

export const requestPageInput = z.object({
  limit: numberInput(z.int().min(1).max(500)).default(50),
  /** `nextCursor` of the page before, of the same sort. */
  cursor: word.optional(),
  ...filter,
});

export const exportInput = z.object({ format: z.enum(['csv', 'json']).default('csv'), ...filter });

/** In the order that was asked for. */
export const requestPage = z.object({ requests: z.array(request), nextCursor: z.string().nullable() });

export type RequestInfo = z.infer<typeof request>;
export type RequestDetail = z.infer<typeof requestDetail>;
export type CostLineInfo = z.infer<typeof costLine>;
