import { join } from '../body/join.ts';
import type { ChatEvent, Finish, ReplyError, Usage } from '../chat.ts';
import { outbounds, passes } from '../dialects/index.ts';
import type { GatewayError } from '../errors.ts';
import type { Ending } from '../flow.ts';
import { need } from '../pipeline/exchange.ts';
import { createCollector } from '../reply.ts';
import { createSseReader } from '../sse.ts';
import type { Channel, RelayInput } from './channel.ts';
import { createUnwrap } from './custom-tools.ts';
import { closingOf, contextOf, endOf, errorBytes, finishOf, problemOf } from './ending.ts';
import { renameEvent } from './tool-names.ts';

/** A stream that goes through the hub: the provider's events are read and told in the client's dialect. */
export function translated(
  { exchange, provider, outgoing, thoughts, items }: RelayInput,
  push: (bytes: Buffer) => void,
): Channel {
  const { inbound } = exchange;
  const reader = outbounds[provider.dialect].createStreamReader();
  const context = contextOf(exchange);
  const wantsStream = need(exchange.request).stream;
  const writer = inbound.createStreamWriter(context);
  const collector = createCollector();
  const listener = thoughts.listen({ client: need(exchange.client).id, provider });
  let finish: Finish | undefined;
  let error: ReplyError | undefined;
  let usage: Usage | undefined;
  let text = '';
  let outputLength = 0;
  let id: string | undefined;

  function take(event: ChatEvent): void {
    if (event.type === 'usage') usage = { ...usage, ...event.usage };
    else if (event.type === 'finish') finish = event.finish;
    else if (event.type === 'error') error = event.error;
    else if (event.type === 'start') id ??= event.id;
    else if (event.type === 'delta') outputLength += event.text.length;
    if (event.type === 'error') return;
    listener.hear(event);
    if (wantsStream) text += writer.write(event);
    else collector.add(event);
  }

  const unwrap = createUnwrap(outgoing);
  function tell(events: ChatEvent[]): void {
    for (const said of events) {
      const event = outgoing.names === undefined ? said : renameEvent(said, outgoing.names);
      if (unwrap === undefined) take(event);
      else for (const each of unwrap.read(event)) take(each);
    }
  }

  const messages = createSseReader((message) => tell(reader.read(message)));

  function flush(): void {
    if (text === '') return;
    const bytes = Buffer.from(text);
    text = '';
    push(bytes);
  }

  function endWith(failure: GatewayError | undefined): Ending {
    const problem = failure ?? problemOf(provider, { finish, error });
    const said = {
      ...endOf(exchange, { usage, isWhole: problem === undefined }, () => outputLength),
      ...finishOf(finish),
    };
    if (problem !== undefined) return { closing: { bytes: errorBytes(exchange, problem) }, error: problem, ...said };
    listener.keep();
    if (wantsStream) {
      const rest = writer.end();
      exchange.losses.push(...writer.losses());
      items.keep(exchange, writer.items);
      return { closing: closingOf(exchange, rest + writer.terminal(), id), ...said };
    }
    const written = inbound.writeReply(collector.reply(), context);
    exchange.losses.push(...written.losses);
    items.keep(exchange, written.items);
    return {
      closing: passes[inbound.name].replyClosing(Buffer.from(JSON.stringify(written.body)), written.body),
      ...said,
    };
  }

  return {
    data(pieces) {
      messages.push(join(pieces));
      flush();
    },
    end() {
      messages.end();
      tell(reader.end());
      flush();
      return endWith(undefined);
    },
    broken: endWith,
  };
}
