import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerQuestion } from './fake-questions.ts';

/** A request as it arrived. */
export interface FakeRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: IncomingHttpHeaders;
  /** Raw bytes. */
  body: Buffer;
  /** Milliseconds since the epoch, set when the client left before the answer was out. */
  abortedAtMs?: number;
}

export type FakeHandler = (request: FakeRequest, response: ServerResponse) => void | Promise<void>;

type Json = Record<string, unknown>;

interface EchoOptions {
  /** What it says; the default names the model. */
  text?: string;
  /** Milliseconds between the pieces of a stream. */
  delayMs?: number;
  usage?: { input: number; output: number };
  /** The tools that it calls, all in one turn, in place of words. */
  calls?: (request: FakeRequest) => FakeCall[];
}

export interface FakeCall {
  name: string;
  /** Of the tool, where it has one; of Responses alone. */
  namespace?: string;
  /** Free text is for tools of that kind; of Responses alone. */
  arguments: Json | string;
}

interface Answer {
  model: string;
  words: string[];
  /** Called in place of words, where there are any. */
  calls: Call[];
  usage: { input: number; output: number };
}

interface Call {
  id: string;
  name: string;
  namespace?: string;
  /** JSON, or free text. */
  args: string;
  input: Json | string;
}

/** Answers `Answer of MODEL.` in the dialect and form that the request asks for; calls the first tool where tools are offered. */
export const echo: FakeHandler = createEcho();

/** The same, in words of your own. A request that ends with a tool's result is answered in words. */
export function createEcho(options: EchoOptions = {}): FakeHandler {
  const { text, delayMs, usage = { input: 11, output: 7 }, calls = callFirst } = options;
  return async (request, response) => {
    const body = JSON.parse(request.body.toString() || '{}') as Json;
    const question = answerQuestion(request.path, body);
    if (question !== undefined) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(question));
      return;
    }
    const gemini = /\/models\/([^/:]+):(stream)?/.exec(request.path);
    const model = gemini?.[1] ?? String(body.model);
    const answer: Answer = {
      model,
      words: (text ?? `Answer of ${model}.`).split(/(?<= )/),
      usage,
      calls: calls(request).map(({ arguments: input, ...tool }, at) => ({
        ...tool,
        id: `fake${at + 1}`,
        args: typeof input === 'string' ? input : JSON.stringify(input),
        input,
      })),
    };
    const dialect = gemini !== null ? GEMINI : dialectAt(request.path);
    const streams = gemini === null ? body.stream === true : gemini[2] !== undefined;
    if (!streams) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(dialect.whole(answer)));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const message of dialect.stream(answer, body)) {
      response.write(message);
      if (delayMs !== undefined) await sleep(delayMs);
    }
    response.end();
  };
}

function dialectAt(path: string): Dialect {
  if (path.includes('/messages')) return ANTHROPIC;
  if (path.endsWith('/v2/chat')) return COHERE;
  return /\/responses(\?|$)/.test(path) ? RESPONSES : OPENAI;
}

/** A tool's result, in the words of any dialect. */
export const RESULT =
  /"tool_call_id"|"tool_result"|"functionResponse"|"function_call_output"|"custom_tool_call_output"/;

function callFirst(request: FakeRequest): FakeCall[] {
  const body = JSON.parse(request.body.toString() || '{}') as Json;
  return wantsTool(request, body) ? [{ name: toolName(body), arguments: {} }] : [];
}

function wantsTool({ body: bytes }: FakeRequest, body: Json): boolean {
  const turns = body.messages ?? body.contents ?? body.input;
  const last = JSON.stringify((Array.isArray(turns) ? turns.at(-1) : turns) ?? '');
  return Array.isArray(body.tools) && body.tools.length > 0 && bytes.length > 0 && !RESULT.test(last);
}

function toolName(body: Json): string {
  const [first] = body.tools as {
    name?: string;
    function?: { name: string };
    functionDeclarations?: { name: string }[];
  }[];
  return first?.function?.name ?? first?.functionDeclarations?.[0]?.name ?? first?.name ?? 'tool';
}

interface Dialect {
  whole(answer: Answer): Json;
  stream(answer: Answer, body: Json): string[];
}

const sse = (data: Json, event?: string): string =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;

const OPENAI: Dialect = {
  whole: ({ model, words, calls, usage }) => {
    const said =
      calls.length === 0 ? { content: words.join('') } : { content: null, tool_calls: calls.map(openaiCall) };
    const message = { role: 'assistant', ...said, refusal: null };
    const finish = calls.length === 0 ? 'stop' : 'tool_calls';
    const choices = [{ index: 0, message, logprobs: null, finish_reason: finish }];
    return {
      id: 'chatcmpl-fake',
      object: 'chat.completion',
      created: 1760000000,
      model,
      choices,
      usage: openaiUsage(usage),
    };
  },
  stream: ({ model, words, calls, usage }, body) => {
    const head = { id: 'chatcmpl-fake', object: 'chat.completion.chunk', created: 1760000000, model };
    const chunk = (delta: Json, finish: string | null = null): string =>
      sse({ ...head, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] });
    const piece = (index: number, call: Json): string => chunk({ tool_calls: [{ index, ...call }] });
    const said =
      calls.length === 0
        ? words.map((content) => chunk({ content }))
        : calls.flatMap((call, index) => [
            piece(index, openaiCall({ ...call, args: '' })),
            piece(index, { function: { arguments: call.args } }),
          ]);
    const options = body.stream_options as { include_usage?: boolean } | undefined;
    const last = options?.include_usage ? [sse({ ...head, choices: [], usage: openaiUsage(usage) })] : [];
    return [
      chunk({ role: 'assistant', content: '' }),
      ...said,
      chunk({}, calls.length === 0 ? 'stop' : 'tool_calls'),
      ...last,
      'data: [DONE]\n\n',
    ];
  },
};

const openaiCall = ({ id, name, args }: Call): Json => ({
  id: `call_${id}`,
  type: 'function',
  function: { name, arguments: args },
});

const openaiUsage = ({ input, output }: Answer['usage']): Json => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
});

const RESPONSES: Dialect = {
  whole: (answer) => responseOf(answer, 'completed'),
  stream: (answer) => {
    const output = outputOf(answer);
    const said = output.flatMap((item, index) => [
      {
        type: 'response.output_item.added',
        output_index: index,
        item: { ...item, ...EMPTY[String(item.type)], status: 'in_progress' },
      },
      ...saidIn(item, index, answer.words),
      { type: 'response.output_item.done', output_index: index, item },
    ]);
    const begun = { ...responseOf(answer, 'in_progress'), output: [], usage: null };
    const events: Json[] = [
      { type: 'response.created', response: begun },
      { type: 'response.in_progress', response: begun },
      ...said,
      { type: 'response.completed', response: responseOf(answer, 'completed') },
    ];
    return events.map((event, at) => sse({ ...event, sequence_number: at }, String(event.type)));
  },
};

/** What items hold before anything is said in them. */
const EMPTY: Record<string, Json> = {
  message: { content: [] },
  function_call: { arguments: '' },
  custom_tool_call: { input: '' },
};

const outputText = (text: string): Json => ({ type: 'output_text', text, annotations: [], logprobs: [] });

function saidIn(item: Json, index: number, words: string[]): Json[] {
  const place = { item_id: item.id, output_index: index };
  if (item.type === 'function_call') {
    return [
      { type: 'response.function_call_arguments.delta', ...place, delta: item.arguments },
      { type: 'response.function_call_arguments.done', ...place, arguments: item.arguments },
    ];
  }
  if (item.type === 'custom_tool_call') {
    return [
      { type: 'response.custom_tool_call_input.delta', ...place, delta: item.input },
      { type: 'response.custom_tool_call_input.done', ...place, input: item.input },
    ];
  }
  const piece = { ...place, content_index: 0 };
  return [
    { type: 'response.content_part.added', ...piece, part: outputText('') },
    ...words.map((delta) => ({ type: 'response.output_text.delta', ...piece, delta })),
    { type: 'response.output_text.done', ...piece, text: words.join('') },
    { type: 'response.content_part.done', ...piece, part: outputText(words.join('')) },
  ];
}

const outputOf = ({ words, calls }: Answer): Json[] =>
  calls.length === 0
    ? [
        {
          type: 'message',
          id: 'msg_fake',
          status: 'completed',
          role: 'assistant',
          content: [outputText(words.join(''))],
        },
      ]
    : calls.map(({ id, input, args, ...tool }) => ({
        ...(typeof input === 'string'
          ? { type: 'custom_tool_call', id: `ctc_${id}`, input }
          : { type: 'function_call', id: `fc_${id}`, arguments: args }),
        ...tool,
        call_id: `call_${id}`,
        status: 'completed',
      }));

const responseOf = (answer: Answer, status: string): Json => ({
  id: 'resp_fake',
  object: 'response',
  created_at: 1760000000,
  status,
  model: answer.model,
  output: outputOf(answer),
  error: null,
  incomplete_details: null,
  instructions: null,
  metadata: {},
  parallel_tool_calls: true,
  temperature: 1,
  tool_choice: 'auto',
  tools: [],
  top_p: 1,
  usage: {
    input_tokens: answer.usage.input,
    output_tokens: answer.usage.output,
    total_tokens: answer.usage.input + answer.usage.output,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens_details: { reasoning_tokens: 0 },
  },
});

const COHERE: Dialect = {
  whole: ({ words, calls, usage }) => ({
    id: 'fake-cohere',
    message: {
      role: 'assistant',
      ...(calls.length === 0
        ? { content: [{ type: 'text', text: words.join('') }] }
        : { tool_plan: 'I will call it.', tool_calls: calls.map(cohereCall) }),
    },
    finish_reason: calls.length === 0 ? 'COMPLETE' : 'TOOL_CALL',
    usage: cohereUsage(usage),
  }),
  stream: ({ words, calls, usage }) => {
    const event = (type: string, message: Json, more: Json = { index: 0 }): string =>
      sse({ type, ...more, delta: { message } }, type);
    const said =
      calls.length === 0
        ? [
            event('content-start', { content: { type: 'text', text: '' } }),
            ...words.map((text) => event('content-delta', { content: { text } })),
            sse({ type: 'content-end', index: 0 }, 'content-end'),
          ]
        : [
            event('tool-plan-delta', { tool_plan: 'I will call it.' }, {}),
            ...calls.flatMap((call, index) => [
              event('tool-call-start', { tool_calls: cohereCall({ ...call, args: '' }) }, { index }),
              event('tool-call-delta', { tool_calls: { function: { arguments: call.args } } }, { index }),
              sse({ type: 'tool-call-end', index }, 'tool-call-end'),
            ]),
          ];
    const finish = calls.length === 0 ? 'COMPLETE' : 'TOOL_CALL';
    const end = { type: 'message-end', delta: { finish_reason: finish, usage: cohereUsage(usage) } };
    return [event('message-start', { role: 'assistant' }, { id: 'fake-cohere' }), ...said, sse(end, 'message-end')];
  },
};

const cohereCall = ({ id, name, args }: Call): Json => ({
  id: `${name}_${id}`,
  type: 'function',
  function: { name, arguments: args },
});

const cohereUsage = ({ input, output }: Answer['usage']): Json => ({
  billed_units: { input_tokens: input, output_tokens: output },
  tokens: { input_tokens: input + 500, output_tokens: output + 3 },
});

const ANTHROPIC: Dialect = {
  whole: ({ model, words, calls, usage }) => {
    const content =
      calls.length === 0
        ? [{ type: 'text', text: words.join('') }]
        : calls.map(({ id, name, input }) => ({ type: 'tool_use', id: `toolu_${id}`, name, input }));
    const stop = calls.length === 0 ? 'end_turn' : 'tool_use';
    return {
      id: 'msg_fake',
      type: 'message',
      role: 'assistant',
      model,
      content,
      stop_reason: stop,
      stop_sequence: null,
      usage: anthropicUsage(usage),
    };
  },
  stream: ({ model, words, calls, usage }) => {
    const event = (type: string, data: Json): string => sse({ type, ...data }, type);
    const message = {
      id: 'msg_fake',
      type: 'message',
      role: 'assistant',
      model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
    };
    const block = (index: number, empty: Json, deltas: Json[]): string[] => [
      event('content_block_start', { index, content_block: empty }),
      event('ping', {}),
      ...deltas.map((delta) => event('content_block_delta', { index, delta })),
      event('content_block_stop', { index }),
    ];
    const said =
      calls.length === 0
        ? block(
            0,
            { type: 'text', text: '' },
            words.map((text) => ({ type: 'text_delta', text })),
          )
        : calls.flatMap(({ id, name, args }, index) =>
            block(index, { type: 'tool_use', id: `toolu_${id}`, name, input: {} }, [
              { type: 'input_json_delta', partial_json: args },
            ]),
          );
    return [
      event('message_start', { message: { ...message, usage: anthropicUsage({ input: usage.input, output: 1 }) } }),
      ...said,
      event('message_delta', {
        delta: { stop_reason: calls.length === 0 ? 'end_turn' : 'tool_use', stop_sequence: null },
        usage: { output_tokens: usage.output },
      }),
      event('message_stop', {}),
    ];
  },
};

const anthropicUsage = ({ input, output }: Answer['usage']): Json => ({
  input_tokens: input,
  output_tokens: output,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
});

const GEMINI: Dialect = {
  whole: (answer) => geminiPiece(answer, answer.words.join(''), true),
  stream: (answer) => {
    const pieces = answer.calls.length === 0 ? answer.words : [''];
    return pieces.map((text, at) => sse(geminiPiece(answer, text, at === pieces.length - 1)).replaceAll('\n', '\r\n'));
  },
};

function geminiPiece({ model, calls, usage }: Answer, text: string, last: boolean): Json {
  const parts =
    calls.length === 0 ? [{ text }] : calls.map(({ name, input }) => ({ functionCall: { name, args: input } }));
  const candidate = { content: { role: 'model', parts }, index: 0, ...(last && { finishReason: 'STOP' }) };
  const counts = {
    promptTokenCount: usage.input,
    candidatesTokenCount: usage.output,
    totalTokenCount: usage.input + usage.output,
  };
  return { candidates: [candidate], usageMetadata: counts, modelVersion: model, responseId: 'fake-response' };
}
