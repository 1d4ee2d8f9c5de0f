import Anthropic from '@anthropic-ai/sdk';
import { type Address, CITY, type Heard, type How, MAX_TOKENS, resultOf, type Speaker, TOOLS } from './speaker.ts';

/** The official SDK, Messages, with its helper for streams. */
export function anthropic({ url, key }: Address): Speaker {
  const client = new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 });
  const tools = TOOLS.map(({ name, description, schema: input_schema }) => ({ name, description, input_schema }));

  async function ask(
    messages: Anthropic.MessageParam[],
    { model, stream, signal }: How,
    more: Partial<Anthropic.MessageCreateParamsNonStreaming> = {},
  ) {
    const asked = { model, messages, max_tokens: MAX_TOKENS, ...more };
    const { content, usage } = stream
      ? await client.messages.stream(asked, { signal }).finalMessage()
      : await client.messages.create(asked, { signal });
    const heard: Heard = {
      text: content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(''),
      inputTokens: usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0),
      outputTokens: usage.output_tokens,
      cachedTokens: usage.cache_read_input_tokens ?? 0,
    };
    return { content, heard };
  }

  return {
    async say(question, how) {
      const text = { type: 'text' as const, text: question };
      const source = { type: 'base64' as const, media_type: 'image/png' as const, data: how.image ?? '' };
      const content = how.image === undefined ? question : [text, { type: 'image' as const, source }];
      return (await ask([{ role: 'user', content }], how)).heard;
    },
    async work(question, how) {
      const messages: Anthropic.MessageParam[] = [{ role: 'user', content: question }];
      const { content } = await ask(messages, how, { tools });
      const made = content.filter((block) => block.type === 'tool_use');
      messages.push({ role: 'assistant', content: content as Anthropic.ContentBlockParam[] });
      messages.push({
        role: 'user',
        content: made.map(({ id, name }) => ({ type: 'tool_result', tool_use_id: id, content: resultOf(name) })),
      });
      const calls = made.map(({ name, input }) => ({ name, input }));
      return { ...(await ask(messages, how, { tools })).heard, calls };
    },
    async fill(question, model) {
      const format = { type: 'json_schema' as const, schema: CITY };
      const how = { model, stream: false };
      const { heard } = await ask([{ role: 'user', content: question }], how, { output_config: { format } });
      return JSON.parse(heard.text);
    },
    failure(thrown) {
      if (!(thrown instanceof Anthropic.APIError)) throw thrown;
      const kinds = {
        400: Anthropic.BadRequestError,
        401: Anthropic.AuthenticationError,
        429: Anthropic.RateLimitError,
      };
      const kind = kinds[thrown.status as keyof typeof kinds];
      if (kind !== undefined && !(thrown instanceof kind)) throw new Error(`${thrown.status} is a ${thrown.name}`);
      const retryAfter = thrown.headers?.get('retry-after') ?? null;
      return { status: thrown.status ?? 0, message: thrown.message, retryAfter };
    },
  };
}
