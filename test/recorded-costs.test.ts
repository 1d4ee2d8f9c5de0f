import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ChatEvent, Usage } from '../gateway/chat.ts';
import type { Outbound } from '../gateway/dialects/dialect.ts';
import { outbounds } from '../gateway/dialects/index.ts';
import { costOf } from '../gateway/models/cost.ts';
import type { Price } from '../gateway/models/schema.ts';
import { createSseReader } from '../gateway/sse.ts';
import { loadFixture } from './fake-answers.ts';

interface Golden {
  api: string;
  usage: Partial<Usage>;
  billedUsd?: number;
  /** Decimal. */
  usd: string;
}

const golden = JSON.parse(readFileSync(new URL('fixtures/registry/recorded-costs.json', import.meta.url), 'utf8')) as {
  price: Price;
  recordings: Record<string, Golden>;
};

const READERS: Record<string, Outbound> = {
  chat: outbounds['openai-chat'],
  responses: outbounds['openai-responses'],
  anthropic: outbounds.anthropic,
  gemini: outbounds.gemini,
  cohere: outbounds.cohere,
};

/** The usage as the gateway reads it, from the bytes of the answer. */
function usageOf(id: string, api: string): Usage | undefined {
  const dialect = READERS[api];
  if (dialect === undefined) throw new Error(`No dialect reads ${api}.`);
  const { body, json } = loadFixture(id);
  if (json !== undefined) return dialect.readReply(json).usage;
  const reader = dialect.createStreamReader();
  const events: ChatEvent[] = [];
  const messages = createSseReader((message) => events.push(...reader.read(message)));
  messages.push(body);
  messages.end();
  events.push(...reader.end());
  // Counts are cumulative: the last value of each field holds, never the sum.
  let usage: Usage | undefined;
  for (const event of events) if (event.type === 'usage') usage = { ...usage, ...event.usage };
  return usage;
}

describe('every recording with a usage', () => {
  const recordings = Object.entries(golden.recordings);

  it('is covered', () => expect(recordings.length).toBeGreaterThan(270));

  it.each(recordings)('%s costs what the formula says', (id, expected) => {
    const usage = usageOf(id, expected.api);
    if (usage === undefined) throw new Error('The gateway found no usage.');
    expect(usage).toMatchObject(expected.usage);
    const cost = costOf(usage, golden.price, { source: 'test' });
    expect(cost.totalNano).toBe(Math.round(Number(expected.usd) * 1e9));
    expect(cost.lines.reduce((sum, line) => sum + line.amountNano, 0)).toBe(cost.totalNano);
  });
});
