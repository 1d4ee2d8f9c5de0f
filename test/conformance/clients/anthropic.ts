import {
  type Call,
  type Client,
  countIn,
  type Got,
  type Json,
  object,
  objects,
  only,
  type Part,
  parseInput,
  type Stop,
  type Turn,
  textIn,
} from '../meaning.ts';
import { faultsOf } from '../schemas.ts';

const STOPS: Record<string, Stop> = {
  end_turn: 'stop',
  max_tokens: 'length',
  tool_use: 'tools',
  refusal: 'refusal',
  stop_sequence: 'stopSequence',
};

/** A client of Anthropic's Messages (https://docs.anthropic.com/en/api/messages). */
export const anthropic: Client = {
  cannot: ['json', 'refusalText'],
  request(ask, { model, stream, key }) {
    const choice = ask.toolChoice ?? (ask.parallel === false ? 'auto' : undefined);
    const type = typeof choice === 'object' ? 'tool' : choice === 'required' ? 'any' : choice;
    const body = only({
      model,
      max_tokens: ask.maxTokens ?? 2000,
      system: ask.system,
      messages: ask.turns.map(writeTurn),
      tools: ask.tools?.map(({ schema, ...tool }) => ({ ...tool, input_schema: schema })),
      tool_choice: type && {
        type,
        ...(typeof choice === 'object' && choice),
        ...(ask.parallel === false && { disable_parallel_tool_use: true }),
      },
      temperature: ask.temperature,
      top_p: ask.topP,
      stop_sequences: ask.stop,
      thinking: ask.effort && { type: 'adaptive', display: 'summarized' },
      output_config:
        ask.effort || ask.schema
          ? only({ effort: ask.effort, format: ask.schema && { type: 'json_schema', schema: ask.schema.schema } })
          : undefined,
      ...(stream && { stream }),
    });
    return { path: '/v1/messages', headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' }, body };
  },
  readWhole: (status, body) => (status >= 300 ? readError(status, body) : read(body, faultsOf('Message', body))),
  readStream(events) {
    const faults: string[] = [];
    const content: Json[] = [];
    let message: Json = {};
    let open = -1;
    for (const [index, { event, data }] of events.entries()) {
      const said = object(JSON.parse(data));
      if (said.type === 'error') return readError(200, said);
      if (said.type === 'ping') continue;
      faults.push(...faultsOf('RawMessageStreamEvent', said));
      if (event !== said.type) faults.push(`the event is called ${event}, its type is ${String(said.type)}`);
      if (said.type === 'message_start') message = object(said.message);
      if (said.type === 'content_block_start') {
        if (open !== -1 || said.index !== content.length)
          faults.push('a block begins before the one before it has ended');
        open = countIn(said.index);
        content.push(structuredClone(object(said.content_block)));
      }
      if (said.type === 'content_block_delta') {
        if (said.index !== open) faults.push('a delta is of a block that is not open');
        append(content.at(-1) ?? {}, object(said.delta));
      }
      if (said.type === 'content_block_stop') open = -1;
      if (said.type === 'message_delta') {
        message = { ...message, ...object(said.delta), usage: { ...object(message.usage), ...object(said.usage) } };
      }
      if (said.type === 'message_stop') {
        if (index !== events.length - 1) faults.push('something follows message_stop');
        if (open !== -1) faults.push('a block stays open');
        for (const block of content) if (block.type === 'tool_use') block.input = parseInput(block.json ?? '{}');
        return read({ ...message, content }, [...new Set(faults)]);
      }
    }
    return { status: 200, faults: ['the stream does not end with message_stop'] };
  },
};

function append(block: Json, delta: Json): void {
  if (delta.type === 'text_delta') block.text = textIn(block.text) + textIn(delta.text);
  if (delta.type === 'thinking_delta') block.thinking = textIn(block.thinking) + textIn(delta.thinking);
  if (delta.type === 'signature_delta') block.signature = textIn(block.signature) + textIn(delta.signature);
  if (delta.type === 'input_json_delta') block.json = textIn(block.json) + textIn(delta.partial_json);
}

function read(body: Json, faults: string[]): Got {
  const content = objects(body.content);
  const text = content
    .filter(({ type }) => type === 'text')
    .map((block) => textIn(block.text))
    .join('');
  const thoughts = content.filter(({ type }) => type === 'thinking');
  const signature = thoughts.map((block) => textIn(block.signature)).find((one) => one !== '');
  const reasoning = thoughts.map((block) => textIn(block.thinking)).join('');
  const calls = content
    .filter(({ type }) => type === 'tool_use')
    .map(({ id, name, input }): Call => ({ id: textIn(id), name: textIn(name), input: object(input) }));
  for (const { id } of calls) if (!/^[\w-]+$/.test(id)) faults.push(`${id} is no id of a tool use`);
  const stop = STOPS[textIn(body.stop_reason)];
  const usage = object(body.usage);
  const [read, write] = [countIn(usage.cache_read_input_tokens), countIn(usage.cache_creation_input_tokens)];
  return {
    status: 200,
    id: textIn(body.id),
    ...(text !== '' && { text }),
    ...(reasoning !== '' && { reasoning: { text: reasoning, ...(signature !== undefined && { signature }) } }),
    ...(calls.length > 0 && { calls }),
    ...(stop && { stop }),
    usage: {
      input: countIn(usage.input_tokens) + read + write,
      output: countIn(usage.output_tokens),
      cacheRead: read,
      cacheWrite: write,
      reasoning: countIn(object(usage.output_tokens_details).thinking_tokens),
    },
    faults,
  };
}

function readError(status: number, body: Json): Got {
  const { type, message } = object(body.error);
  const faults =
    body.type === 'error' && typeof type === 'string' && typeof message === 'string'
      ? []
      : ['the error has another shape'];
  return { status, error: { message: textIn(message), kind: textIn(type) }, faults };
}

function writeTurn(turn: Turn): Json {
  if (turn.role === 'user') return { role: 'user', content: turn.parts.map(writePart) };
  if (turn.role === 'tool') {
    const content = turn.results.map(({ id, text, image, isError }) =>
      only({
        type: 'tool_result',
        tool_use_id: id,
        content: image === undefined ? text : [{ type: 'text', text }, writePart({ image })],
        is_error: isError,
      }),
    );
    return { role: 'user', content };
  }
  const { reasoning, text, calls = [] } = turn;
  return {
    role: 'assistant',
    content: [
      ...(reasoning?.signature === undefined
        ? []
        : [{ type: 'thinking', thinking: reasoning.text, signature: reasoning.signature }]),
      ...(text === undefined ? [] : [{ type: 'text', text }]),
      ...calls.map(({ id, name, input }) => ({ type: 'tool_use', id, name, input })),
    ],
  };
}

function writePart(part: Part): Json {
  if ('text' in part) return { type: 'text', text: part.text };
  if ('image' in part) return { type: 'image', source: { type: 'base64', media_type: 'image/png', data: part.image } };
  if ('imageUrl' in part) return { type: 'image', source: { type: 'url', url: part.imageUrl } };
  return {
    type: 'document',
    source: { type: 'base64', media_type: 'application/pdf', data: part.document },
    title: 'a.pdf',
  };
}
