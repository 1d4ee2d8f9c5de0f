import { ChatAnthropic } from '@langchain/anthropic';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import {
  AIMessageChunk,
  type BaseMessage,
  HumanMessage,
  ToolMessage,
  type UsageMetadata,
} from '@langchain/core/messages';
import { ChatGoogleGenerativeAI } from '@langchain/google-genai';
import { ChatOpenAI } from '@langchain/openai';
import { type Address, CITY, type Heard, type How, MAX_TOKENS, resultOf, type Speaker, TOOLS } from './speaker.ts';

export const langchainOpenai = ({ url, key }: Address): Speaker =>
  speak(
    (model) =>
      new ChatOpenAI({ model, apiKey: key, maxRetries: 0, configuration: { baseURL: `${url}/v1` }, streamUsage: true }),
  );

export const langchainResponses = ({ url, key }: Address): Speaker =>
  speak(
    (model) =>
      new ChatOpenAI({
        model,
        apiKey: key,
        maxRetries: 0,
        configuration: { baseURL: `${url}/v1` },
        useResponsesApi: true,
      }),
  );

export const langchainAnthropic = ({ url, key }: Address): Speaker =>
  speak(
    (model) => new ChatAnthropic({ model, apiKey: key, maxRetries: 0, maxTokens: MAX_TOKENS, anthropicApiUrl: url }),
  );

export const langchainGoogle = ({ url, key }: Address): Speaker =>
  speak((model) => heardOut(new ChatGoogleGenerativeAI({ model, apiKey: key, maxRetries: 0, baseUrl: url })));

interface WithStreams {
  client: { generateContentStream(...given: unknown[]): Promise<{ response: Promise<unknown> }> };
}

/** Beside a stream Google's older SDK promises the whole answer. LangChain drops that promise, which fails unheard where a stream is left. */
function heardOut(chat: ChatGoogleGenerativeAI): ChatGoogleGenerativeAI {
  const { client } = chat as unknown as WithStreams;
  const ask = client.generateContentStream.bind(client);
  client.generateContentStream = async (...given) => {
    const answer = await ask(...given);
    answer.response.catch(() => {});
    return answer;
  };
  return chat;
}

/** LangChain's chat model of a dialect. */
function speak(modelOf: (model: string) => BaseChatModel): Speaker {
  const tools = TOOLS.map(({ name, description, schema }) => ({
    type: 'function' as const,
    function: { name, description, parameters: schema },
  }));

  async function ask(
    model: Pick<BaseChatModel, 'invoke' | 'stream'>,
    messages: BaseMessage[],
    { stream, signal }: Omit<How, 'model'>,
  ): Promise<{ reply: AIMessageChunk; heard: Heard }> {
    const options = signal === undefined ? {} : { signal };
    let reply: AIMessageChunk;
    if (stream) {
      let whole: AIMessageChunk | undefined;
      for await (const chunk of await model.stream(messages, options))
        whole = whole === undefined ? (chunk as AIMessageChunk) : whole.concat(chunk as AIMessageChunk);
      reply = whole ?? new AIMessageChunk('');
    } else reply = (await model.invoke(messages, options)) as AIMessageChunk;
    const usage = reply.usage_metadata as UsageMetadata | undefined;
    const heard = {
      text: reply.text,
      inputTokens: usage?.input_tokens,
      outputTokens: usage?.output_tokens,
      cachedTokens: usage?.input_token_details?.cache_read ?? 0,
    };
    return { reply, heard };
  }

  return {
    async say(question, { model, image, ...how }) {
      const picture = { type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } };
      const content = image === undefined ? question : [{ type: 'text', text: question }, picture];
      return (await ask(modelOf(model), [new HumanMessage({ content })], how)).heard;
    },
    async work(question, { model, ...how }) {
      const messages: BaseMessage[] = [new HumanMessage(question)];
      const bound = modelOf(model).bindTools?.(tools);
      if (bound === undefined) throw new Error('The model binds no tools.');
      const { reply } = await ask(bound as Pick<BaseChatModel, 'invoke' | 'stream'>, messages, how);
      messages.push(reply);
      const made = reply.tool_calls ?? [];
      for (const { id = '', name } of made)
        messages.push(new ToolMessage({ tool_call_id: id, name, content: resultOf(name) }));
      const { heard } = await ask(bound as Pick<BaseChatModel, 'invoke' | 'stream'>, messages, how);
      return { ...heard, calls: made.map(({ name, args }) => ({ name, input: args })) };
    },
    fill: (question, model) =>
      modelOf(model)
        .withStructuredOutput({ title: 'city', ...CITY }, { name: 'city', method: 'jsonSchema' })
        .invoke([new HumanMessage(question)]),
    failure(thrown) {
      if (!(thrown instanceof Error)) throw thrown;
      const { status = 0, headers } = thrown as Error & { status?: number; headers?: Headers };
      return { status, message: thrown.message, ...(headers && { retryAfter: headers.get('retry-after') }) };
    },
  };
}
