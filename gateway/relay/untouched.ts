import type { ChatEvent } from '../chat.ts';
import type { StreamReader } from '../dialects/dialect.ts';
import { outbounds, passes } from '../dialects/index.ts';
import type { GatewayError } from '../errors.ts';
import type { Ending } from '../flow.ts';
import { need } from '../pipeline/exchange.ts';
import { createSseReader } from '../sse.ts';
import type { Channel, RelayInput } from './channel.ts';
import { endOf, errorBytes, finishOf, problemOf } from './ending.ts';
import { demandsThoughts } from './thoughts.ts';

/** A stream whose bytes go past as they are, while a tap reads a copy. */
export function untouched({ exchange, provider, thoughts }: RelayInput, push: (bytes: Buffer) => void): Channel {
  const outbound = outbounds[provider.dialect];
  const tap = passes[exchange.inbound.name].createTap(need(exchange.request), outbound.createStreamReader());
  // What went to the client is read again only where the provider never said its usage. Not the provider's own pieces: they are many and small, and the flow keeps these anyway.
  const past: Buffer[] = [];

  function pass(bytes: Buffer): void {
    past.push(bytes);
    push(bytes);
  }

  function endWith(error: GatewayError | undefined): Ending {
    const end = tap.end();
    const problem = error ?? problemOf(provider, end);
    // Half an event would only confuse the client's parser.
    if (end.last !== undefined && problem === undefined) pass(end.last);
    const all = () => [...past, end.closing.bytes];
    if (problem === undefined && demandsThoughts(provider)) {
      const listener = thoughts.listen({ client: need(exchange.client).id, provider });
      readStream(all(), outbound.createStreamReader(), listener.hear);
      listener.keep();
    }
    const said = endOf(exchange, { usage: end.usage, isWhole: problem === undefined }, () =>
      textOfStream(all(), outbound.createStreamReader()),
    );
    // Whatever a broken stream had held back would make it look whole.
    const isTold = error === undefined && end.error !== undefined && ERROR_EVENT.test(endOfBytes(past));
    const closing =
      problem === undefined ? end.closing : { bytes: isTold ? Buffer.alloc(0) : errorBytes(exchange, problem) };
    return { closing, ...said, ...finishOf(end.finish), ...(problem === undefined ? {} : { error: problem }) };
  }

  return {
    data(pieces) {
      const out = tap.push(pieces);
      if (out !== undefined) pass(out);
    },
    end: () => endWith(undefined),
    broken: endWith,
  };
}

/** An error that clients of the dialect see as one. It has gone past, and is not told twice. */
const ERROR_EVENT = /(^|\n)(event: ?(error|response\.failed)\b|data: ?\{\s*"error")/;

function endOfBytes(chunks: Buffer[]): string {
  const whole = Buffer.concat(chunks);
  return whole.toString('latin1', Math.max(0, whole.length - 16 * 1024));
}

function textOfStream(chunks: Buffer[], reader: StreamReader): number {
  let length = 0;
  readStream(chunks, reader, (event) => {
    if (event.type === 'delta') length += event.text.length;
  });
  return length;
}

function readStream(chunks: Buffer[], reader: StreamReader, onEvent: (event: ChatEvent) => void): void {
  const messages = createSseReader((message) => {
    for (const event of reader.read(message)) onEvent(event);
  });
  for (const chunk of chunks) messages.push(chunk);
}
