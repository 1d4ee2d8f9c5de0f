import type { Finish, ReplyError, Usage } from '../chat.ts';
import type { ReplyContext } from '../dialects/dialect.ts';
import { passes } from '../dialects/index.ts';
import { GatewayError } from '../errors.ts';
import type { Closing } from '../flow.ts';
import { estimateTokens } from '../models/tokens.ts';
import { type Exchange, need } from '../pipeline/exchange.ts';
import type { Provider } from '../providers/catalog.ts';
import { readFailure } from '../providers/failure.ts';

/** What is wrong with a stream that has ended: an error it announced, or that it announced nothing (law 7). */
export function problemOf(
  provider: Provider,
  end: { finish: Finish | undefined; error: ReplyError | undefined },
): GatewayError | undefined {
  if (end.error !== undefined)
    return readFailure(provider, { status: 200, headers: {}, body: Buffer.alloc(0) }, end.error);
  if (end.finish !== undefined) return undefined;
  return new GatewayError(
    'provider_truncated',
    `${provider.title} ended its answer without saying that it was complete. Try again.`,
    {
      provider: provider.id,
    },
  );
}

/**
 * The provider's usage, or the gateway's estimate of it. `read` gives the text, or the length of the text, that came. What a stream
 * says of its output before its end is only a beginning.
 */
export function endOf(
  exchange: Exchange,
  { usage, isWhole }: { usage: Usage | undefined; isWhole: boolean },
  read: () => string | number,
): { usage: Usage; usageIsEstimated: boolean } {
  if (usage !== undefined && isWhole) return { usage, usageIsEstimated: false };
  const text = read();
  // Four characters a token is the rule of thumb for what was not kept.
  const output = Math.max(usage?.output ?? 0, typeof text === 'string' ? estimateTokens(text) : Math.ceil(text / 4));
  const input = usage?.input ?? exchange.features?.inputTokens ?? 0;
  return { usage: { ...usage, input, output }, usageIsEstimated: true };
}

export function finishOf(finish: Finish | undefined): { finish?: Finish } {
  return finish === undefined ? {} : { finish };
}

export function errorBytes(exchange: Exchange, error: GatewayError): Buffer {
  return Buffer.from(exchange.inbound.writeStreamError(error));
}

/** Closing of a stream that the gateway wrote itself; its room for metadata is that of the dialect. `id`: the provider's. */
export function closingOf(exchange: Exchange, bytes: string, id: string | undefined): Closing {
  return passes[exchange.inbound.name].streamClosing(Buffer.from(bytes), contextOf(exchange), id);
}

export function contextOf(exchange: Exchange): ReplyContext {
  return {
    id: exchange.id.replace(/^req_/, ''),
    model: exchange.routed?.candidate.name ?? '',
    createdAtMs: exchange.startedAtMs,
    streamUsage: need(exchange.request).streamUsage,
  };
}
