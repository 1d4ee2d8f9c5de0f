import type { ChatReply, JsonObject } from '../chat.ts';
import { passes } from '../dialects/index.ts';
import { createFlow, type Ending, type Flow } from '../flow.ts';
import { need } from '../pipeline/exchange.ts';
import { emit } from '../reply.ts';
import type { RelayInput } from './channel.ts';
import { closingOf, contextOf, endOf, finishOf } from './ending.ts';
import { headOf } from './head.ts';

const IDLE = {
  pause() {},
  resume() {},
  abandon: () => ({ closing: { plain: Buffer.alloc(0) }, usageIsEstimated: true }),
};

/** A reply that came as one JSON body. */
export function relayWhole(
  { exchange, outgoing, onEnd }: RelayInput,
  bytes: Buffer,
  json: JsonObject,
  reply: ChatReply,
): Flow {
  const { inbound } = exchange;
  const request = need(exchange.request);
  const wantsStream = request.stream;
  const ending: Ending = {
    closing: { plain: Buffer.alloc(0) },
    ...endOf(exchange, reply.usage, () => textOf(reply)),
    ...finishOf(reply.choices.at(-1)?.finish),
  };
  const writer = createFlow(headOf(wantsStream), IDLE);
  if (wantsStream) {
    // The client wants a stream, the provider would not: the whole reply is told as one.
    const out = inbound.createStreamWriter(contextOf(exchange));
    writer.push(
      Buffer.from(
        emit(reply)
          .map((event) => out.write(event))
          .join(''),
      ),
    );
    exchange.losses.push(...out.losses);
    ending.closing = closingOf(exchange, out.end(), out.terminal);
  } else if (outgoing.untouched) ending.closing = passes[inbound.name].passReply(bytes, json);
  else {
    const written = inbound.writeReply(reply, contextOf(exchange));
    exchange.losses.push(...written.losses);
    const text = Buffer.from(JSON.stringify(written.body));
    ending.closing = passes[inbound.name].passReply(text, written.body);
  }
  onEnd(ending);
  writer.end(ending);
  return writer.flow;
}

function textOf(reply: ChatReply): string {
  return reply.choices
    .flatMap((choice) => choice.parts)
    .map((part) => (part.type === 'toolCall' ? part.input : 'text' in part ? part.text : ''))
    .join('');
}
