import type { JsonObject } from '../chat.ts';
import type { Model } from '../models/schema.ts';
import { estimateTokens } from '../models/tokens.ts';
import { writeSse } from '../sse.ts';
import type { Provider } from './catalog.ts';
import type { Call, Caller, CallReader, RunningCall } from './http.ts';

/**
 * The demo provider: answers inside this process, so that the gateway can be tried before there is a key. It speaks Chat Completions
 * and says of itself that it is simulated. It takes part in `auto` only while no real key is there.
 */
export const DEMO_PROVIDER: Provider = {
  id: 'demo',
  title: 'Demo (simulated)',
  origin: 'http://demo.invalid',
  basePath: '/v1',
  dialect: 'openai-chat',
  auth: { header: 'authorization', prefix: 'Bearer ' },
  headers: {},
  quirks: [],
  modelsPath: '/models',
};

const FIRST_WORD_AFTER_MS = 120;
const WORD_EVERY_MS = 12;
/** Bodies beyond this are not read for their last question. */
const READ_BYTES = 256 * 1024;

function demoModel(name: string, { rating, tokensPerSecond }: { rating: number; tokensPerSecond: number }): Model {
  return {
    id: `demo/${name}`,
    provider: 'demo',
    name,
    title: `Demo ${name} (simulated)`,
    contextTokens: 1_000_000,
    maxOutputTokens: 100_000,
    input: ['text', 'image', 'audio', 'video', 'document'],
    output: ['text'],
    capabilities: { tools: true, structuredOutput: true, reasoning: true, promptCaching: false, sampling: true },
    prices: [{ input: 0, output: 0 }],
    quality: [{ rating, variant: 'default', basis: 'none: it is simulated', date: '2026-01-01' }],
    tokensPerSecond,
    priceSource: 'simulated',
  };
}

const MIDDLE = { rating: 3.6, tokensPerSecond: 80 };

/** One a tier, so that routing can be watched without a key: all cost nothing, and the smaller one is said to be faster. */
export const DEMO_MODELS: readonly Model[] = [
  demoModel('small', { rating: 2.5, tokensPerSecond: 160 }),
  demoModel('medium', MIDDLE),
  demoModel('large', { rating: 5, tokensPerSecond: 40 }),
];

/** Any other `demo/…` name is answered as well, and costs as little. */
export const anyDemoModel = (name: string): Model => demoModel(name, MIDDLE);

/** Answers calls to the demo provider itself and leaves all others to `next`. */
export function withDemo(next: Caller): Caller {
  return {
    call: (call, timeouts, reader) =>
      call.provider === 'demo' ? answer(call, reader) : next.call(call, timeouts, reader),
    close: () => next.close(),
  };
}

function answer(call: Call, reader: CallReader): RunningCall {
  const request = readBody(call);
  const model = typeof request.model === 'string' ? request.model : 'demo';
  const text = answerTo(request);
  const words = text.split(/(?<=\s)/);
  const usage = usageOf(call, text);
  const common = {
    id: `chatcmpl-demo${Math.random().toString(36).slice(2, 12)}`,
    created: Math.floor(Date.now() / 1000),
    model,
  };
  let timer: NodeJS.Timeout;
  let paused = false;
  let position = -1;

  function whole(): void {
    const message = { role: 'assistant', content: text, refusal: null };
    const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }];
    reader.head(200, { 'content-type': 'application/json' });
    reader.data(Buffer.from(JSON.stringify({ ...common, object: 'chat.completion', choices, usage })));
    reader.end();
  }

  function send(choices: unknown[], more: JsonObject = {}): void {
    const chunk = { ...common, object: 'chat.completion.chunk', choices, ...more };
    reader.data(Buffer.from(writeSse({ data: JSON.stringify(chunk) })));
  }

  function next(): void {
    if (paused) return;
    if (position < 0) {
      reader.head(200, { 'content-type': 'text/event-stream' });
      send([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]);
    } else if (position < words.length) send([{ index: 0, delta: { content: words[position] }, finish_reason: null }]);
    else {
      send([{ index: 0, delta: {}, finish_reason: 'stop' }]);
      send([], { usage });
      reader.data(Buffer.from(writeSse({ data: '[DONE]' })));
      reader.end();
      return;
    }
    position += 1;
    timer = setTimeout(next, WORD_EVERY_MS);
  }

  const streams = request.stream === true;
  timer = setTimeout(streams ? next : whole, FIRST_WORD_AFTER_MS + (streams ? 0 : words.length * WORD_EVERY_MS));
  return {
    pause() {
      paused = true;
    },
    resume() {
      if (!paused) return;
      paused = false;
      clearTimeout(timer);
      timer = setTimeout(next, WORD_EVERY_MS);
    },
    abort: () => clearTimeout(timer),
  };
}

function readBody({ body }: Call): JsonObject {
  const bytes = Buffer.concat(body ?? []);
  if (bytes.length > READ_BYTES) return { stream: bytes.includes('"stream":true') || bytes.includes('"stream": true') };
  return JSON.parse(bytes.toString()) as JsonObject;
}

function answerTo(request: JsonObject): string {
  const question = lastQuestion(request.messages);
  const quoted = question === '' ? '' : ` You asked: "${question.slice(0, 120)}${question.length > 120 ? '…' : ''}".`;
  const format = request.response_format;
  if (typeof format === 'object' && format !== null && 'type' in format && format.type !== 'text') {
    return JSON.stringify({ simulated: true, note: 'No model was called. Add a provider key to get real answers.' });
  }
  return `This answer is simulated: the demo provider of LLM Gateway wrote it and no model was called.${quoted} Add a provider key to get real answers.`;
}

function lastQuestion(messages: unknown): string {
  if (!Array.isArray(messages)) return '';
  const last: unknown = messages.findLast((message: { role?: unknown } | null) => message?.role === 'user');
  const content = typeof last === 'object' && last !== null && 'content' in last ? last.content : '';
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: { text?: unknown } | null) => (typeof part?.text === 'string' ? part.text : '')).join(' ');
}

function usageOf(call: Call, text: string): JsonObject {
  const bytes = (call.body ?? []).reduce((sum, slice) => sum + slice.length, 0);
  const prompt = Math.max(1, Math.ceil(bytes / 5));
  const completion = estimateTokens(text);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}
