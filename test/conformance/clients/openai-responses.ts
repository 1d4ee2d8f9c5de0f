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
  type Turn,
  textIn,
} from '../meaning.ts';
import { faultsOf } from '../schemas.ts';

/** A client of OpenAI's Responses that keeps its history itself (https://platform.openai.com/docs/api-reference/responses). */
export const openaiResponses: Client = {
  cannot: ['stop', 'isError', 'stopSequence'],
  request(ask, { model, stream, key }) {
    const choice = ask.toolChoice;
    const format = ask.schema
      ? { type: 'json_schema', ...ask.schema, strict: true }
      : ask.json
        ? { type: 'json_object' }
        : undefined;
    const body = only({
      model,
      instructions: ask.system,
      input: ask.turns.flatMap(items),
      tools: ask.tools?.map(({ schema, ...tool }) => ({
        type: 'function',
        ...tool,
        parameters: schema,
        strict: false,
      })),
      tool_choice: typeof choice === 'object' ? { type: 'function', ...choice } : choice,
      parallel_tool_calls: ask.parallel,
      max_output_tokens: ask.maxTokens,
      temperature: ask.temperature,
      top_p: ask.topP,
      text: format && { format },
      reasoning: ask.effort && { effort: ask.effort, summary: 'auto' },
      include: ['reasoning.encrypted_content'],
      store: false,
      ...(stream && { stream }),
    });
    return { path: '/v1/responses', headers: { authorization: `Bearer ${key}` }, body };
  },
  readWhole(status, body) {
    if (status >= 300) return readError(status, object(body.error));
    return read(body, faultsOf('Response', body));
  },
  readStream(events) {
    const faults: string[] = [];
    let text = '';
    const names: string[] = [];
    for (const [index, { event, data }] of events.entries()) {
      const said = object(JSON.parse(data));
      names.push(textIn(said.type));
      faults.push(...faultsOf('ResponseStreamEvent', said));
      if (event !== said.type) faults.push(`the event is called ${event}, its type is ${String(said.type)}`);
      if (said.sequence_number !== index) faults.push('sequence numbers do not count');
      if (said.type === 'response.output_text.delta') text += textIn(said.delta);
      if (said.type === 'error') return readError(200, said);
      if (said.type === 'response.failed') return readError(200, object(object(said.response).error));
      if (said.type === 'response.completed' || said.type === 'response.incomplete') {
        const got = read(object(said.response), [...new Set(faults)]);
        if ((got.text ?? '') !== text) got.faults.push('the deltas say another text than the response');
        if (names[0] !== 'response.created') got.faults.push('the stream does not begin with response.created');
        if (index !== events.length - 1) got.faults.push('something follows the end');
        return got;
      }
    }
    return { status: 200, faults: ['the stream does not end'] };
  },
};

function read(body: Json, faults: string[]): Got {
  const output = objects(body.output);
  const contents = output.filter(({ type }) => type === 'message').flatMap(({ content }) => objects(content));
  const said = (type: string, field: string) =>
    contents
      .filter((part) => part.type === type)
      .map((part) => textIn(part[field]))
      .join('');
  const thoughts = output.filter(({ type }) => type === 'reasoning');
  const reasoning = thoughts
    .flatMap(({ summary, content }) => [...objects(summary), ...objects(content)])
    .map((part) => textIn(part.text))
    .join('');
  const signature = thoughts.map((item) => textIn(item.encrypted_content)).find((one) => one !== '');
  const calls = output
    .filter(({ type }) => type === 'function_call')
    .map(
      ({ call_id: id, name, arguments: input }): Call => ({
        id: textIn(id),
        name: textIn(name),
        input: parseInput(input),
      }),
    );
  const [text, refusal] = [said('output_text', 'text'), said('refusal', 'refusal')];
  const { reason } = object(body.incomplete_details);
  const usage = object(body.usage);
  const details = object(usage.input_tokens_details);
  return {
    status: 200,
    id: textIn(body.id),
    ...(text !== '' && { text }),
    ...(refusal !== '' && { refusal }),
    ...(reasoning !== '' && { reasoning: { text: reasoning, ...(signature !== undefined && { signature }) } }),
    ...(calls.length > 0 && { calls }),
    stop:
      reason === 'max_output_tokens'
        ? 'length'
        : reason === 'content_filter'
          ? 'filter'
          : calls.length > 0
            ? 'tools'
            : 'stop',
    usage: {
      input: countIn(usage.input_tokens),
      output: countIn(usage.output_tokens),
      cacheRead: countIn(details.cached_tokens),
      cacheWrite: countIn(details.cache_write_tokens),
      reasoning: countIn(object(usage.output_tokens_details).reasoning_tokens),
    },
    faults,
  };
}

function readError(status: number, error: Json): Got {
  const { message, code, type } = error;
  const faults = typeof message === 'string' && code !== undefined ? [] : ['the error has another shape'];
  return { status, error: { message: textIn(message), kind: textIn(type) || textIn(code) }, faults };
}

function items(turn: Turn): Json[] {
  if (turn.role === 'user') return [{ type: 'message', role: 'user', content: turn.parts.map(writePart) }];
  if (turn.role === 'tool') {
    return turn.results.map(({ id, text, image }) => ({
      type: 'function_call_output',
      call_id: id,
      output: image === undefined ? text : [{ type: 'input_text', text }, writePart({ image })],
    }));
  }
  const { reasoning, text, calls = [] } = turn;
  return [
    ...(reasoning?.signature === undefined
      ? []
      : [
          {
            type: 'reasoning',
            id: 'rs_1',
            summary: [{ type: 'summary_text', text: reasoning.text }],
            encrypted_content: reasoning.signature,
          },
        ]),
    ...(text === undefined
      ? []
      : [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text, annotations: [] }] }]),
    ...calls.map(({ id, name, input }) => ({
      type: 'function_call',
      call_id: id,
      name,
      arguments: JSON.stringify(input),
    })),
  ];
}

function writePart(part: Part): Json {
  if ('text' in part) return { type: 'input_text', text: part.text };
  if ('image' in part) return { type: 'input_image', image_url: `data:image/png;base64,${part.image}`, detail: 'auto' };
  if ('imageUrl' in part) return { type: 'input_image', image_url: part.imageUrl, detail: 'auto' };
  return { type: 'input_file', filename: 'a.pdf', file_data: `data:application/pdf;base64,${part.document}` };
}
