import type { StreamReader } from '../dialects/dialect.ts';
import { dialects, passes } from '../dialects/index.ts';
import type { GatewayError } from '../errors.ts';
import type { Ending } from '../flow.ts';
import { need } from '../pipeline/exchange.ts';
import { createSseReader } from '../sse.ts';
import type { Channel, RelayInput } from './channel.ts';
import { endOf, errorBytes, finishOf, problemOf } from './ending.ts';

/** A stream whose bytes go past as they are, while a tap reads a copy. */
export function untouched({ exchange, provider }: RelayInput, push: (bytes: Buffer) => void): Channel {
  const outbound = dialects[provider.dialect];
  const tap = passes[provider.dialect].createTap(need(exchange.request), outbound.createStreamReader());
  // What went past is read again only where the provider never said its usage.
  const past: Buffer[] = [];

  function endWith(error: GatewayError | undefined): Ending {
    const end = tap.end();
    const problem = error ?? problemOf(provider, end);
    // Half an event would only confuse the client's parser.
    if (end.last !== undefined && problem === undefined) push(end.last);
    const said = endOf(exchange, end.usage, () => textOfStream(past, outbound.createStreamReader()));
    // What a broken stream had held back is still the client's, but for the words that would make it look whole.
    const closing = problem === undefined ? end.closing : { plain: errorBytes(exchange, problem) };
    return { closing, ...said, ...finishOf(end.finish), ...(problem === undefined ? {} : { error: problem }) };
  }

  return {
    data(chunk) {
      past.push(chunk);
      const out = tap.push(chunk);
      if (out !== undefined) push(out);
    },
    end: () => endWith(undefined),
    broken: endWith,
  };
}

function textOfStream(chunks: Buffer[], reader: StreamReader): number {
  let length = 0;
  const messages = createSseReader((message) => {
    for (const event of reader.read(message)) if (event.type === 'delta') length += event.text.length;
  });
  for (const chunk of chunks) messages.push(chunk);
  return length;
}
