import type { JsonObject } from '../chat.ts';
import type { InboundCount, TargetModel } from '../dialects/dialect.ts';
import { outbounds } from '../dialects/index.ts';
import { asGatewayError, type ErrorCode, GatewayError } from '../errors.ts';
import type { TokenCounter } from '../models/count.ts';
import { tokensFor } from '../models/family.ts';
import { readPrompt } from '../models/prompt.ts';
import type { Provider } from '../providers/catalog.ts';
import { readFailure } from '../providers/failure.ts';
import type { Timeouts } from '../providers/http.ts';
import type { Providers } from '../providers/index.ts';
import { foreign, writeBody } from '../relay/outgoing.ts';
import { careAfter } from '../relay/refusals.ts';
import { send } from '../relay/send.ts';
import type { Candidate } from '../routing/route.ts';
import { type Exchange, need } from './exchange.ts';
import { targetOf } from './target.ts';

interface CountOptions {
  providers: Providers;
  counter: TokenCounter;
  timeouts(): Timeouts;
}

export interface Counted {
  tokens: number;
  /** Who counted: the model's provider, or the gateway, whose count is an estimate. */
  by: 'provider' | 'estimate';
  candidate: Candidate;
  /** The provider's own answer, where it is of the client's dialect. */
  body?: JsonObject;
}

/**
 * Failures that say something of the provider and nothing of the request: the gateway then counts itself. So it does where its own
 * translation may be what the provider found fault with.
 */
const NO_MATTER: ReadonlySet<ErrorCode> = new Set([
  'provider_unknown_model',
  'provider_rate_limited',
  'provider_overloaded',
  'provider_failed',
  'provider_unreachable',
  'provider_timeout',
  'provider_bad_reply',
]);

/** Characters that are counted exactly; what is beyond is taken to be as dense. */
const COUNTED = 1 << 20;

/** How many tokens the prompt of a decided exchange has for the model that was chosen. */
export async function countTokens(exchange: Exchange, format: InboundCount, options: CountOptions): Promise<Counted> {
  const [candidate] = need(exchange.decision).ranked;
  if (candidate === undefined) throw new Error('A decision without a candidate.');
  const row = options.providers.catalog.get(candidate.provider);
  if (row !== undefined) {
    const provider = row.inResponses ?? row;
    try {
      const body = await askProvider(exchange, format, { ...options, provider, candidate });
      if (body !== undefined) return { ...body, by: 'provider', candidate };
    } catch (thrown) {
      const { code } = asGatewayError(thrown);
      const isOwn = provider.dialect === exchange.inbound.name;
      // What it refuses of thoughts, it is not sent when it is asked for an answer.
      const concerns = isOwn && !NO_MATTER.has(code) && careAfter(thrown) === undefined;
      if (concerns || code === 'client_closed') throw thrown;
    }
  }
  return { tokens: await estimate(exchange, options.counter, candidate.name), by: 'estimate', candidate };
}

interface Asking extends CountOptions {
  provider: Provider;
  candidate: Candidate;
}

/** Undefined where the provider has no such endpoint. */
async function askProvider(
  exchange: Exchange,
  format: InboundCount,
  { providers, timeouts, provider, candidate }: Asking,
): Promise<{ tokens: number; body?: JsonObject } | undefined> {
  const { count, readError } = outbounds[provider.dialect];
  if (count === undefined) return undefined;
  const target = targetOf(candidate, provider);
  const isOwn = exchange.inbound.name === provider.dialect;
  const passed = isOwn ? format.pass(need(exchange.body), need(exchange.request), target) : undefined;
  const outgoing = passed ?? write(exchange, provider, target);
  const { upstream } = await send(exchange, { provider, outgoing, providers, timeouts: timeouts() });
  if (upstream.kind === 'stream') {
    upstream.abort();
    return undefined;
  }
  const json = parse(upstream.body);
  if (upstream.status >= 300)
    throw readFailure(provider, upstream, readError(upstream.status, json ?? upstream.body.toString()));
  const tokens = json === undefined ? undefined : count.read(json);
  if (tokens === undefined || json === undefined) {
    throw new GatewayError('provider_bad_reply', `${provider.title} did not say how many tokens there are.`, {
      provider: provider.id,
    });
  }
  return isOwn ? { tokens, body: json } : { tokens };
}

function write(exchange: Exchange, provider: Provider, target: TargetModel): { path: string; body: Buffer[] } {
  const outbound = outbounds[provider.dialect];
  const request = need(exchange.request);
  const carried = exchange.inbound.name === provider.dialect ? request : foreign(exchange, request).request;
  const { path, body } = need(outbound.count).writeRequest(outbound.writeRequest(carried, target).body, target);
  return { path, body: writeBody(body, need(exchange.body).folds) };
}

function parse(bytes: Buffer): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value === 'object' && value !== null ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

async function estimate(exchange: Exchange, counter: TokenCounter, model: string): Promise<number> {
  const { folds } = need(exchange.body);
  const request = need(exchange.request);
  const { texts, others } = readPrompt(request, folds.lengthOf);
  const whole = texts.reduce((sum, text) => sum + folds.lengthOf(text), 0);
  let counted = '';
  for (const text of texts) {
    if (counted.length >= COUNTED) break;
    if (text !== '') counted += `${folds.textOf(text)}\n`;
  }
  counted = counted.slice(0, COUNTED);
  const tokens = await counter.count(counted);
  const text = Math.ceil(tokens * Math.max(1, whole / Math.max(counted.length, 1)));
  return tokensFor(model, request, { text, others });
}
