import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Started, startGateway } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await startGateway();
});
beforeEach(() => started.forget());
afterAll(() => started.close());

let questions = 0;
const question = (): OpenAI.Responses.EasyInputMessage => ({ role: 'user', content: `Question ${++questions}?` });

/** Asks Claude, then goes on with its answer named by its id alone, as SDKs do that trust in the server's memory. */
async function goOn(more: { key?: string; model?: string; store?: boolean; stream?: boolean } = {}) {
  const first = question();
  const asked = { model: 'claude-sonnet-4-5', input: [first], ...(more.store !== undefined && { store: more.store }) };
  const said = more.stream
    ? await started.sdk().responses.stream(asked).finalResponse()
    : await started.sdk().responses.create(asked);
  const [item] = said.output;
  const input = [first, { type: 'item_reference' as const, id: item?.id ?? '' }, question()];
  const model = more.model ?? asked.model;
  const next = started.sdk(more.key === undefined ? {} : { apiKey: more.key }).responses.create({ model, input });
  await next.catch(() => {});
  return { said, next };
}

it.each([false, true])(
  'an item named by its id reaches another provider as what it was (streamed: %s)',
  async (stream) => {
    const { said, next } = await goOn({ stream });
    await next;
    const { messages } = JSON.parse(String(started.anthropic.calls().at(-1)?.body));
    expect(messages).toHaveLength(3);
    expect(messages[1]).toMatchObject({ role: 'assistant' });
    expect(JSON.stringify(messages[1])).toContain(JSON.stringify(said.output_text).slice(1, -1));
  },
);

it('it reaches OpenAI as an item too, which has never heard of that id', async () => {
  const { said, next } = await goOn({ model: 'gpt-4.1' });
  await next;
  const { input } = JSON.parse(String(started.openai.calls().at(-1)?.body));
  expect(input).not.toContainEqual(expect.objectContaining({ type: 'item_reference' }));
  expect(JSON.stringify(input[1])).toContain(JSON.stringify(said.output_text).slice(1, -1));
});

it('it is known to nobody but the gateway key that heard it, and not where the client wanted nothing stored', async () => {
  const { key } = (await started.api('POST', '/gateway-keys', { name: 'another' })) as { key: string };
  for (const more of [{ key }, { store: false }]) {
    const { next } = await goOn(more);
    const thrown = await next.catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(OpenAI.BadRequestError);
    expect(String(thrown)).toContain('Send the item itself');
  }
});
