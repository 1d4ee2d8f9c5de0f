import type { ChatEvent, JsonObject, OpeningPart, Part, Usage } from '../../chat.ts';
import { writeSse } from '../../sse.ts';
import type { ReplyContext, StreamWriter } from '../dialect.ts';
import { chooseId, loseOf, writeImage, writeLogprobs } from './reply.ts';
import { writeUsage } from './usage.ts';
import { createLossList, isObject, NAME, writeExtra, writeFinishReason } from './wire.ts';

interface OpenChoice {
  /** What stands at each index of the hub, and which of the choice's tool calls it is. */
  parts: Map<
    number,
    { type: OpeningPart['type'] | Part['type']; call?: number; kind?: 'function' | 'custom'; empty: boolean }
  >;
  calls: number;
  thoughts: number;
}

type Event<T extends ChatEvent['type']> = Extract<ChatEvent, { type: T }>;

/** Events → `chat.completion.chunk` messages. The role comes first, usage (if asked for) last. */
export function createStreamWriter(context: ReplyContext): StreamWriter {
  const losses = createLossList();
  const choices = new Map<number, OpenChoice>();
  const head: JsonObject = {
    id: chooseId(undefined, context),
    object: 'chat.completion.chunk',
    created: Math.floor(context.createdAtMs / 1000),
    model: context.model,
  };
  let prefix = '';
  let usage: Usage | undefined;
  const last: JsonObject = {};

  /** The head is the same for every chunk, so it is written once. */
  function chunk(choice: number, delta: JsonObject, finish: string | null = null, logprobs: unknown = null): string {
    if (prefix === '') prefix = `data: ${JSON.stringify(head).slice(0, -1)},"choices":[{"index":`;
    const tail = context.streamUsage ? '}],"usage":null}\n\n' : '}]}\n\n';
    return `${prefix}${choice},"delta":${JSON.stringify(delta)},"logprobs":${JSON.stringify(logprobs)},"finish_reason":${JSON.stringify(finish)}${tail}`;
  }

  function at(index: number): { choice: OpenChoice; role: string } {
    const known = choices.get(index);
    if (known !== undefined) return { choice: known, role: '' };
    const choice: OpenChoice = { parts: new Map(), calls: 0, thoughts: 0 };
    choices.set(index, choice);
    return { choice, role: chunk(index, { role: 'assistant', content: '', refusal: null }) };
  }

  function open({ choice: index, index: place, part }: Event<'open'>): string {
    const { choice, role } = at(index);
    if (part.type === 'whole') return role + openWhole(index, place, part.part);
    if (part.type === 'toolCall') return role + openCall(index, place, part);
    choice.parts.set(place, { type: part.type, empty: true });
    return role;
  }

  function openCall(
    index: number,
    place: number,
    { id, name, kind }: Extract<OpeningPart, { type: 'toolCall' }>,
  ): string {
    const { choice } = at(index);
    const call = choice.calls++;
    choice.parts.set(place, { type: 'toolCall', call, kind, empty: true });
    const inner = kind === 'custom' ? { name, input: '' } : { name, arguments: '' };
    return chunk(index, { tool_calls: [{ index: call, id, type: kind, [kind]: inner }] });
  }

  function openWhole(index: number, place: number, part: Part): string {
    loseOf(part, `choices[${index}]`, losses.add);
    const image = writeImage(part);
    if (image !== undefined) return chunk(index, { images: [image] });
    if (part.type === 'toolCall') return openCall(index, place, part) + write(index, place, part.input);
    if (part.type !== 'text' && part.type !== 'refusal' && part.type !== 'thinking') return '';
    at(index).choice.parts.set(place, { type: part.type, empty: true });
    return write(index, place, part.text);
  }

  function write(index: number, place: number, text: string): string {
    const { choice, role } = at(index);
    const part = choice.parts.get(place);
    if (part === undefined || text === '') return role;
    const first = part.empty;
    part.empty = false;
    if (part.type === 'text') return chunk(index, { content: text });
    if (part.type === 'refusal') return chunk(index, { refusal: text });
    if (part.type === 'thinking') {
      const gap = first && choice.thoughts++ > 0 ? '\n\n' : '';
      return chunk(index, { reasoning_content: gap + text });
    }
    return chunk(index, {
      tool_calls: [
        {
          index: part.call,
          ...(part.kind === 'custom' ? { custom: { input: text } } : { function: { arguments: text } }),
        },
      ],
    });
  }

  /** A call without arguments gets `{}`: clients parse them. */
  function close({ choice: index, index: place }: Event<'close'>): string {
    const part = choices.get(index)?.parts.get(place);
    return part?.type === 'toolCall' && part.kind === 'function' && part.empty ? write(index, place, '{}') : '';
  }

  function finish({ choice: index, finish: { reason } }: Event<'finish'>): string {
    const { choice, role } = at(index);
    return role + chunk(index, {}, writeFinishReason(reason, choice.calls > 0));
  }

  function keepExtra({ extra }: Event<'extra'>): string {
    const { choices: kept, ...fields } = extra.fields;
    writeExtra(last, { dialect: extra.dialect, fields }, '', losses.add);
    if (extra.dialect !== NAME || !Array.isArray(kept)) return '';
    return kept
      .filter(isObject)
      .map(({ index, message }) => (isObject(message) && typeof index === 'number' ? chunk(index, message) : ''))
      .join('');
  }

  function logprobs({ choice: index, dialect, value }: Event<'logprobs'>): string {
    const { role } = at(index);
    const written = writeLogprobs({ dialect, value }, `choices[${index}]`, losses.add);
    return written === null ? role : role + chunk(index, {}, null, written);
  }

  function one(event: ChatEvent): string {
    switch (event.type) {
      case 'start':
        if (prefix === '') head.id = chooseId(event.id, context);
        return '';
      case 'open':
        return open(event);
      case 'delta':
        return write(event.choice, event.index, event.text);
      case 'signature':
        losses.add(`choices[${event.choice}].signature`, 'a signature has no place here');
        return '';
      case 'close':
        return close(event);
      case 'logprobs':
        return logprobs(event);
      case 'finish':
        return finish(event);
      case 'usage':
        usage = { ...usage, ...event.usage };
        return '';
      case 'error':
        return writeSse({
          data: JSON.stringify({
            error: { message: event.error.message, type: 'server_error', param: null, code: event.error.code ?? null },
          }),
        });
      case 'extra':
        return keepExtra(event);
    }
  }

  return {
    write: one,
    /** The chunk without choices: usage where it was asked for, and the reply's own unknown fields. */
    end() {
      const asked = context.streamUsage && usage !== undefined;
      if (!asked && Object.keys(last).length === 0) return '';
      const tier = usage?.serviceTier === undefined ? {} : { service_tier: usage.serviceTier };
      return writeSse({
        data: JSON.stringify({
          ...head,
          ...tier,
          ...last,
          choices: [],
          ...(asked && usage && { usage: writeUsage(usage) }),
        }),
      });
    },
    terminal: () => 'data: [DONE]\n\n',
    losses: losses.list,
  };
}
