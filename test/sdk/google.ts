import { ApiError, type Content, type GenerateContentConfig, GoogleGenAI, type Part } from '@google/genai';
import { type Address, CITY, type Heard, type How, resultOf, type Speaker, TOOLS } from './speaker.ts';

/** The official SDK, `generateContent`. */
export function google({ url, key }: Address): Speaker {
  const client = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url } });
  const functionDeclarations = TOOLS.map(({ name, description, schema }) => ({
    name,
    description,
    parametersJsonSchema: schema,
  }));
  const tools = [{ functionDeclarations }];

  async function ask(contents: Content[], { model, stream, signal }: How, more: GenerateContentConfig = {}) {
    const config = { ...more, ...(signal !== undefined && { abortSignal: signal }) };
    const parts: Part[] = [];
    const heard: Heard = { text: '', inputTokens: undefined, outputTokens: undefined, cachedTokens: 0 };
    const chunks = stream
      ? await client.models.generateContentStream({ model, contents, config })
      : [await client.models.generateContent({ model, contents, config })];
    for await (const { candidates, usageMetadata } of chunks) {
      parts.push(...(candidates?.[0]?.content?.parts ?? []));
      heard.cachedTokens = usageMetadata?.cachedContentTokenCount ?? heard.cachedTokens;
      heard.inputTokens = usageMetadata?.promptTokenCount ?? heard.inputTokens;
      const { candidatesTokenCount, thoughtsTokenCount = 0 } = usageMetadata ?? {};
      if (candidatesTokenCount !== undefined) heard.outputTokens = candidatesTokenCount + thoughtsTokenCount;
    }
    heard.text = parts.map(({ text, thought }) => (thought === true ? '' : (text ?? ''))).join('');
    return { parts, heard };
  }

  return {
    async say(question, how) {
      const image = { inlineData: { mimeType: 'image/png', data: how.image ?? '' } };
      const parts = how.image === undefined ? [{ text: question }] : [{ text: question }, image];
      return (await ask([{ role: 'user', parts }], how)).heard;
    },
    async work(question, how) {
      const contents: Content[] = [{ role: 'user', parts: [{ text: question }] }];
      const { parts } = await ask(contents, how, { tools });
      const made = parts.flatMap(({ functionCall }) => (functionCall === undefined ? [] : [functionCall]));
      contents.push({ role: 'model', parts });
      contents.push({
        role: 'user',
        parts: made.map(({ id, name = '' }) => ({
          functionResponse: { ...(id !== undefined && { id }), name, response: { output: resultOf(name) } },
        })),
      });
      const calls = made.map(({ name = '', args = {} }) => ({ name, input: args }));
      return { ...(await ask(contents, how, { tools })).heard, calls };
    },
    async fill(question, model) {
      const config = { responseMimeType: 'application/json', responseJsonSchema: CITY };
      const { heard } = await ask([{ role: 'user', parts: [{ text: question }] }], { model, stream: false }, config);
      return JSON.parse(heard.text);
    },
    failure(thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      return { status: thrown.status, message: thrown.message };
    },
  };
}
