import { GatewayError } from '../errors.ts';
import { type Exchange, need } from '../pipeline/exchange.ts';
import type { Provider } from '../providers/catalog.ts';
import type { Timeouts } from '../providers/http.ts';
import type { Providers } from '../providers/index.ts';
import { openUpstream, type Upstream } from '../providers/upstream.ts';
import type { Outgoing } from './outgoing.ts';

/** Headers of the client that mean something to its provider; all others stay here. */
const PASSED_HEADERS = ['anthropic-beta', 'anthropic-version', 'openai-beta', 'idempotency-key'];

interface Sending {
  provider: Provider;
  outgoing: Pick<Outgoing, 'path' | 'body'>;
  providers: Pick<Providers, 'caller' | 'openCredentials'>;
  timeouts: Timeouts;
}

/** One call, up to the first byte of its answer. `startedAt` is `performance.now()` of when it was sent. */
export async function send(
  exchange: Exchange,
  { provider, outgoing, providers, timeouts }: Sending,
): Promise<{ upstream: Upstream; startedAt: number }> {
  const opened = providers.openCredentials(provider);
  const headers = headersFor(exchange, provider, opened instanceof Promise ? await opened : opened);
  if (exchange.aborted) throw new GatewayError('client_closed', 'The client left.');
  const startedAt = performance.now();
  exchange.inDoubt = true;
  const upstream = await openUpstream(
    providers.caller,
    {
      call: {
        provider: provider.id,
        origin: provider.origin,
        path: provider.basePath + outgoing.path,
        method: 'POST',
        headers,
        body: outgoing.body,
      },
      timeouts,
    },
    (abort) => {
      exchange.onAbort = abort;
    },
  );
  exchange.onAbort = undefined;
  exchange.inDoubt = false;
  return { upstream, startedAt };
}

function headersFor(
  exchange: Exchange,
  provider: Provider,
  credentials: Record<string, string>,
): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: need(exchange.request).stream ? 'text/event-stream' : 'application/json',
    ...provider.headers,
    ...credentials,
  };
  if (exchange.inbound.name !== provider.dialect) return headers;
  for (const name of PASSED_HEADERS) {
    const value = exchange.incoming.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  return headers;
}
