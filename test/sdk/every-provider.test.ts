import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bench } from '../conformance/bench.ts';
import { CASES } from '../conformance/cases.ts';
import type { Answer } from '../conformance/meaning.ts';
import type { ClientName, Outbound } from '../conformance/rows.ts';
import { answerBytes, answerJson, hang } from '../fake-answers.ts';
import type { FakeHandler } from '../fake-echo.ts';
import { type Row, SOON } from '../gateway/start.ts';
import { anthropic } from './anthropic.ts';
import { PROVIDERS, startEveryBench } from './bench.ts';
import { google } from './google.ts';
import { langchainAnthropic, langchainGoogle, langchainOpenai, langchainResponses } from './langchain.ts';
import { openaiChat, openaiResponses } from './openai.ts';
import { type Address, resultOf, type Speaker, TOOLS } from './speaker.ts';
import { vercelAnthropic, vercelGoogle, vercelOpenaiChat, vercelOpenaiResponses } from './vercel.ts';

interface Program {
  dialect: ClientName;
  create(address: Address): Speaker;
  /** Where the SDK itself refuses pictures by the name of the model. */
  isBlind?(outbound: Outbound): boolean;
  /** What the SDK gets wrong whoever answers, the provider itself included. */
  lacks?: readonly (
    | 'counts of streams'
    | 'cached counts of streams'
    | 'errors in streams'
    | 'aborts of whole answers'
  )[];
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
  'LangChain, OpenAI Chat': { dialect: 'OpenAI Chat', create: langchainOpenai },
  'LangChain, OpenAI Responses': { dialect: 'OpenAI Responses', create: langchainResponses },
  // Takes the prompt from a stream's first message, when only Anthropic itself knows it, and adds the output of first and last.
  'LangChain, Anthropic': { dialect: 'Anthropic', create: langchainAnthropic, lacks: ['counts of streams'] },
  // Adds up the cached tokens of all messages, reads on past an error, and has no signal where nothing is streamed.
  'LangChain, Google': {
    dialect: 'Gemini',
    create: langchainGoogle,
    isBlind: ({ model, seer = model }) => !/^(gemini|command)-/.test(seer),
    lacks: ['cached counts of streams', 'errors in streams', 'aborts of whole answers'],
  },
};

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const answerIn = (name: keyof typeof CASES): Answer => (CASES[name] as (typeof CASES)[string]).answer;
const plain = answerIn('text');
const called = answerIn('parallel calls');
const cached = answerIn('cached tokens');
const filled: Answer = { ...plain, text: '{"city":"Zürich"}' };

let bench: Bench;
beforeAll(async () => {
  bench = await startEveryBench();
});
afterAll(() => bench.close());

const fakeOf = ({ id }: Outbound) => bench.fakeOf(id);

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
  ...(isCounted && { inputTokens: usage.input, outputTokens: usage.output, cachedTokens: usage.cacheRead ?? 0 }),
});
const REASON = 'The provider has a reason of its own.';

const newestRow = async (): Promise<Row | undefined> =>
  ((await bench.started.api('GET', '/requests?limit=1')) as { requests: Row[] }).requests[0];

const thrownBy = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => expect.unreachable('There is no error.'),
    (error: unknown) => error,
  );
const FORMS = [{ stream: false }, { stream: true }];

describe.each(Object.entries(PROGRAMS))('%s', (_, { dialect, create, isBlind, lacks = [] }) => {
  let speaker: Speaker;
  beforeAll(() => {
    speaker = create({ url: bench.started.url, key: bench.key });
  });
  const isCounted = (stream: boolean) => !stream || !lacks.includes('counts of streams');

  it('is told in its own way that a key is wrong', async () => {
    const stranger = create({ url: bench.started.url, key: 'a-key-of-nobody' });
    const thrown = await thrownBy(stranger.say(ask(), { model: 'gpt-4.1', stream: false }));
    expect(stranger.failure(thrown)).toMatchObject({ status: 401, message: expect.stringContaining('key') });
  });

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

    it.each(outbound.wire.tells.includes('cacheRead') ? FORMS : [])(
      'and counts the tokens that came from a cache (%o)',
      async ({ stream }) => {
        answer(outbound, cached);
        const isRight = isCounted(stream) && !(stream && lacks.includes('cached counts of streams'));
        expect(await speaker.say(ask(), { model, stream })).toMatchObject(heard(cached, isRight));
      },
    );

    it.each([400, 429])('and is told in its own way of an error %i, in the words of the provider', async (status) => {
      fakeOf(outbound).respond(answerJson(outbound.wire.error(REASON), status, { 'retry-after': '7' }));
      const failure = speaker.failure(await thrownBy(speaker.say(ask(), { model, stream: false })));
      expect(failure).toMatchObject({ status, message: expect.stringContaining(REASON) });
      if (failure.retryAfter !== undefined) expect(failure.retryAfter).toBe('7');
    });

    it.skipIf(lacks.includes('errors in streams'))('and is told of an error in the middle of a stream', async () => {
      const { wire } = outbound;
      const events = wire.stream(plain, model);
      fakeOf(outbound).respond(
        answerBytes(events.slice(0, Math.ceil(events.length / 2)).join('') + wire.broken(REASON)),
      );
      const thrown = await thrownBy(speaker.say(ask(), { model, stream: true }));
      expect(thrown instanceof Error ? thrown.message : JSON.stringify(thrown)).toContain(REASON);
    });

    it.each(FORMS.filter(({ stream }) => stream || !lacks.includes('aborts of whole answers')))(
      'and leaves: the provider is told, and the ledger knows (%o)',
      async ({ stream }) => {
        const fake = fakeOf(outbound);
        const [before, calls] = [await newestRow(), fake.calls().length];
        const events = outbound.wire.stream(plain, model);
        const half = events.slice(0, Math.ceil(events.length / 2)).join('');
        fake.respond(stream ? answerBytes(half, { ending: 'hang' }) : hang);
        const leaving = new AbortController();
        const thrown = thrownBy(speaker.say(ask(), { model, stream, signal: leaving.signal }));
        await expect.poll(() => fake.calls().length, SOON).toBe(calls + 1);
        leaving.abort();
        expect(await thrown).toBeInstanceOf(Error);
        await expect.poll(() => fake.calls().at(-1)?.abortedAtMs, SOON).toBeDefined();
        await expect.poll(async () => (await newestRow())?.id, SOON).not.toBe(before?.id);
        expect(await newestRow()).toMatchObject({ status: 'cancelled' });
      },
    );
  });
});
