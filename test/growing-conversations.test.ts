import { describe, expect, it } from 'vitest';
import { readJsonBody } from '../gateway/body/read.ts';
import type { ChatRequest, ClientDialect, DialectName, JsonObject, Message } from '../gateway/chat.ts';
import type { Inbound, TargetModel } from '../gateway/dialects/dialect.ts';
import { dialects, outbounds } from '../gateway/dialects/index.ts';
import { jsonSpellings } from './json-spellings.ts';

// A prompt cache holds the beginning of a prompt, to the byte. What a provider is sent of a conversation's past must therefore stay as it was, also
// when the body has grown so large that its older texts are folded away while it is read.

const TARGETS: Record<DialectName, TargetModel> = {
  'openai-chat': { name: 'gpt-5.1', maxOutputTokens: 128_000 },
  'openai-responses': { name: 'gpt-5.1', maxOutputTokens: 128_000 },
  anthropic: { name: 'claude-sonnet-4-5', maxOutputTokens: 64_000 },
  gemini: { name: 'gemini-2.5-flash', maxOutputTokens: 65_536 },
  cohere: { name: 'command-a-03-2025', maxOutputTokens: 8_000 },
};
const CLIENTS = Object.keys(dialects) as ClientDialect[];
const PROVIDERS = Object.keys(TARGETS) as DialectName[];

const LINES = [
  'The job that waits is <late> & its "deadline" has passed.\n',
  'Задание ждёт, и никто его не берёт.\n',
  '任务一直在等待，没有开始。\n',
  'return a < b && c > d ? "/var/log" : path;\n',
];

/** Lengths around those at which texts are folded, or looked into. */
const LENGTHS = [20, 200, 250, 300, 700, 1_100, 1_400, 1_520, 1_560, 2_500, 4_000, 7_900, 8_300];

function text(turn: number, length: number): string {
  const line = LINES[turn % LINES.length] ?? '';
  return line.repeat(Math.ceil(length / line.length)).slice(0, length);
}

/** A tool's answer as JSON text, which some providers are sent as an object. */
function result(turn: number, length: number): string {
  return JSON.stringify({ path: '/src/queue.ts', line: turn, found: text(turn, length) });
}

const PICTURE = Buffer.alloc(9_000, 'pixels').toString('base64');

/** An agent's conversation: a question with a picture, and then thoughts and calls of a tool, one after the other. */
function conversation(): Message[] {
  const messages: Message[] = [
    { role: 'system', parts: [{ type: 'text', text: `You maintain a scheduler.\n${text(1, 3_000)}` }] },
    {
      role: 'user',
      parts: [
        { type: 'media', kind: 'image', mime: 'image/png', source: { from: 'base64', data: PICTURE } },
        { type: 'text', text: `Look at this.\n${text(2, 2_000)}` },
      ],
    },
  ];
  for (let turn = 0; turn < 52; turn++) {
    const length = LENGTHS[turn % LENGTHS.length] ?? 0;
    const call = { type: 'toolCall', id: `call_${turn}`, name: 'look', input: JSON.stringify({ at: turn }) } as const;
    messages.push({
      role: 'assistant',
      parts: [
        { type: 'thinking', text: text(turn + 2, Math.floor(length / 2) + 3) },
        { type: 'text', text: text(turn + 1, Math.floor(length / 2) + 5) },
        { ...call, kind: 'function' },
      ],
    });
    const parts = [{ type: 'text', text: turn % 4 === 0 ? text(turn, length) : result(turn, length) } as const];
    messages.push({ role: 'tool', parts: [{ type: 'toolResult', id: `call_${turn}`, name: 'look', parts }] });
  }
  return messages;
}

function asked(messages: Message[]): ChatRequest {
  const tool = { kind: 'function', name: 'look', schema: { type: 'object', properties: {} } } as const;
  return { dialect: 'openai-chat', model: 'm', messages, tools: [tool], stream: false, streamUsage: false };
}

/** What the provider reads of a conversation that a client sent. */
async function carried(body: string, client: ClientDialect, provider: DialectName): Promise<JsonObject> {
  const { json, folds } = await readJsonBody({ bytes: Buffer.from(body), digest: '' });
  const inbound: Inbound = dialects[client];
  const read = inbound.readRequest(json);
  const request = client === provider ? read : (inbound.forForeign?.(read) ?? read);
  const { body: written } = outbounds[provider].writeRequest(request, TARGETS[provider]);
  return JSON.parse(Buffer.concat(folds.unfold(JSON.stringify(written))).toString()) as JsonObject;
}

const turnsOf = ({ messages, input, contents }: JsonObject) => (messages ?? input ?? contents) as JsonObject[];

describe.each(CLIENTS)('a conversation of a client that speaks %s', (client) => {
  it.each(PROVIDERS)('is sent to %s as it was, whatever has been added', async (provider) => {
    const messages = conversation();
    for (const [spelling, write] of Object.entries(jsonSpellings)) {
      const bodyOf = (count: number) =>
        write(dialects[client].writeRequest(asked(messages.slice(0, count)), TARGETS[client]).body);
      const whole = bodyOf(messages.length);
      expect(whole.length, spelling).toBeGreaterThan(128 * 1024);
      const last = turnsOf(await carried(whole, client, provider));
      for (let count = 4; count < messages.length; count += 6) {
        const before = turnsOf(await carried(bodyOf(count), client, provider));
        expect(before.length).toBeGreaterThan(count / 4);
        for (const [at, turn] of before.entries())
          expect(turn, `${spelling}, turn ${at} of ${count}`).toEqual(last[at]);
      }
    }
  });
});
