import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import type OpenAI from 'openai';
import { ask, type Started } from './start.ts';

/** What a stream said, in the words of no dialect. */
export interface Said {
  text: string;
  calls: { name: string; input: unknown }[];
  /** Prompt tokens, where the client was told. */
  inputTokens: number | undefined;
}

const TOOLS = ['get_weather', 'get_time'];
const SCHEMA = { type: 'object' as const, properties: {} };
/** Questions that differ, so that no answer comes from the cache. */
const question = (): string => ask('').messages[0]?.content ?? '';

/** The official SDK of each dialect that clients speak, asked for a stream with tools and read to its end. */
export const CLIENTS: Record<string, (started: Started, model: string) => Promise<Said>> = {
  async chat(started, model) {
    const tools = TOOLS.map((name) => ({ type: 'function' as const, function: { name, parameters: SCHEMA } }));
    const stream = started.sdk().chat.completions.stream({ ...ask(model), tools, stream: true });
    const reply: OpenAI.ChatCompletion = await stream.finalChatCompletion();
    const { message } = reply.choices[0] ?? {};
    const calls = (message?.tool_calls ?? []).flatMap((call) =>
      call.type === 'function'
        ? [{ name: call.function.name, input: JSON.parse(call.function.arguments) as unknown }]
        : [],
    );
    return { text: message?.content ?? '', calls, inputTokens: reply.usage?.prompt_tokens };
  },
  async responses(started, model) {
    const tools = TOOLS.map((name) => ({ type: 'function' as const, name, parameters: SCHEMA, strict: false }));
    const stream = started.sdk().responses.stream({ model, input: question(), tools, store: false });
    const reply = await stream.finalResponse();
    const calls = reply.output.flatMap((item) =>
      item.type === 'function_call' ? [{ name: item.name, input: JSON.parse(item.arguments) as unknown }] : [],
    );
    return { text: reply.output_text, calls, inputTokens: reply.usage?.input_tokens };
  },
  async messages(started, model) {
    const client = new Anthropic({ baseURL: started.url, apiKey: started.key, maxRetries: 0 });
    const tools = TOOLS.map((name) => ({ name, input_schema: SCHEMA }));
    const reply = await client.messages.stream({ ...ask(model), max_tokens: 999, tools }).finalMessage();
    const calls = reply.content.flatMap((block) =>
      block.type === 'tool_use' ? [{ name: block.name, input: block.input }] : [],
    );
    const text = reply.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
    const { input_tokens: fresh, cache_read_input_tokens: read, cache_creation_input_tokens: written } = reply.usage;
    return { text, calls, inputTokens: fresh + (read ?? 0) + (written ?? 0) };
  },
  async gemini(started, model) {
    const client = new GoogleGenAI({ apiKey: started.key, httpOptions: { baseUrl: started.url } });
    const functionDeclarations = TOOLS.map((name) => ({ name, parametersJsonSchema: SCHEMA }));
    const config = { tools: [{ functionDeclarations }] };
    const said: Said = { text: '', calls: [], inputTokens: undefined };
    for await (const chunk of await client.models.generateContentStream({ model, contents: question(), config })) {
      for (const part of chunk.candidates?.[0]?.content?.parts ?? []) {
        if (part.text !== undefined && part.thought !== true) said.text += part.text;
        if (part.functionCall !== undefined)
          said.calls.push({ name: part.functionCall.name ?? '', input: part.functionCall.args });
      }
      said.inputTokens = chunk.usageMetadata?.promptTokenCount ?? said.inputTokens;
    }
    return said;
  },
};

/** How each dialect asks for a stream, for tests that read its bytes. */
export const STREAMS: Record<string, (model: string) => [path: string, body: object]> = {
  chat: (model) => ['/v1/chat/completions', { ...ask(model), stream: true }],
  responses: (model) => ['/v1/responses', { model, input: question(), stream: true }],
  messages: (model) => ['/v1/messages', { ...ask(model), max_tokens: 999, stream: true }],
  gemini: (model) => [
    `/v1beta/models/${model}:streamGenerateContent?alt=sse`,
    { contents: [{ role: 'user', parts: [{ text: question() }] }] },
  ],
};

/** Posts a body with the gateway key. */
export function post(
  started: Started,
  path: string,
  body: object,
  { signal, headers = {} }: { signal?: AbortSignal; headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(started.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${started.key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
}
