import OpenAI from 'openai';
import {
  type Address,
  type Called,
  CITY,
  type Failure,
  type Heard,
  type How,
  resultOf,
  type Speaker,
  TOOLS,
} from './speaker.ts';

const createClient = ({ url, key }: Address) => new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });

function failure(thrown: unknown): Failure {
  if (!(thrown instanceof OpenAI.APIError)) throw thrown;
  const kinds = { 400: OpenAI.BadRequestError, 401: OpenAI.AuthenticationError, 429: OpenAI.RateLimitError };
  const kind = kinds[thrown.status as keyof typeof kinds];
  if (kind !== undefined && !(thrown instanceof kind)) throw new Error(`${thrown.status} is a ${thrown.name}`);
  return {
    status: thrown.status ?? 0,
    message: thrown.message,
    retryAfter: thrown.headers?.get('retry-after') ?? null,
  };
}

type Messages = OpenAI.ChatCompletionMessageParam[];

/** The official SDK, Chat Completions, with its helpers for streams and parsed answers. */
export function openaiChat(address: Address): Speaker {
  const client = createClient(address);
  const tools = TOOLS.map(({ name, description, schema: parameters }) => ({
    type: 'function' as const,
    function: { name, description, parameters },
  }));

  async function ask(messages: Messages, { model, stream, signal }: How, more: { tools?: typeof tools } = {}) {
    const reply = stream
      ? await client.chat.completions
          .stream({ model, messages, ...more, stream: true, stream_options: { include_usage: true } }, { signal })
          .finalChatCompletion()
      : await client.chat.completions.create({ model, messages, ...more }, { signal });
    const message = reply.choices[0]?.message;
    if (message === undefined) throw new Error('There is no choice.');
    const heard: Heard = {
      text: message.content ?? '',
      inputTokens: reply.usage?.prompt_tokens,
      outputTokens: reply.usage?.completion_tokens,
      cachedTokens: reply.usage?.prompt_tokens_details?.cached_tokens ?? 0,
    };
    return { message, heard };
  }

  return {
    async say(question, how) {
      const url = `data:image/png;base64,${how.image}`;
      const text = { type: 'text' as const, text: question };
      const content = how.image === undefined ? question : [text, { type: 'image_url' as const, image_url: { url } }];
      return (await ask([{ role: 'user', content }], how)).heard;
    },
    async work(question, how) {
      const messages: Messages = [{ role: 'user', content: question }];
      const { message } = await ask(messages, how, { tools });
      const made = (message.tool_calls ?? []).filter((call) => call.type === 'function');
      messages.push({ role: 'assistant', content: message.content, tool_calls: made });
      for (const call of made)
        messages.push({ role: 'tool', tool_call_id: call.id, content: resultOf(call.function.name) });
      const calls = made.map(({ function: { name, arguments: input } }) => ({ name, input: JSON.parse(input) }));
      return { ...(await ask(messages, how, { tools })).heard, calls };
    },
    async fill(question, model) {
      const reply = await client.chat.completions.parse({
        model,
        messages: [{ role: 'user', content: question }],
        response_format: { type: 'json_schema', json_schema: { name: 'city', schema: CITY, strict: true } },
      });
      return reply.choices[0]?.message.parsed;
    },
    failure,
  };
}

/** The official SDK, Responses. */
export function openaiResponses(address: Address): Speaker {
  const client = createClient(address);
  const tools = TOOLS.map(({ name, description, schema }) => ({
    type: 'function' as const,
    name,
    description,
    parameters: schema,
    strict: false,
  }));

  async function ask(
    input: OpenAI.Responses.ResponseInput,
    { model, stream, signal }: How,
    more: { tools?: typeof tools } = {},
  ) {
    const asked = { model, input, store: false, ...more };
    const reply = stream
      ? await client.responses.stream(asked, { signal }).finalResponse()
      : await client.responses.create({ ...asked, stream: false }, { signal });
    const heard: Heard = {
      text: reply.output_text,
      inputTokens: reply.usage?.input_tokens,
      outputTokens: reply.usage?.output_tokens,
      cachedTokens: reply.usage?.input_tokens_details.cached_tokens ?? 0,
    };
    return { output: reply.output, heard };
  }

  return {
    async say(question, how) {
      const text = { type: 'input_text' as const, text: question };
      const image_url = `data:image/png;base64,${how.image}`;
      const image = { type: 'input_image' as const, image_url, detail: 'auto' as const };
      const content = how.image === undefined ? [text] : [text, image];
      return (await ask([{ role: 'user', content }], how)).heard;
    },
    async work(question, how) {
      const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: question }];
      const { output } = await ask(input, how, { tools });
      const calls: Called[] = [];
      for (const item of output) {
        input.push(item as OpenAI.Responses.ResponseInputItem);
        if (item.type !== 'function_call') continue;
        calls.push({ name: item.name, input: JSON.parse(item.arguments) });
      }
      for (const item of output)
        if (item.type === 'function_call')
          input.push({ type: 'function_call_output', call_id: item.call_id, output: resultOf(item.name) });
      return { ...(await ask(input, how, { tools })).heard, calls };
    },
    async fill(question, model) {
      const reply = await client.responses.parse({
        model,
        input: question,
        store: false,
        text: { format: { type: 'json_schema', name: 'city', schema: CITY, strict: true } },
      });
      return reply.output_parsed ?? JSON.parse(reply.output_text);
    },
    failure,
  };
}
