import type { ChatEvent, Finish, JsonObject, Usage } from '../../chat.ts';
import type { ReplyContext, StreamWriter } from '../dialect.ts';
import { failureEvents } from './error.ts';
import { createItemIds, createResponse, responseId } from './response.ts';
import { createLossList } from './wire.ts';
import { createOutputWriter } from './write-output.ts';

/**
 * Events → the stream of a response, every event with its number. The last one holds the whole response once more, and is `terminal`.
 */
export function createStreamWriter(context: ReplyContext): StreamWriter {
  const losses = createLossList();
  let text = '';
  let sequence = 0;
  let id: string | undefined;
  let createdAtMs: number | undefined;
  let begun = false;
  let finish: Finish | undefined;
  let usage: Usage | undefined;

  function send(type: string, fields: JsonObject): void {
    text += `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence, ...fields })}\n\n`;
    sequence += 1;
  }

  const output = createOutputWriter({
    idOf: createItemIds(context.id),
    send,
    lose: losses.add,
  });

  const response = (): JsonObject =>
    createResponse(context, { id: responseId(id, context), createdAtMs, output: output.output, finish, usage });

  function begin(): void {
    if (begun) return;
    begun = true;
    const empty = { ...response(), status: 'in_progress', completed_at: null };
    send('response.created', { response: empty });
    send('response.in_progress', { response: empty });
  }

  function one(event: ChatEvent): void {
    switch (event.type) {
      case 'start':
        if (!begun) {
          id = event.id;
          createdAtMs = event.createdAtMs;
        }
        begin();
        break;
      case 'finish':
        finish = event.finish;
        break;
      case 'usage':
        usage = { ...usage, ...event.usage };
        break;
      case 'error':
        text += fail(event.error);
        break;
      default:
        begin();
        output.write(event);
    }
  }

  function fail({ message, code = 'server_error' }: { message: string; code?: string }): string {
    const described = { message, type: 'server_error', param: null, code };
    const events = failureEvents(response(), { code, described }, sequence);
    sequence += 2;
    return events;
  }

  function flush(): string {
    const written = text;
    text = '';
    return written;
  }

  return {
    write(event) {
      if ('choice' in event && event.choice > 0) {
        losses.add('choices', 'a response is one answer: the others were left out');
        return '';
      }
      one(event);
      return flush();
    },
    end() {
      begin();
      output.end(finish?.reason === 'length' || finish?.reason === 'contentFilter' ? 'incomplete' : 'completed');
      return flush();
    },
    terminal() {
      const last = response();
      const type = `response.${String(last.status)}`;
      return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence, response: last })}\n\n`;
    },
    losses: losses.list,
    items: output.output,
  };
}
