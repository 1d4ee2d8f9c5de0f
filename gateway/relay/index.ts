import type { ChatEvent, JsonObject } from '../chat.ts';
import type { Framing } from '../dialects/dialect.ts';
import { outbounds } from '../dialects/index.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import { createFlow, type Ending, type Flow } from '../flow.ts';
import { need } from '../pipeline/exchange.ts';
import type { Provider } from '../providers/catalog.ts';
import { readFailure } from '../providers/failure.ts';
import type { RunningCall } from '../providers/http.ts';
import type { Upstream } from '../providers/upstream.ts';
import { createSseReader } from '../sse.ts';
import type { RelayInput } from './channel.ts';
import { prepareEmbedding, relayEmbedding } from './embedding.ts';
import { errorBytes } from './ending.ts';
import { headOf } from './head.ts';
import { type Outgoing, type PrepareInput, prepare as prepareChat } from './outgoing.ts';
import { translated } from './translated.ts';
import { untouched } from './untouched.ts';
import { relayWhole } from './whole.ts';

/** What is sent to a target, whatever is asked of it. */
export function prepare(input: PrepareInput): Outgoing {
  return input.exchange.request?.embed === undefined ? prepareChat(input) : prepareEmbedding(input);
}

export { createItems } from './items.ts';
export { type Care, careAfter, createRefusals } from './refusals.ts';
export { createThoughts } from './thoughts.ts';

/** The provider's answer as a flow in the client's wire format. Throws where the provider answered with an error. */
export function relay(input: RelayInput): Flow {
  const { provider, upstream } = input;
  const outbound = outbounds[provider.dialect];
  const wantsVectors = input.exchange.request?.embed !== undefined;
  if (upstream.kind === 'stream' && !wantsVectors) return relayStream(input, upstream);
  if (upstream.kind === 'stream') {
    upstream.abort();
    throw new GatewayError(
      'provider_bad_reply',
      `${provider.title} answered with a stream where vectors were asked for.`,
      {
        provider: provider.id,
      },
    );
  }
  const json = parse(upstream.body);
  if (upstream.status >= 300)
    throw readFailure(provider, upstream, outbound.readError(upstream.status, json ?? upstream.body.toString()));
  if (!isObject(json)) {
    throw new GatewayError('provider_bad_reply', `${provider.title} answered with something that is not JSON.`, {
      provider: provider.id,
    });
  }
  return wantsVectors ? relayEmbedding(input, upstream, json) : relayWhole(input, upstream, json);
}

type StreamUpstream = Extract<Upstream, { kind: 'stream' }>;

function relayStream(input: RelayInput, upstream: StreamUpstream): Flow {
  const { exchange, provider, outgoing, onEnd } = input;
  refuseErrorAtStart(provider, upstream);
  let running: RunningCall | undefined;
  const source = {
    pause: () => running?.pause(),
    resume: () => running?.resume(),
    abandon(): Ending {
      upstream.abort();
      const ending = broken(new GatewayError('client_closed', 'The client left before the answer was complete.'));
      onEnd(ending);
      return ending;
    },
  };
  const wantsStream = need(exchange.request).stream;
  const framing = wantsStream ? exchange.inbound.createFraming?.() : undefined;
  const writer = createFlow(headOf(wantsStream, framing), source);
  const push = framing === undefined ? writer.push : (bytes: Buffer) => writer.push(framing.push(bytes));
  const channel = outgoing.untouched && wantsStream ? untouched(input, push) : translated(input, push);
  const finish = (ending: Ending): void => {
    onEnd(ending);
    writer.end(framing === undefined ? ending : reframed(ending, framing));
  };
  /** Nothing may be thrown out of here: nobody would catch it. */
  const broken = (error: GatewayError): Ending => {
    try {
      return channel.broken(error);
    } catch {
      return { error, closing: { bytes: errorBytes(exchange, error) }, usageIsEstimated: true };
    }
  };
  const guard = (work: () => void): void => {
    if (writer.flow.ending !== undefined) return;
    try {
      work();
    } catch (error) {
      upstream.abort();
      finish(broken(asGatewayError(error)));
    }
  };
  guard(() => channel.data([upstream.first]));
  running = upstream.follow({
    data: (pieces) => guard(() => channel.data(pieces)),
    end: () => guard(() => finish(channel.end())),
    fail: (error) => guard(() => finish(broken(error))),
  });
  return writer.flow;
}

/** Another form than SSE has no room for metadata. */
function reframed(ending: Ending, framing: Framing): Ending {
  return { ...ending, closing: { bytes: framing.end(ending.closing.bytes) } };
}

/** A provider that answers 200 and then sends an error as its first event has not answered: another can still be tried. */
function refuseErrorAtStart(provider: Provider, upstream: StreamUpstream): void {
  if (!upstream.first.includes('"error"')) return;
  const reader = outbounds[provider.dialect].createStreamReader();
  let first: ChatEvent | undefined;
  const messages = createSseReader((message) => {
    first ??= reader.read(message)[0];
  });
  messages.push(upstream.first);
  if (first?.type !== 'error') return;
  upstream.abort();
  throw readFailure(provider, { status: 200, headers: upstream.headers, body: upstream.first }, first.error);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
