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

const STOPS: Record<string, Stop> = { stop: 'stop', length: 'length', tool_calls: 'tools', content_filter: 'filter' };

/** A client of OpenAI's Chat Completions (https://platform.openai.com/docs/api-reference/chat). */
export const openaiChat: Client = {
  cannot: ['signature', 'resultImage', 'isError'],
  request(ask, { model, stream, key }) {
    const choice = ask.toolChoice;
    const body = only({
      model,
      messages: [
        ...(ask.system === undefined ? [] : [{ role: 'system', content: ask.system }]),
        ...ask.turns.flatMap(messages),
      ],
      tools: ask.tools?.map(({ name, description, schema }) => ({
        type: 'function',
        function: { name, description, parameters: schema },
      })),
      tool_choice: typeof choice === 'object' ? { type: 'function', function: choice } : choice,
      parallel_tool_calls: ask.parallel,
      max_completion_tokens: ask.maxTokens,
      temperature: ask.temperature,
      top_p: ask.topP,
      stop: ask.stop,
      reasoning_effort: ask.effort,
      response_format: ask.schema
        ? { type: 'json_schema', json_schema: { ...ask.schema, strict: true } }
        : ask.json
          ? { type: 'json_object' }
          : undefined,
      ...(stream && { stream, stream_options: { include_usage: true } }),
    });
    return { path: '/v1/chat/completions', headers: { authorization: `Bearer ${key}` }, body };
  },
  readWhole(status, body) {
    if (status >= 300) return readError(status, body);
    const [choice = {}] = objects(body.choices);
    return read(status, body, object(choice.message), textIn(choice.finish_reason), faultsOf('ChatCompletion', body));
  },
  readStream(events) {
    const faults: string[] = [];
    const message: Json = {};
    const calls: Json[] = [];
    let finish = '';
    let usage: unknown;
    let id = '';
    for (const { data } of events.slice(0, -1)) {
      const chunk = object(JSON.parse(data));
      if (chunk.error !== undefined) return readError(200, chunk);
      faults.push(...faultsOf('ChatCompletionChunk', chunk));
      if (id !== '' && chunk.id !== id) faults.push('chunks have more than one id');
      id = textIn(chunk.id);
      usage = chunk.usage ?? usage;
      for (const choice of objects(chunk.choices)) {
        const delta = object(choice.delta);
        for (const field of ['content', 'refusal', 'reasoning_content', 'reasoning']) {
          if (typeof delta[field] === 'string') message[field] = textIn(message[field]) + textIn(delta[field]);
        }
        for (const part of objects(delta.tool_calls)) join(calls, part);
        finish = textIn(choice.finish_reason) || finish;
      }
    }
    const last = events.at(-1)?.data;
    if (last !== '[DONE]') {
      const error = object(last === undefined ? {} : JSON.parse(last));
      return error.error === undefined
        ? { status: 200, faults: ['the stream does not end with [DONE]'] }
        : readError(200, error);
    }
    if (calls.length > 0) message.tool_calls = calls;
    return read(200, { id, usage }, message, finish, [...new Set(faults)]);
  },
};

function join(calls: Json[], part: Json): void {
  const known = calls[countIn(part.index)];
  if (known === undefined) {
    calls[countIn(part.index)] = structuredClone(part);
    return;
  }
  const [whole, piece] = [object(known.function), object(part.function)];
  known.function = { ...whole, arguments: textIn(whole.arguments) + textIn(piece.arguments) };
}

function read(status: number, body: Json, message: Json, finish: string, faults: string[]): Got {
  const usage = object(body.usage);
  const prompt = object(usage.prompt_tokens_details);
  const reasoning = textIn(message.reasoning_content) || textIn(message.reasoning);
  const calls = objects(message.tool_calls).map((call): Call => {
    const { name, arguments: input } = object(call.function);
    return { id: textIn(call.id), name: textIn(name), input: parseInput(input) };
  });
  return {
    status,
    id: textIn(body.id),
    ...(textIn(message.content) !== '' && { text: textIn(message.content) }),
    ...(textIn(message.refusal) !== '' && { refusal: textIn(message.refusal) }),
    ...(reasoning !== '' && { reasoning: { text: reasoning } }),
    ...(calls.length > 0 && { calls }),
    ...(STOPS[finish] && { stop: STOPS[finish] }),
    usage: {
      input: countIn(usage.prompt_tokens),
      output: countIn(usage.completion_tokens),
      cacheRead: countIn(prompt.cached_tokens),
      cacheWrite: countIn(prompt.cache_write_tokens),
      reasoning: countIn(object(usage.completion_tokens_details).reasoning_tokens),
    },
    faults,
  };
}

function readError(status: number, body: Json): Got {
  const { message, type, code } = object(body.error);
  const faults =
    typeof message === 'string' && typeof type === 'string' && code !== undefined
      ? []
      : ['the error has another shape'];
  return { status, error: { message: textIn(message), kind: textIn(type) }, faults };
}

function messages(turn: Turn): Json[] {
  if (turn.role === 'user') {
    const [first] = turn.parts;
    const content =
      turn.parts.length === 1 && first !== undefined && 'text' in first ? first.text : turn.parts.map(writePart);
    return [{ role: 'user', content }];
  }
  if (turn.role === 'tool')
    return turn.results.map(({ id, text }) => ({ role: 'tool', tool_call_id: id, content: text }));
  const calls = turn.calls?.map(({ id, name, input }) => ({
    id,
    type: 'function',
    function: { name, arguments: JSON.stringify(input) },
  }));
  return [only({ role: 'assistant', content: turn.text ?? null, tool_calls: calls }) as Json];
}

function writePart(part: Part): Json {
  if ('text' in part) return { type: 'text', text: part.text };
  if ('image' in part) return { type: 'image_url', image_url: { url: `data:image/png;base64,${part.image}` } };
  if ('imageUrl' in part) return { type: 'image_url', image_url: { url: part.imageUrl } };
  return { type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${part.document}` } };
}
