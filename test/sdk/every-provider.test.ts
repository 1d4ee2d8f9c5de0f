import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, startBench } from '../conformance/bench.ts';
import { CASES } from '../conformance/cases.ts';
import type { Answer } from '../conformance/meaning.ts';
import { type ClientName, OUTBOUNDS, type Outbound } from '../conformance/rows.ts';
import { answerBytes, answerJson } from '../fake-answers.ts';
import type { FakeHandler } from '../fake-echo.ts';
import { createFakeProvider, type FakeProvider } from '../fake-provider.ts';
import { anthropic } from './anthropic.ts';
import { google } from './google.ts';
import { langchainAnthropic, langchainGoogle, langchainOpenai } from './langchain.ts';
import { openaiChat, openaiResponses } from './openai.ts';
import { type Address, resultOf, type Speaker, TOOLS } from './speaker.ts';
import { vercelAnthropic, vercelGoogle, vercelOpenaiChat, vercelOpenaiResponses } from './vercel.ts';

interface Program {
  dialect: ClientName;
  create(address: Address): Speaker;
  /** Where the SDK itself refuses pictures by the name of the model. */
  isBlind?(outbound: Outbound): boolean;
  /** False: the SDK adds up the counts of a stream wrongly, whoever answers. */
  countsStreams?: false;
}

const PROGRAMS: Record<string, Program> = {
  'openai, Chat': { dialect: 'OpenAI Chat', create: openaiChat },
  'openai, Responses': { dialect: 'OpenAI Responses', create: openaiResponses },
  '@anthropic-ai/sdk': { dialect: 'Anthropic', create: anthropic },
  '@google/genai': { dialect: 'Gemini', create: google },
  'ai, OpenAI Chat': { dialect: 'OpenAI Chat', create: vercelOpenaiChat },
  'ai, OpenAI Responses': { dialect: 'OpenAI Responses', create: vercelOpenaiResponses },
  'ai, Anthropic': { dialect: 'Anthropic', create: vercelAnthropic },
  'ai, Google': { dialect: 'Gemini', create: vercelGoogle },
  'LangChain, OpenAI': { dialect: 'OpenAI Chat', create: langchainOpenai },
  // Takes the prompt from a stream's first message, when only Anthropic itself knows it, and adds the output of first and last.
  'LangChain, Anthropic': { dialect: 'Anthropic', create: langchainAnthropic, countsStreams: false },
  'LangChain, Google': {
    dialect: 'Gemini',
    create: langchainGoogle,
    isBlind: ({ model, seer = model }) => !/^(gemini|command)-/.test(seer),
  },
};

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const custom: Outbound = { ...(OUTBOUNDS.vLLM as Outbound), id: 'mine', model: 'mine/a-model' };
const PROVIDERS = Object.entries({ ...OUTBOUNDS, 'a custom provider': custom });

const answerIn = (name: keyof typeof CASES): Answer => (CASES[name] as (typeof CASES)[string]).answer;
const plain = answerIn('text');
const called = answerIn('parallel calls');
const filled: Answer = { ...plain, text: '{"city":"Zürich"}' };

let bench: Bench;
let mine: FakeProvider;
beforeAll(async () => {
  bench = await startBench();
  mine = await createFakeProvider({ models: ['a-model'] });
  await bench.started.api('POST', '/providers', {
    id: 'mine',
    baseUrl: mine.url,
    dialect: 'openai-chat',
    key: 'a-key-of-mine',
  });
});
afterAll(async () => {
  await bench.close();
  await mine.close();
});

const fakeOf = ({ id }: Outbound) => (id === 'mine' ? mine : bench.fakeOf(id));

/** The provider answers so, call after call, as a stream where it is asked for one. */
function answer(outbound: Outbound, first: Answer, ...more: Answer[]): void {
  const { wire, model } = outbound;
  const saying =
    (said: Answer): FakeHandler =>
    (request, response) => {
      const isStream = request.path.includes(':stream') || JSON.parse(String(request.body)).stream === true;
      const handle = isStream ? answerBytes(wire.stream(said, model).join('')) : answerJson(wire.whole(said, model));
      return handle(request, response);
    };
  fakeOf(outbound).respond([saying(first), ...more.map(saying)]);
}

/** What the provider was sent last, as text. */
const sentTo = (outbound: Outbound): string => String(fakeOf(outbound).calls().at(-1)?.body);

let questions = 0;
const ask = () => `Question ${++questions} of a program?`;
const heard = ({ text, usage }: Answer, isCounted = true) => ({
  text,
  ...(isCounted && { inputTokens: usage.input, outputTokens: usage.output }),
});
const FORMS = [{ stream: false }, { stream: true }];

describe.each(Object.entries(PROGRAMS))('%s', (_, { dialect, create, isBlind, countsStreams }) => {
  let speaker: Speaker;
  beforeAll(() => {
    speaker = create({ url: bench.started.url, key: bench.key });
  });
  const isCounted = (stream: boolean) => !stream || countsStreams !== false;

  describe.each(PROVIDERS.filter(([, { not }]) => !not?.includes(dialect)))('asks %s', (_, outbound) => {
    const { model, seer = model } = outbound;

    it.each(FORMS)('for text, and counts its tokens (%o)', async ({ stream }) => {
      answer(outbound, plain);
      expect(await speaker.say(ask(), { model, stream })).toMatchObject(heard(plain, isCounted(stream)));
    });

    it.each(FORMS)('with tools: two calls at once, run, and their results answered (%o)', async ({ stream }) => {
      answer(outbound, called, plain);
      const said = await speaker.work(ask(), { model, stream });
      expect(said.calls).toEqual(called.calls?.map(({ name, input }) => ({ name, input })));
      expect(said).toMatchObject(heard(plain, isCounted(stream)));
      for (const { name } of TOOLS) expect(sentTo(outbound)).toContain(resultOf(name));
    });

    it('for an object of a schema', async () => {
      answer(outbound, filled);
      expect(await speaker.fill(ask(), model)).toEqual({ city: 'Zürich' });
    });

    it.each(isBlind?.(outbound) ? [] : ['PNG'])('about a picture (%s)', async () => {
      answer(outbound, plain);
      expect(await speaker.say(ask(), { model: seer, stream: false, image: PNG })).toMatchObject(heard(plain));
      expect(sentTo(outbound)).toContain(PNG);
    });

    it.each([400, 429])('and is told in its own way of an error %i, in the words of the provider', async (status) => {
      const message = 'The provider has a reason of its own.';
      fakeOf(outbound).respond(answerJson(outbound.wire.error(message), status, { 'retry-after': '7' }));
      const thrown = await speaker.say(ask(), { model, stream: false }).then(
        () => expect.unreachable('There is no error.'),
        (error: unknown) => error,
      );
      expect(speaker.failure(thrown)).toEqual({ status, message: expect.stringContaining(message) });
    });
  });
});
