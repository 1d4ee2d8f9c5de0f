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
  parseInput,
  sse,
  type Turn,
  textIn,
} from '../meaning.ts';

/** OpenAI, asked in Responses. */
export const openaiResponses: Provider = {
  tells: ['cacheRead', 'reasoning', 'refusal', 'thoughts', 'signature'],
  read,
  whole: (answer, model) => writeResponse(answer, model),
  stream(answer, model) {
    const whole = writeResponse(answer, model);
    let count = 0;
    const event = (type: string, more: Json) => sse({ type, sequence_number: count++, ...more }, type);
    const begun = { ...whole, status: 'in_progress', output: [], usage: null, incomplete_details: null };
    return [
      event('response.created', { response: begun }),
      ...objects(whole.output).flatMap((item, index) => [
        event('response.output_item.added', {
          output_index: index,
          item: { ...item, status: 'in_progress', ...empty(item) },
        }),
        ...pieces(item, index).map(([type, more]) => event(type, more)),
        event('response.output_item.done', { output_index: index, item }),
      ]),
      event(whole.status === 'incomplete' ? 'response.incomplete' : 'response.completed', { response: whole }),
    ];
  },
  error: (message) => ({ error: { message, type: 'invalid_request_error', param: null, code: null } }),
  broken: (message) => sse({ type: 'error', sequence_number: 9, code: 'server_error', message, param: null }, 'error'),
};

function empty({ type }: Json): Json {
  return type === 'message' ? { content: [] } : type === 'reasoning' ? { summary: [] } : { arguments: '' };
}

function pieces(item: Json, output: number): [string, Json][] {
  const at = { item_id: item.id, output_index: output };
  if (item.type === 'function_call') {
    const told = halves(textIn(item.arguments)).map((delta): [string, Json] => [
      'response.function_call_arguments.delta',
      { ...at, delta },
    ]);
    return [...told, ['response.function_call_arguments.done', { ...at, name: item.name, arguments: item.arguments }]];
  }
  const isThought = item.type === 'reasoning';
  return objects(isThought ? item.summary : item.content).flatMap((part, index): [string, Json][] => {
    const isRefusal = part.type === 'refusal';
    const word = isThought ? 'reasoning_summary_text' : isRefusal ? 'refusal' : 'output_text';
    const field = isRefusal ? 'refusal' : 'text';
    const place = { ...at, [isThought ? 'summary_index' : 'content_index']: index };
    const frame = isThought ? 'reasoning_summary_part' : 'content_part';
    const logprobs = word === 'output_text' ? { logprobs: [] } : {};
    return [
      [`response.${frame}.added`, { ...place, part: { ...part, [field]: '' } }],
      ...halves(textIn(part[field])).map((delta): [string, Json] => [
        `response.${word}.delta`,
        { ...place, delta, ...logprobs },
      ]),
      [`response.${word}.done`, { ...place, [field]: part[field], ...logprobs }],
      [`response.${frame}.done`, { ...place, part }],
    ];
  });
}

function writeResponse({ text, refusal, reasoning, calls = [], stop, usage }: Answer, model: string): Json {
  const cut = stop === 'length' ? 'max_output_tokens' : stop === 'filter' ? 'content_filter' : undefined;
  const content = [
    ...(text === undefined ? [] : [{ type: 'output_text', text, annotations: [], logprobs: [] }]),
    ...(refusal === undefined ? [] : [{ type: 'refusal', refusal }]),
  ];
  const thought = reasoning && {
    type: 'reasoning',
    id: 'rs_1',
    summary: [{ type: 'summary_text', text: reasoning.text }],
    encrypted_content: reasoning.signature ?? 'gAAAAConformance',
  };
  const status = cut === undefined ? 'completed' : 'incomplete';
  return {
    id: 'resp_conformance',
    object: 'response',
    created_at: 1_760_000_000,
    status,
    error: null,
    incomplete_details: cut === undefined ? null : { reason: cut },
    instructions: null,
    metadata: {},
    model,
    output: [
      ...(thought ? [thought] : []),
      ...(content.length > 0 ? [{ type: 'message', id: 'msg_1', role: 'assistant', status, content }] : []),
      ...calls.map(({ id, name, input }, index) => ({
        type: 'function_call',
        id: `fc_${index}`,
        call_id: id,
        name,
        arguments: JSON.stringify(input),
        status: 'completed',
      })),
    ],
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    usage: {
      input_tokens: usage.input,
      input_tokens_details: { cached_tokens: usage.cacheRead ?? 0, cache_write_tokens: 0 },
      output_tokens: usage.output,
      output_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
      total_tokens: usage.input + usage.output,
    },
  };
}

function read(body: Json): { seen: Ask; faults: string[] } {
  const items = typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : objects(body.input);
  const isSystem = ({ role }: Json) => role === 'system' || role === 'developer';
  const calls = items.filter(({ type }) => type === 'function_call').map(({ call_id: id }) => id);
  const results = items.filter(({ type }) => type === 'function_call_output').map(({ call_id: id }) => id);
  const faults = [
    ...calls.filter((id) => !results.includes(id)).map((id) => `the call ${String(id)} has no result`),
    ...calls.filter((id) => textIn(id).length > 64).map((id) => `the id ${String(id)} is too long`),
  ];
  const choice = body.tool_choice;
  const format = object(object(body.text).format);
  const seen = only({
    system:
      [textIn(body.instructions), ...items.filter(isSystem).map(({ content }) => textOf(content))]
        .filter(Boolean)
        .join('\n') || undefined,
    turns: items.filter((item) => !isSystem(item)).flatMap(readItem),
    tools:
      body.tools === undefined
        ? undefined
        : objects(body.tools).map(({ name, description, parameters }) => ({
            name: textIn(name),
            description: textIn(description),
            schema: object(parameters),
          })),
    toolChoice: typeof choice === 'string' || choice === undefined ? choice : { name: textIn(object(choice).name) },
    parallel: body.parallel_tool_calls,
    maxTokens: body.max_output_tokens,
    temperature: body.temperature,
    topP: body.top_p,
    stop: body.stop,
    effort: object(body.reasoning).effort,
    schema: format.type === 'json_schema' ? { name: textIn(format.name), schema: object(format.schema) } : undefined,
    json: format.type === 'json_object' || undefined,
  }) as Ask;
  return { seen, faults };
}

const textOf = (content: unknown): string =>
  typeof content === 'string'
    ? content
    : objects(content)
        .map(({ text }) => textIn(text))
        .join('');

function readItem({ type, role, content, call_id: id, name, arguments: input, output }: Json): Turn[] {
  if (type === 'function_call')
    return [{ role: 'assistant', calls: [{ id: textIn(id), name: textIn(name), input: parseInput(input) }] }];
  if (type === 'function_call_output')
    return [{ role: 'tool', results: [{ id: textIn(id), name: '', text: textOf(output) }] }];
  if (type === 'reasoning') return [];
  if (role === 'assistant') return [{ role, text: textOf(content) }];
  return [{ role: 'user', parts: typeof content === 'string' ? [{ text: content }] : objects(content).map(readPart) }];
}

function readPart({ type, text, image_url: image, file_data: file }: Json): Part {
  if (type === 'input_image') return { image: textIn(image).replace(/^data:[^,]*,/, '') };
  if (type === 'input_file') return { document: textIn(file).replace(/^data:[^,]*,/, '') };
  return { text: textIn(text) };
}
