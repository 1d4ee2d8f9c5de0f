import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import {
  APICallError,
  generateText,
  isStepCount,
  jsonSchema,
  type LanguageModel,
  type LanguageModelUsage,
  Output,
  streamText,
  tool,
} from 'ai';
import { type Address, type Called, CITY, type Heard, MAX_TOKENS, resultOf, type Speaker, TOOLS } from './speaker.ts';

export const vercelOpenaiChat = ({ url, key }: Address): Speaker =>
  speak((model) => createOpenAI({ baseURL: `${url}/v1`, apiKey: key }).chat(model));

export const vercelOpenaiResponses = ({ url, key }: Address): Speaker =>
  speak((model) => createOpenAI({ baseURL: `${url}/v1`, apiKey: key }).responses(model));

export const vercelAnthropic = ({ url, key }: Address): Speaker =>
  speak((model) => createAnthropic({ baseURL: `${url}/v1`, apiKey: key })(model));

export const vercelGoogle = ({ url, key }: Address): Speaker =>
  speak((model) => createGoogle({ baseURL: `${url}/v1beta`, apiKey: key })(model));

const countsOf = ({ inputTokens, outputTokens, inputTokenDetails }: LanguageModelUsage) => ({
  inputTokens,
  outputTokens,
  cachedTokens: inputTokenDetails.cacheReadTokens ?? 0,
});

/** Vercel's `ai`, on its own package for a dialect. It runs the loop of tools itself. */
function speak(modelOf: (model: string) => LanguageModel): Speaker {
  const common = { maxRetries: 0, maxOutputTokens: MAX_TOKENS };

  async function ask(asked: Parameters<typeof generateText>[0], stream: boolean): Promise<Heard> {
    if (!stream) {
      const { text, finalStep } = await generateText(asked);
      return { text, ...countsOf(finalStep.usage) };
    }
    let failed: unknown;
    const reply = streamText({
      ...asked,
      onError({ error }) {
        failed = error;
      },
    });
    try {
      const [text, { usage }] = await Promise.all([reply.text, reply.finalStep]);
      if (failed !== undefined) throw failed;
      return { text, ...countsOf(usage) };
    } catch (thrown) {
      throw failed ?? thrown;
    }
  }

  return {
    say(question, { model, stream, signal, image }) {
      const text = { type: 'text' as const, text: question };
      const file = { type: 'file' as const, data: Buffer.from(image ?? '', 'base64'), mediaType: 'image/png' };
      const content = image === undefined ? question : [text, file];
      const aborting = signal === undefined ? {} : { abortSignal: signal };
      return ask({ ...common, ...aborting, model: modelOf(model), messages: [{ role: 'user', content }] }, stream);
    },
    async work(question, { model, stream }) {
      const calls: Called[] = [];
      const tools = Object.fromEntries(
        TOOLS.map(({ name, description, schema }) => {
          const execute = async (input: unknown) => {
            calls.push({ name, input });
            return resultOf(name);
          };
          return [name, tool({ description, inputSchema: jsonSchema(schema), execute })];
        }),
      );
      const asked = { ...common, model: modelOf(model), prompt: question, tools, stopWhen: isStepCount(2) };
      return { ...(await ask(asked, stream)), calls };
    },
    async fill(question, model) {
      const output = Output.object({ schema: jsonSchema(CITY) });
      return (await generateText({ ...common, model: modelOf(model), prompt: question, output })).output;
    },
    failure(thrown) {
      if (!APICallError.isInstance(thrown)) throw thrown;
      const retryAfter = thrown.responseHeaders?.['retry-after'] ?? null;
      return { status: thrown.statusCode ?? 0, message: thrown.message, retryAfter };
    },
  };
}
