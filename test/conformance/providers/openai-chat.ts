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

const STOPS = {
  stop: 'stop',
  stopSequence: 'stop',
  length: 'length',
  tools: 'tool_calls',
  filter: 'content_filter',
  refusal: 'stop',
};

/** Where an answer says its thoughts: `none` for OpenAI, which keeps them to itself. */
type Thoughts = 'none' | 'reasoning' | 'reasoning_content' | 'parts';

/** Mistral takes nine letters and digits, OpenAI forty characters. */
const ID_RULES: Partial<Record<Thoughts, RegExp>> = { parts: /^[a-zA-Z0-9]{9}$/, none: /^.{1,40}$/ };

/** A provider that speaks Chat Completions: OpenAI, or one of those that say thoughts in their own way. */
export function createOpenAiChat(thoughts: Thoughts): Provider {
  return {
    tells: ['cacheRead', 'reasoning', 'refusal', ...(thoughts === 'none' ? [] : (['thoughts'] as const))],
    read: (body) => read(body, ID_RULES[thoughts]),
    whole: (answer, model) => ({
      id: 'chatcmpl-conformance',
      object: 'chat.completion',
      created: 1_760_000_000,
      model,
      choices: [
        { index: 0, message: writeMessage(answer, thoughts), logprobs: null, finish_reason: STOPS[answer.stop] },
      ],
      usage: writeUsage(answer),
    }),
    stream(answer, model) {
      const chunk = (choices: Json[], more: Json = {}) =>
        sse({
          id: 'chatcmpl-conformance',
          object: 'chat.completion.chunk',
          created: 1_760_000_000,
          model,
          choices,
          ...more,
        });
      const delta = (delta: Json, finish: string | null = null) => chunk([{ index: 0, delta, finish_reason: finish }]);
      const { reasoning, text = '', refusal = '', calls = [] } = answer;
      return [
        delta({ role: 'assistant', content: '' }),
        ...halves(thoughts === 'none' ? '' : (reasoning?.text ?? '')).map((half) =>
          delta(writeThoughts(half, thoughts)),
        ),
        ...halves(text).map((content) => delta({ content })),
        ...halves(refusal).map((refusal) => delta({ refusal })),
        ...calls.flatMap(({ id, name, input }, index) => [
          delta({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }),
          ...halves(JSON.stringify(input)).map((part) =>
            delta({ tool_calls: [{ index, function: { arguments: part } }] }),
          ),
        ]),
        delta({}, STOPS[answer.stop]),
        chunk([], { usage: writeUsage(answer) }),
        sse('[DONE]'),
      ];
    },
    error: (message) => ({ error: { message, type: 'invalid_request_error', param: null, code: null } }),
    broken: (message) => sse({ error: { message, type: 'server_error', param: null, code: null } }),
  };
}

function writeThoughts(text: string, thoughts: Thoughts): Json {
  return thoughts === 'parts'
    ? { content: [{ type: 'thinking', thinking: [{ type: 'text', text }] }] }
    : { [thoughts]: text };
}

function writeMessage({ text, refusal, reasoning, calls }: Answer, thoughts: Thoughts): Json {
  const said = reasoning === undefined || thoughts === 'none' ? {} : writeThoughts(reasoning.text, thoughts);
  const content =
    'content' in said ? [...objects(said.content), ...(text ? [{ type: 'text', text }] : [])] : (text ?? null);
  return only({
    ...said,
    role: 'assistant',
    content,
    refusal: refusal ?? null,
    tool_calls: calls?.map(({ id, name, input }) => ({
      id,
      type: 'function',
      function: { name, arguments: JSON.stringify(input) },
    })),
  });
}

function writeUsage({ usage: { input, output, cacheRead = 0, reasoning = 0 } }: Answer): Json {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cacheRead, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: reasoning, audio_tokens: 0 },
  };
}

function read(body: Json, idRule = /./): { seen: Ask; faults: string[] } {
  const messages = objects(body.messages);
  const faults: string[] = [];
  const open = new Set<string>();
  for (const { role, tool_calls: calls, tool_call_id: id } of messages) {
    if (role === 'tool' && !open.delete(textIn(id))) faults.push(`the result of ${String(id)} answers no call`);
    if (role !== 'tool' && open.size > 0) faults.push('a call has no result');
    for (const call of objects(calls)) {
      if (!idRule.test(textIn(call.id))) faults.push(`${call.id} is no id of a call here`);
      open.add(textIn(call.id));
    }
  }
  const choice = body.tool_choice;
  const format = object(body.response_format);
  const schema = object(format.json_schema);
  const isSystem = ({ role }: Json) => role === 'system' || role === 'developer';
  const effort =
    body.reasoning_effort ??
    object(body.reasoning).effort ??
    (object(body.thinking).type === 'enabled' ? 'on' : undefined);
  const seen = only({
    system:
      messages
        .filter(isSystem)
        .map(({ content }) => textOf(content))
        .join('\n') || undefined,
    turns: messages.filter((message) => !isSystem(message)).map(readTurn),
    tools:
      body.tools === undefined
        ? undefined
        : objects(body.tools).map(({ function: said }) => {
            const { name, description, parameters } = object(said);
            return { name: textIn(name), description: textIn(description), schema: object(parameters) };
          }),
    toolChoice:
      typeof choice === 'string'
        ? choice === 'any'
          ? 'required'
          : choice
        : choice === undefined
          ? undefined
          : { name: textIn(object(object(choice).function).name) },
    parallel: body.parallel_tool_calls,
    maxTokens: body.max_completion_tokens ?? body.max_tokens,
    temperature: body.temperature,
    topP: body.top_p,
    stop: body.stop,
    effort,
    schema: format.type === 'json_schema' ? { name: textIn(schema.name), schema: object(schema.schema) } : undefined,
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

function readTurn({ role, content, tool_calls: calls, tool_call_id: id }: Json): Turn {
  if (role === 'tool') return { role, results: [{ id: textIn(id), name: '', text: textOf(content) }] };
  if (role === 'user')
    return { role, parts: typeof content === 'string' ? [{ text: content }] : objects(content).map(readPart) };
  return {
    role: 'assistant',
    text: textOf(content),
    calls: objects(calls).map(({ id, function: said }) => ({
      id: textIn(id),
      name: textIn(object(said).name),
      input: parseInput(object(said).arguments),
    })),
  };
}

function readPart({ type, text, image_url: image, file, document_url: document }: Json): Part {
  const data = (url: unknown) => textIn(url).replace(/^data:[^,]*,/, '');
  if (type === 'image_url') return { image: data(typeof image === 'string' ? image : object(image).url) };
  if (type === 'file') return { document: data(object(file).file_data) };
  if (type === 'document_url')
    return { document: data(typeof document === 'string' ? document : object(document).url) };
  return { text: textIn(text) };
}
