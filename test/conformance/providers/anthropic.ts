import {
  type Answer,
  type Ask,
  halves,
  type Json,
  object,
  objects,
  only,
  type Part,
  type Provider,
  sse,
  type Turn,
  textIn,
} from '../meaning.ts';

const STOPS = {
  stop: 'end_turn',
  stopSequence: 'stop_sequence',
  length: 'max_tokens',
  tools: 'tool_use',
  filter: 'refusal',
  refusal: 'refusal',
};

export const anthropic: Provider = {
  tells: ['cacheRead', 'cacheWrite', 'reasoning', 'thoughts', 'signature'],
  read,
  whole: (answer, model) => ({
    ...writeFrame(answer, model),
    content: writeContent(answer),
    stop_reason: STOPS[answer.stop],
  }),
  stream(answer, model) {
    const event = (type: string, more: Json) => sse({ type, ...more }, type);
    const frame = writeFrame(answer, model);
    return [
      event('message_start', {
        message: { ...frame, content: [], stop_reason: null, usage: { ...frame.usage, output_tokens: 1 } },
      }),
      event('ping', {}),
      ...writeContent(answer).flatMap((block, index) => {
        const { text, thinking, signature, input, ...rest } = block as Json;
        const delta = (delta: Json) => event('content_block_delta', { index, delta });
        const empty =
          block.type === 'text'
            ? { text: '' }
            : block.type === 'thinking'
              ? { thinking: '', signature: '' }
              : { input: {} };
        return [
          event('content_block_start', { index, content_block: { ...rest, ...empty } }),
          ...halves(textIn(text)).map((text) => delta({ type: 'text_delta', text })),
          ...halves(textIn(thinking)).map((thinking) => delta({ type: 'thinking_delta', thinking })),
          ...(signature === undefined ? [] : [delta({ type: 'signature_delta', signature })]),
          // An empty input has no deltas but an empty one.
          ...(input === undefined
            ? []
            : halves(Object.keys(object(input)).length === 0 ? '' : JSON.stringify(input))
          ).map((part) => delta({ type: 'input_json_delta', partial_json: part })),
          event('content_block_stop', { index }),
        ];
      }),
      event('message_delta', { delta: { stop_reason: STOPS[answer.stop], stop_sequence: null }, usage: frame.usage }),
      event('message_stop', {}),
    ];
  },
  error: (message) => ({ type: 'error', error: { type: 'invalid_request_error', message }, request_id: 'req_1' }),
  broken: (message) => sse({ type: 'error', error: { type: 'overloaded_error', message } }, 'error'),
};

function writeFrame({ usage: { input, output, cacheRead = 0, cacheWrite = 0, reasoning } }: Answer, model: string) {
  const usage = {
    input_tokens: input - cacheRead - cacheWrite,
    cache_read_input_tokens: cacheRead,
    cache_creation_input_tokens: cacheWrite,
    cache_creation: { ephemeral_5m_input_tokens: cacheWrite, ephemeral_1h_input_tokens: 0 },
    output_tokens: output,
    ...(reasoning === undefined ? {} : { output_tokens_details: { thinking_tokens: reasoning } }),
  };
  return { id: 'msg_conformance', type: 'message', role: 'assistant', model, stop_sequence: null, usage };
}

function writeContent({ text, reasoning, calls = [] }: Answer): Json[] {
  return [
    ...(reasoning
      ? [{ type: 'thinking', thinking: reasoning.text, signature: reasoning.signature ?? 'EqQBconformance==' }]
      : []),
    ...(text === undefined ? [] : [{ type: 'text', text }]),
    ...calls.map(({ id, name, input }) => ({ type: 'tool_use', id, name, input })),
  ];
}

function read(body: Json): { seen: Ask; faults: string[] } {
  const messages = objects(body.messages);
  const faults = [
    ...pairingFaults(messages),
    ...(typeof body.max_tokens === 'number' ? [] : ['max_tokens is missing']),
  ];
  const choice = object(body.tool_choice);
  const mode =
    choice.type === 'tool' ? { name: textIn(choice.name) } : choice.type === 'any' ? 'required' : choice.type;
  const format = object(object(body.output_config).format ?? body.output_format);
  const thinking = object(body.thinking);
  const seen = only({
    system:
      (typeof body.system === 'string'
        ? body.system
        : objects(body.system)
            .map(({ text }) => textIn(text))
            .join('\n')) || undefined,
    turns: messages.flatMap(readMessage),
    tools:
      body.tools === undefined
        ? undefined
        : objects(body.tools).map(({ name, description, input_schema: schema }) => ({
            name: textIn(name),
            description: textIn(description),
            schema: object(schema),
          })),
    toolChoice: mode,
    parallel: choice.disable_parallel_tool_use === true ? false : undefined,
    maxTokens: body.max_tokens,
    temperature: body.temperature,
    topP: body.top_p,
    stop: body.stop_sequences,
    effort:
      object(body.output_config).effort ??
      (thinking.type === 'enabled' || thinking.type === 'adaptive' ? 'on' : undefined),
    schema: format.type === 'json_schema' ? { name: '', schema: object(format.schema) } : undefined,
  }) as Ask;
  return { seen, faults };
}

/** All results of a turn's calls stand first in the very next message. */
function pairingFaults(messages: Json[]): string[] {
  return messages.flatMap(({ role, content }, index) => {
    const called = objects(content)
      .filter(({ type }) => type === 'tool_use')
      .map(({ id }) => textIn(id));
    const odd = called.filter((id) => !/^[\w-]+$/.test(id)).map((id) => `${id} is no id`);
    if (role === messages[index - 1]?.role) odd.push('two messages of one role follow each other');
    const next = objects(messages[index + 1]?.content)
      .slice(0, called.length)
      .map(({ tool_use_id: id }) => id);
    return [
      ...odd,
      ...called.filter((id) => !next.includes(id)).map((id) => `the call ${id} has no result in the next message`),
    ];
  });
}

function readMessage({ role, content }: Json): Turn[] {
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : objects(content);
  if (role === 'assistant') {
    const text = blocks
      .filter(({ type }) => type === 'text')
      .map(({ text }) => textIn(text))
      .join('');
    const calls = blocks
      .filter(({ type }) => type === 'tool_use')
      .map(({ id, name, input }) => ({ id: textIn(id), name: textIn(name), input: object(input) }));
    return [{ role, text, calls }];
  }
  return blocks.map((block): Turn => {
    if (block.type !== 'tool_result') return { role: 'user', parts: [readPart(block)] };
    const text =
      typeof block.content === 'string'
        ? block.content
        : objects(block.content)
            .map(({ text }) => textIn(text))
            .join('');
    return {
      role: 'tool',
      results: [{ id: textIn(block.tool_use_id), name: '', text, isError: block.is_error === true }],
    };
  });
}

function readPart({ type, text, source }: Json): Part {
  if (type === 'image') return { image: textIn(object(source).data) };
  if (type === 'document') return { document: textIn(object(source).data) };
  return { text: textIn(text) };
}
