import { readFileSync } from 'node:fs';
import { getEncoding } from 'js-tiktoken';
import { describe, expect, it } from 'vitest';
import type { ChatRequest, ClientDialect, Usage } from '../gateway/chat.ts';
import { dialects } from '../gateway/dialects/index.ts';
import { tokensFor } from '../gateway/models/family.ts';
import { readPrompt } from '../gateway/models/prompt.ts';
import { collect } from '../gateway/reply.ts';
import { createSseReader } from '../gateway/sse.ts';
import { type Fixture, loadFixture } from './fake-answers.ts';

/** The gateway's estimate of a prompt beside what its provider said, for each recorded request of words, tools and schemas alone. */

const encoding = getEncoding('o200k_base');

interface Counted {
  id: string;
  model: string;
  said: number;
  estimated: number;
}

/** The dialect of each kind of recording. */
const SPOKEN: Readonly<Record<string, ClientDialect>> = {
  chat: 'openai-chat',
  responses: 'openai-responses',
  anthropic: 'anthropic',
  gemini: 'gemini',
};

const RECORDED = JSON.parse(readFileSync(new URL('./fixtures/providers/index.json', import.meta.url), 'utf8')) as {
  id: string;
  api: string;
  op: string;
  status: number;
}[];

function usageIn(fixture: Fixture, dialect: ClientDialect): Usage | undefined {
  if (fixture.json !== undefined) return dialects[dialect].readReply(fixture.json).usage;
  const reader = dialects[dialect].createStreamReader();
  const events: ReturnType<typeof reader.read> = [];
  const messages = createSseReader((message) => events.push(...reader.read(message)));
  messages.push(fixture.body);
  messages.end();
  return collect([...events, ...reader.end()]).usage;
}

/** What is counted by other rules: pictures, tools that the provider runs, items that only it knows, earlier thoughts. */
const isPlain = ({ messages, tools }: ChatRequest): boolean =>
  tools.every(({ kind }) => kind !== 'hosted') && !/"type":"(media|opaque|thinking)"/.test(JSON.stringify(messages));

function countAt({ id, api, op, status }: (typeof RECORDED)[number]): Counted | undefined {
  const dialect = SPOKEN[api];
  if (dialect === undefined || status !== 200 || op === 'embeddings') return undefined;
  const fixture = loadFixture(id);
  if (fixture.request?.body === undefined) return undefined;
  const request = dialects[dialect].readRequest(fixture.request.body);
  const { input_tokens, totalTokens } = fixture.json ?? {};
  const said = op === 'count_tokens' ? Number(input_tokens ?? totalTokens) : (usageIn(fixture, dialect)?.input ?? 0);
  if (said === 0 || !isPlain(request)) return undefined;
  const { texts, others } = readPrompt(request, (text) => text.length);
  const text = texts.reduce((sum, each) => sum + (each === '' ? 0 : encoding.encode(`${each}\n`, 'all').length), 0);
  const model = request.model === '' ? fixture.request.path : request.model;
  return { id, model, said, estimated: tokensFor(model, request, { text, others }) };
}

const ALL = RECORDED.flatMap((entry) => countAt(entry) ?? []);

const errorOf = ({ said, estimated }: Counted): number => Math.abs(estimated - said) / said;
const median = (numbers: number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

describe('the estimate of a prompt, beside what its provider said', () => {
  it.each(ALL.filter(({ said }) => said > 1000).map((each) => [each.id, each.model, each] as const))(
    'is within 10 %% on a long one: %s, %s',
    (_, __, counted) => {
      expect(errorOf(counted)).toBeLessThan(0.1);
    },
  );

  it.each([
    ['Claude', /^claude/, 15, 0.1],
    ['Gemini', /gemini/, 15, 0.55],
    ['GPT', /^gpt-[45]/, 30, 0.2],
    ['DeepSeek', /deepseek-v4/, 5, 0.1],
  ] as const)('is within what is documented on short ones, at the median: %s', (_, models, least, most) => {
    const these = ALL.filter(({ model, said }) => models.test(model) && said <= 1000);
    expect(these.length).toBeGreaterThanOrEqual(least);
    expect(median(these.map(errorOf))).toBeLessThanOrEqual(most);
  });
});
