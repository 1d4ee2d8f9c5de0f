import {
  type Answer,
  type Ask,
  halves,
  type Json,
  object,
  objects,
  only,
  type Provider,
  sse,
  textIn,
} from '../meaning.ts';
import { createOpenAiChat } from './openai-chat.ts';

const STOPS = {
  stop: 'COMPLETE',
  stopSequence: 'STOP_SEQUENCE',
  length: 'MAX_TOKENS',
  tools: 'TOOL_CALL',
  filter: 'ERROR_TOXIC',
  refusal: 'ERROR_TOXIC',
};

/** Cohere's Chat (v2): messages as in Chat Completions, all else in its own words. */
export const cohere: Provider = {
  tells: ['thoughts'],
  read(body) {
    const { seen, faults } = createOpenAiChat('reasoning').read(body);
    const choice = textIn(body.tool_choice).toLowerCase();
    const format = object(body.response_format);
    const { toolChoice: _, schema: __, effort: ___, ...rest } = seen;
    const own = only({
      toolChoice: choice || undefined,
      topP: body.p,
      stop: body.stop_sequences,
      effort: object(body.thinking).type === 'enabled' ? 'on' : undefined,
      schema: format.json_schema === undefined ? undefined : { name: '', schema: object(format.json_schema) },
    }) as Json;
    return { seen: { ...rest, ...own } as Ask, faults };
  },
  whole: (answer) => ({
    id: 'conformance',
    finish_reason: STOPS[answer.stop],
    message: writeMessage(answer),
    usage: writeUsage(answer),
  }),
  stream(answer) {
    const event = (type: string, more: Json) => sse({ type, ...more }, type);
    const message = writeMessage(answer);
    return [
      event('message-start', {
        id: 'conformance',
        delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] } },
      }),
      ...halves(textIn(message.tool_plan)).map((plan) =>
        event('tool-plan-delta', { delta: { message: { tool_plan: plan } } }),
      ),
      ...objects(message.content).flatMap((part, index) => {
        const field = part.type === 'thinking' ? 'thinking' : 'text';
        return [
          event('content-start', { index, delta: { message: { content: { type: part.type, [field]: '' } } } }),
          ...halves(textIn(part[field])).map((text) =>
            event('content-delta', { index, delta: { message: { content: { [field]: text } } } }),
          ),
          event('content-end', { index }),
        ];
      }),
      ...objects(message.tool_calls).flatMap((call, index) => [
        event('tool-call-start', {
          index,
          delta: { message: { tool_calls: { ...call, function: { ...object(call.function), arguments: '' } } } },
        }),
        ...halves(textIn(object(call.function).arguments)).map((part) =>
          event('tool-call-delta', { index, delta: { message: { tool_calls: { function: { arguments: part } } } } }),
        ),
        event('tool-call-end', { index }),
      ]),
      event('message-end', { delta: { finish_reason: STOPS[answer.stop], usage: writeUsage(answer) } }),
    ];
  },
  error: (message) => ({ id: 'conformance', message }),
  broken: (message) => sse({ type: 'message-end', delta: { finish_reason: 'ERROR', error: message } }, 'message-end'),
};

function writeMessage({ text, reasoning, calls = [] }: Answer): Json {
  const isPlan = calls.length > 0;
  return only({
    role: 'assistant',
    tool_plan: isPlan ? reasoning?.text : undefined,
    content: [
      ...(reasoning && !isPlan ? [{ type: 'thinking', thinking: reasoning.text }] : []),
      ...(text === undefined ? [] : [{ type: 'text', text }]),
    ],
    tool_calls: isPlan
      ? calls.map(({ id, name, input }) => ({
          id,
          type: 'function',
          function: { name, arguments: JSON.stringify(input) },
        }))
      : undefined,
  });
}

function writeUsage({ usage: { input, output } }: Answer): Json {
  return {
    billed_units: { input_tokens: input, output_tokens: output },
    tokens: { input_tokens: input, output_tokens: output },
  };
}
