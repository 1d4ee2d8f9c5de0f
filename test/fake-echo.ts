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
}

interface Answer {
  model: string;
  words: string[];
  /** Name of the tool that is called in place of words. */
  tool?: string;
  usage: { input: number; output: number };
}

/** Answers `Answer of MODEL.` in the dialect and form that the request asks for; calls the first tool where tools are offered. */
export const echo: FakeHandler = createEcho();

/** The same, in words of your own. A request that ends with a tool's result is answered in words. */
export function createEcho({ text, delayMs, usage = { input: 11, output: 7 } }: EchoOptions = {}): FakeHandler {
  return async (request, response) => {
    const body = JSON.parse(request.body.toString() || '{}') as Json;
    const question = answerQuestion(request.path, body);
    if (question !== undefined) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(question));
      return;
    }
    const gemini = /\/models\/([^/:]+):(stream)?/.exec(request.path);
    const model = gemini?.[1] ?? String(body.model);
    const tool = wantsTool(request, body) ? toolName(body) : undefined;
    const answer: Answer = {
      model,
      words: (text ?? `Answer of ${model}.`).split(/(?<= )/),
      usage,
      ...(tool !== undefined && { tool }),
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

function wantsTool({ body: bytes }: FakeRequest, body: Json): boolean {
  const turns = body.messages ?? body.contents ?? body.input;
  const last = JSON.stringify((Array.isArray(turns) ? turns.at(-1) : turns) ?? '');
  return (
    Array.isArray(body.tools) &&
    body.tools.length > 0 &&
    bytes.length > 0 &&
    !/"tool_call_id"|"tool_result"|"functionResponse"|"function_call_output"/.test(last)
  );
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
  whole: ({ model, words, tool, usage }) => {
    const calls =
      tool === undefined
        ? {}
        : { tool_calls: [{ id: 'call_fake1', type: 'function', function: { name: tool, arguments: '{}' } }] };
    const message = { role: 'assistant', content: tool === undefined ? words.join('') : null, refusal: null, ...calls };
    const finish = tool === undefined ? 'stop' : 'tool_calls';
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
  stream: ({ model, words, tool, usage }, body) => {
    const head = { id: 'chatcmpl-fake', object: 'chat.completion.chunk', created: 1760000000, model };
    const chunk = (delta: Json, finish: string | null = null): string =>
      sse({ ...head, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] });
    const call = (piece: Json): string => chunk({ tool_calls: [{ index: 0, ...piece }] });
    const said =
      tool === undefined
        ? words.map((content) => chunk({ content }))
        : [
            call({ id: 'call_fake1', type: 'function', function: { name: tool, arguments: '' } }),
            call({ function: { arguments: '{}' } }),
          ];
    const options = body.stream_options as { include_usage?: boolean } | undefined;
    const last = options?.include_usage ? [sse({ ...head, choices: [], usage: openaiUsage(usage) })] : [];
    return [
      chunk({ role: 'assistant', content: '' }),
      ...said,
      chunk({}, tool === undefined ? 'stop' : 'tool_calls'),
      ...last,
      'data: [DONE]\n\n',
    ];
  },
};

const openaiUsage = ({ input, output }: Answer['usage']): Json => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
});

const RESPONSES: Dialect = {
  whole: (answer) => responseOf(answer, 'completed'),
  stream: (answer) => {
    const { words, tool } = answer;
    const [item] = outputOf(answer);
    const place = { item_id: item?.id, output_index: 0 };
    const piece = { ...place, content_index: 0 };
    const said =
      tool === undefined
        ? [
            { type: 'response.content_part.added', ...piece, part: { ...outputText(''), annotations: [] } },
            ...words.map((delta) => ({ type: 'response.output_text.delta', ...piece, delta })),
            { type: 'response.output_text.done', ...piece, text: words.join('') },
            { type: 'response.content_part.done', ...piece, part: outputText(words.join('')) },
          ]
        : [
            { type: 'response.function_call_arguments.delta', ...place, delta: '{}' },
            { type: 'response.function_call_arguments.done', ...place, arguments: '{}' },
          ];
    const begun = { ...responseOf(answer, 'in_progress'), output: [], usage: null };
    const empty = tool === undefined ? { content: [] } : { arguments: '' };
    const events: Json[] = [
      { type: 'response.created', response: begun },
      { type: 'response.in_progress', response: begun },
      { type: 'response.output_item.added', output_index: 0, item: { ...item, ...empty, status: 'in_progress' } },
      ...said,
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response: responseOf(answer, 'completed') },
    ];
    return events.map((event, at) => sse({ ...event, sequence_number: at }, String(event.type)));
  },
};

const outputText = (text: string): Json => ({ type: 'output_text', text, annotations: [], logprobs: [] });

const outputOf = ({ words, tool }: Answer): Json[] => [
  tool === undefined
    ? {
        type: 'message',
        id: 'msg_fake',
        status: 'completed',
        role: 'assistant',
        content: [outputText(words.join(''))],
      }
    : {
        type: 'function_call',
        id: 'fc_fake',
        call_id: 'call_fake1',
        name: tool,
        arguments: '{}',
        status: 'completed',
      },
];

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
  whole: ({ words, tool, usage }) => ({
    id: 'fake-cohere',
    message: {
      role: 'assistant',
      ...(tool === undefined
        ? { content: [{ type: 'text', text: words.join('') }] }
        : { tool_plan: 'I will call it.', tool_calls: [cohereCall(tool, '{}')] }),
    },
    finish_reason: tool === undefined ? 'COMPLETE' : 'TOOL_CALL',
    usage: cohereUsage(usage),
  }),
  stream: ({ words, tool, usage }) => {
    const event = (type: string, message: Json, more: Json = { index: 0 }): string =>
      sse({ type, ...more, delta: { message } }, type);
    const said =
      tool === undefined
        ? [
            event('content-start', { content: { type: 'text', text: '' } }),
            ...words.map((text) => event('content-delta', { content: { text } })),
            sse({ type: 'content-end', index: 0 }, 'content-end'),
          ]
        : [
            event('tool-plan-delta', { tool_plan: 'I will call it.' }, {}),
            event('tool-call-start', { tool_calls: cohereCall(tool, '') }),
            event('tool-call-delta', { tool_calls: { function: { arguments: '{}' } } }),
            sse({ type: 'tool-call-end', index: 0 }, 'tool-call-end'),
          ];
    const finish = tool === undefined ? 'COMPLETE' : 'TOOL_CALL';
    const end = { type: 'message-end', delta: { finish_reason: finish, usage: cohereUsage(usage) } };
    return [event('message-start', { role: 'assistant' }, { id: 'fake-cohere' }), ...said, sse(end, 'message-end')];
  },
};

const cohereCall = (name: string, args: string): Json => ({
  id: `${name}_fake1`,
  type: 'function',
  function: { name, arguments: args },
});

const cohereUsage = ({ input, output }: Answer['usage']): Json => ({
  billed_units: { input_tokens: input, output_tokens: output },
  tokens: { input_tokens: input + 500, output_tokens: output + 3 },
});

const ANTHROPIC: Dialect = {
  whole: ({ model, words, tool, usage }) => {
    const content =
      tool === undefined
        ? [{ type: 'text', text: words.join('') }]
        : [{ type: 'tool_use', id: 'toolu_fake1', name: tool, input: {} }];
    const stop = tool === undefined ? 'end_turn' : 'tool_use';
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
  stream: ({ model, words, tool, usage }) => {
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
    const block =
      tool === undefined ? { type: 'text', text: '' } : { type: 'tool_use', id: 'toolu_fake1', name: tool, input: {} };
    const deltas =
      tool === undefined
        ? words.map((text) => ({ type: 'text_delta', text }))
        : [{ type: 'input_json_delta', partial_json: '{}' }];
    return [
      event('message_start', { message: { ...message, usage: anthropicUsage({ input: usage.input, output: 1 }) } }),
      event('content_block_start', { index: 0, content_block: block }),
      event('ping', {}),
      ...deltas.map((delta) => event('content_block_delta', { index: 0, delta })),
      event('content_block_stop', { index: 0 }),
      event('message_delta', {
        delta: { stop_reason: tool === undefined ? 'end_turn' : 'tool_use', stop_sequence: null },
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
    const pieces = answer.tool === undefined ? answer.words : [''];
    return pieces.map((text, at) => sse(geminiPiece(answer, text, at === pieces.length - 1)).replaceAll('\n', '\r\n'));
  },
};

function geminiPiece({ model, tool, usage }: Answer, text: string, last: boolean): Json {
  const parts = tool === undefined ? [{ text }] : [{ functionCall: { name: tool, args: {} } }];
  const candidate = { content: { role: 'model', parts }, index: 0, ...(last && { finishReason: 'STOP' }) };
  const counts = {
    promptTokenCount: usage.input,
    candidatesTokenCount: usage.output,
    totalTokenCount: usage.input + usage.output,
  };
  return { candidates: [candidate], usageMetadata: counts, modelVersion: model, responseId: 'fake-response' };
}
