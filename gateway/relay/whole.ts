import type { ChatEvent, ChatReply, JsonObject } from '../chat.ts';
import { outbounds, passes } from '../dialects/index.ts';
import { GatewayError } from '../errors.ts';
import { type Ending, type Flow, wholeFlow } from '../flow.ts';
import { type Exchange, need } from '../pipeline/exchange.ts';
import type { Provider } from '../providers/catalog.ts';
import { readFailure } from '../providers/failure.ts';
import type { Upstream } from '../providers/upstream.ts';
import { emit } from '../reply.ts';
import type { RelayInput } from './channel.ts';
import { unwrapReply } from './custom-tools.ts';
import { closingOf, contextOf, endOf, finishOf } from './ending.ts';
import { headOf } from './head.ts';
import { demandsThoughts } from './thoughts.ts';
import { renameReply } from './tool-names.ts';

type WholeUpstream = Extract<Upstream, { kind: 'whole' }>;

/** A reply that came as one JSON body. Throws where that is an error in the guise of an answer. */
export function relayWhole(input: RelayInput, upstream: WholeUpstream, json: JsonObject): Flow {
  const streams = need(input.exchange.request).stream;
  return input.outgoing.untouched && !streams ? passWhole(input, upstream, json) : tellWhole(input, upstream, json);
}

/** To a client of the provider's dialect, as it came. */
function passWhole(
  { exchange, provider, thoughts, onEnd }: RelayInput,
  upstream: WholeUpstream,
  json: JsonObject,
): Flow {
  const pass = passes[exchange.inbound.name];
  const { usage, finish, error } = pass.readSummary(json);
  if (error !== undefined) throw readFailure(provider, upstream, error);
  if (finish === undefined) refuseEmpty(provider, outbounds[provider.dialect].readReply(json));
  if (demandsThoughts(provider))
    hear(exchange, { provider, thoughts }, emit(outbounds[provider.dialect].readReply(json)));
  const ending: Ending = {
    closing: pass.replyClosing(upstream.body, json),
    ...endOf(exchange, { usage, isWhole: true }, () => textOf(outbounds[provider.dialect].readReply(json))),
    ...finishOf(finish),
  };
  onEnd(ending);
  return wholeFlow(headOf(false), [], ending);
}

/** Through the hub; as a stream where the client wants one and the provider would not. */
function tellWhole(
  { exchange, provider, outgoing, thoughts, items, onEnd }: RelayInput,
  upstream: WholeUpstream,
  json: JsonObject,
): Flow {
  const { inbound } = exchange;
  const request = need(exchange.request);
  const told = renameReply(outbounds[provider.dialect].readReply(json), outgoing.names);
  const reply = unwrapReply(outgoing, told);
  if (reply.error !== undefined) throw readFailure(provider, upstream, reply.error);
  refuseEmpty(provider, reply);
  const events = emit(reply);
  hear(exchange, { provider, thoughts }, events);
  const said = {
    ...endOf(exchange, { usage: reply.usage, isWhole: true }, () => textOf(reply)),
    ...finishOf(reply.choices.at(-1)?.finish),
  };
  const chunks: Buffer[] = [];
  const streams = request.stream;
  const framing = streams ? inbound.createFraming?.() : undefined;
  const ending: Ending = { closing: streams ? tellAsStream() : tell(), ...said };
  onEnd(ending);
  return wholeFlow(headOf(streams, framing), chunks, ending);

  function tell() {
    const { body, losses, items: written } = inbound.writeReply(reply, contextOf(exchange));
    exchange.losses.push(...losses);
    items.keep(exchange, written);
    return passes[inbound.name].replyClosing(Buffer.from(JSON.stringify(body)), body);
  }

  function tellAsStream() {
    const writer = inbound.createStreamWriter(contextOf(exchange));
    let text = '';
    for (const event of events) text += writer.write(event);
    const bytes = Buffer.from(text);
    chunks.push(framing === undefined ? bytes : framing.push(bytes));
    const closing = closingOf(exchange, writer.end() + writer.terminal(), reply.id);
    exchange.losses.push(...writer.losses());
    items.keep(exchange, writer.items);
    return framing === undefined ? closing : { bytes: framing.end(closing.bytes) };
  }
}

function hear(
  exchange: Exchange,
  { provider, thoughts }: Pick<RelayInput, 'provider' | 'thoughts'>,
  events: ChatEvent[],
): void {
  const listener = thoughts.listen({ client: need(exchange.client).id, provider });
  for (const event of events) listener.hear(event);
  listener.keep();
}

/** A reply without a choice is none, whatever its status says. */
function refuseEmpty({ id, title }: Provider, reply: ChatReply): void {
  if (reply.choices.length > 0) return;
  throw new GatewayError('provider_bad_reply', `${title} answered with a reply that holds no answer.`, {
    provider: id,
  });
}

function textOf(reply: ChatReply): string {
  return reply.choices
    .flatMap((choice) => choice.parts)
    .map((part) => (part.type === 'toolCall' ? part.input : 'text' in part ? part.text : ''))
    .join('');
}
