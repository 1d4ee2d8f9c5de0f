import type { ChatEvent, ClientDialect, DialectName } from '../../gateway/chat.ts';
import { dialects, outbounds } from '../../gateway/dialects/index.ts';
import { createSseReader } from '../../gateway/sse.ts';
import { median } from '../measure.ts';
import type { Finding } from '../report.ts';
import type { Scenario } from './scenario.ts';

const CONTEXT = { id: '0123456789abcdef', model: 'bench', createdAtMs: 1_760_000_000_000, streamUsage: true };
const CLIENTS = Object.keys(dialects) as ClientDialect[];
const PROVIDERS = Object.keys(outbounds) as DialectName[];

/** Thinking, words and one tool call with its input in pieces: what a coding tool is sent all day. */
function conversation(words: number): ChatEvent[] {
  const deltas = (index: number, count: number, text: string): ChatEvent[] =>
    Array.from({ length: count }, () => ({ type: 'delta', choice: 0, index, text }));
  const call: ChatEvent = {
    type: 'open',
    choice: 0,
    index: 2,
    part: { type: 'toolCall', id: 'call_0123456789', name: 'read_file', kind: 'function' },
  };
  return [
    { type: 'start', id: 'bench', model: 'bench', createdAtMs: CONTEXT.createdAtMs },
    { type: 'open', choice: 0, index: 0, part: { type: 'thinking' } },
    ...deltas(0, words / 4, ' perhaps'),
    { type: 'close', choice: 0, index: 0 },
    { type: 'open', choice: 0, index: 1, part: { type: 'text' } },
    ...deltas(1, words, ' another word'),
    { type: 'close', choice: 0, index: 1 },
    call,
    { type: 'delta', choice: 0, index: 2, text: '{"path": "' },
    ...deltas(2, words / 4, 'a/longer/'),
    { type: 'delta', choice: 0, index: 2, text: '"}' },
    { type: 'close', choice: 0, index: 2 },
    { type: 'usage', usage: { input: 1000, output: 500, cacheRead: 800 } },
    { type: 'finish', choice: 0, finish: { reason: 'toolCalls' } },
  ];
}

/** The stream of a provider, as bytes. Cohere speaks to no client, so nothing of ours writes its stream. */
function streamOf(provider: DialectName, words: number): Buffer {
  const events = conversation(words);
  if (provider === 'cohere') return Buffer.from(events.map(cohereMessage).join(''));
  const writer = dialects[provider].createStreamWriter(CONTEXT);
  const text = events.map((event) => writer.write(event)).join('');
  return Buffer.from(text + writer.end() + writer.terminal());
}

function cohereMessage(event: ChatEvent): string {
  const say = (type: string, message: object, more: object = { index: 0 }): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...more, delta: { message } })}\n\n`;
  if (event.type === 'start') return say('message-start', { role: 'assistant' }, { id: 'bench' });
  if (event.type === 'open' && event.part.type === 'toolCall') {
    const { id, name } = event.part;
    return say('tool-call-start', { tool_calls: { id, type: 'function', function: { name, arguments: '' } } });
  }
  if (event.type === 'delta') {
    if (event.index === 0) return say('tool-plan-delta', { tool_plan: event.text }, {});
    if (event.index === 1) return say('content-delta', { content: { text: event.text } });
    return say('tool-call-delta', { tool_calls: { function: { arguments: event.text } } });
  }
  if (event.type !== 'finish') return '';
  const usage = { billed_units: { input_tokens: 1000, output_tokens: 500 } };
  return `event: message-end\ndata: ${JSON.stringify({ type: 'message-end', delta: { finish_reason: 'TOOL_CALL', usage } })}\n\n`;
}

/** Reads the stream in pieces of one network packet and tells it to the client; microseconds a message of the provider. */
function translateOnce(bytes: Buffer, provider: DialectName, client: ClientDialect): number {
  const startedAt = performance.now();
  const reader = outbounds[provider].createStreamReader();
  const writer = dialects[client].createStreamWriter(CONTEXT);
  let count = 0;
  let length = 0;
  const messages = createSseReader((message) => {
    count += 1;
    for (const event of reader.read(message)) length += writer.write(event).length;
  });
  for (let at = 0; at < bytes.length; at += 1400) messages.push(bytes.subarray(at, at + 1400));
  messages.end();
  for (const event of reader.end()) length += writer.write(event).length;
  length += writer.end().length;
  if (length === 0) throw new Error('Nothing was translated.');
  return ((performance.now() - startedAt) * 1000) / count;
}

/** What the hub costs, from the provider's bytes to the client's text, in this process: no network, no other work. */
export const translate: Scenario = {
  name: 'translate',
  async run({ quick }): Promise<Finding> {
    const rounds = quick ? 20 : 150;
    const rows = PROVIDERS.map((provider) => {
      const bytes = streamOf(provider, 400);
      const costs = CLIENTS.map((client) => {
        const samples = Array.from({ length: rounds }, () => translateOnce(bytes, provider, client));
        // The first third is the compiler's.
        return median(samples.slice(rounds / 3));
      });
      return [provider, ...costs];
    });
    const slowest = Math.max(...rows.flatMap(([, ...costs]) => costs as number[]));
    return {
      name: 'translate',
      title: 'microseconds to translate one message of a stream; provider down, client across',
      columns: ['provider', ...CLIENTS],
      rows,
      checks: [{ what: 'slowest pair', measured: slowest, atMost: 25, unit: 'µs' }],
      notes: [],
    };
  },
};
