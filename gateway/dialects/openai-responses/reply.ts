import type { ChatReply, JsonObject } from '../../chat.ts';
import { collect, emit } from '../../reply.ts';
import type { ReplyContext, WrittenReply } from '../dialect.ts';
import { readWhole } from './read-stream.ts';
import { createItemIds, createResponse, responseId } from './response.ts';
import { createLossList } from './wire.ts';
import { createOutputWriter } from './write-output.ts';

/** A provider's body → hub. */
export const readReply = (body: JsonObject): ChatReply => collect(readWhole(body));

/** Hub → the body for a client: the last event of the stream that the reply would be. */
export function writeReply(reply: ChatReply, context: ReplyContext): WrittenReply {
  const losses = createLossList();
  const writer = createOutputWriter({
    idOf: createItemIds(context.id),
    send: () => {},
    lose: losses.add,
  });
  const [first, ...others] = reply.choices;
  if (others.length > 0) losses.add('choices', 'a response is one answer: the others were left out');
  for (const event of emit({ ...reply, choices: first === undefined ? [] : [first] })) writer.write(event);
  const finish = first?.finish;
  const isCut = finish?.reason === 'length' || finish?.reason === 'contentFilter';
  writer.end(isCut ? 'incomplete' : 'completed');
  const body = createResponse(context, {
    id: responseId(reply.id, context),
    createdAtMs: reply.createdAtMs,
    output: writer.output,
    finish,
    usage: reply.usage,
  });
  return { body, losses: losses.list(), items: writer.output };
}
