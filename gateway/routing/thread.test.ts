import { describe, expect, it } from 'vitest';
import { jsonSpellings } from '../../test/json-spellings.ts';
import { readJsonBody } from '../body/read.ts';
import type { ChatRequest, Message, Part } from '../chat.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { readThread } from './thread.ts';

const text = (words: string): Part => ({ type: 'text', text: words });
const user = (...parts: (string | Part)[]): Message => ({
  role: 'user',
  parts: parts.map((part) => (typeof part === 'string' ? text(part) : part)),
});
const assistant = (...parts: Part[]): Message => ({ role: 'assistant', parts });
const system = (words: string): Message => ({ role: 'system', parts: [text(words)] });
const call: Part = { type: 'toolCall', id: 'c1', name: 'look', input: '{}', kind: 'function' };
const result: Part = { type: 'toolResult', id: 'c1', parts: [text('found')] };

function request(messages: Message[], more: Partial<ChatRequest> = {}): ChatRequest {
  return { dialect: 'anthropic', model: 'auto', messages, tools: [], stream: false, streamUsage: false, ...more };
}

function read(
  messages: Message[],
  more: Partial<ChatRequest> = {},
  headers: Record<string, string> = {},
  clientId = 'gwk_1',
) {
  return readThread(request(messages, more), { headers, clientId });
}

describe('the key of a conversation', () => {
  const begun = [system('You help.'), user('Hello, who are you?')];
  const gone = [...begun, assistant(text('A model.')), user('And what can you do?')];

  it('stays the same as it goes on, and differs by client and by how it began', () => {
    expect(read(gone).key).toBe(read(begun).key);
    expect(read(begun, {}, {}, 'gwk_2').key).not.toBe(read(begun).key);
    expect(read([system('You help.'), user('Hello!')]).key).not.toBe(read(begun).key);
    expect(read([system('You translate.'), user('Hello, who are you?')]).key).not.toBe(read(begun).key);
    expect(read(begun).key).toMatch(/^[\w-]{16}$/);
  });

  it('goes by the session that a tool names, whatever its system prompt says meanwhile', () => {
    const dated = [system('You help. It is Tuesday.'), user('Hello, who are you?')];
    const uuid = '0f9a1c52-77aa-4a52-9b1e-1d2f3a4b5c6d';
    const sessions: [Partial<ChatRequest>, Record<string, string>][] = [
      [{}, { 'x-claude-code-session-id': uuid }],
      [{}, { session_id: uuid }],
      [{}, { 'x-opencode-session': 'ses_1' }],
      [{ user: `user_ab12_account__session_${uuid}` }, {}],
      [{ user: JSON.stringify({ device_id: 'd', session_id: uuid }) }, {}],
      [{ extra: { dialect: 'openai-responses', fields: { prompt_cache_key: uuid } } }, {}],
      [{ extra: { dialect: 'anthropic', fields: { metadata: { session_id: uuid } } } }, {}],
    ];
    for (const [more, headers] of sessions) {
      expect(read(dated, more, headers).key, JSON.stringify([more, headers])).toBe(read(begun, more, headers).key);
      expect(read(begun, more, headers).key).not.toBe(read(begun).key);
    }
    expect(read(begun, { user: 'somebody' }).key).toBe(read(begun).key);
    expect(read(begun, {}, { session_id: 'x'.repeat(300) }).key).toBe(read(begun).key);
  });

  describe.each(Object.entries(jsonSpellings))('written %s', (_spelling, write) => {
    it.each([
      ['English with line ends', 'Look at the job that waits.\n"It" never starts.\n'],
      ['Russian', 'Задание ждёт и не начинается.\n'],
      ['Chinese', '任务一直在等待，没有开始。\n'],
      ['code', 'if (a < b && c > d) { return "<late>"; }\n'],
      ['Chinese that ends in English', `${'任务没有开始。'.repeat(50)}${'It is late. '.repeat(20)}\n`],
      ['English that ends in Chinese', `${'The job that waits is late. '.repeat(12)}${'任务没有开始。'.repeat(20)}\n`],
    ])('stays the same when the opening is folded away, as the conversation is long by now: %s', async (_, line) => {
      const opening = `Help:\n${line.repeat(Math.ceil(3_000 / line.length))}`;
      const begun = [
        { role: 'system', content: `You help.\n${line.repeat(100)}` },
        { role: 'user', content: opening },
      ];
      const gone = [...begun];
      for (let turn = 0; turn < 160; turn++)
        gone.push({ role: 'assistant', content: line.repeat(20) }, { role: 'user', content: `And now, ${turn}?` });
      const keyOf = async (messages: unknown[]) => {
        const bytes = Buffer.from(write({ model: 'auto', messages }));
        const { json } = await readJsonBody({ bytes, digest: '' });
        return readThread(openaiChat.readRequest(json), { headers: {}, clientId: 'gwk_1' }).key;
      };
      const key = await keyOf(begun);
      expect(await keyOf(gone)).toBe(key);
      expect(
        await keyOf([...begun.slice(0, 1), { role: 'user', content: `Now ${opening}` }, ...gone.slice(2)]),
      ).not.toBe(key);
    });
  });

  it('tells the side tasks of a session from its main thread', () => {
    const headers = { session_id: 'one' };
    expect(read([user('Write a title for this session.')], {}, headers).key).not.toBe(read(begun, {}, headers).key);
  });

  it('reads long texts by their ends', () => {
    const long = (head: string, middle: string, tail: string) =>
      read([user(`${'a'.repeat(200)}${head}${'b'.repeat(500)}${middle}${'y'.repeat(500)}${tail}${'z'.repeat(50)}`)])
        .key;
    expect(long('x', 'x', 'x')).toBe(long('x', 'a longer one', 'x'));
    expect(long('x', 'x', 'x')).not.toBe(long('w', 'x', 'x'));
    expect(long('x', 'x', 'x')).not.toBe(long('x', 'x', 'w'));
  });
});

describe('the boundary', () => {
  const signed: Part = { type: 'thinking', text: 'Hm.', signature: { by: 'anthropic', value: 'sig' } };
  it.each<[string, Message[], string]>([
    ['a first question', [user('Hello')], 'fresh'],
    ['a new turn', [user('Hello'), assistant(text('Hi')), user('And?')], 'fresh'],
    [
      'a new turn after tools',
      [user('Look'), assistant(call), user(result), assistant(text('Done')), user('Thanks')],
      'fresh',
    ],
    ['results in the user’s message', [user('Look'), assistant(call), user(result)], 'openTools'],
    ['results beside a note', [user('Look'), assistant(call), user(result, 'A note of the tool')], 'openTools'],
    [
      'results in a message of their own',
      [user('Look'), assistant(call), { role: 'tool', parts: [result] }],
      'openTools',
    ],
    ['an answer that was begun', [user('Look'), assistant(text('I see'))], 'openTools'],
    ['thinking that Claude signed', [user('Hello'), assistant(signed, text('Hi')), user('And?')], 'boundProvider'],
    [
      'thinking that Claude signed, while a call is open',
      [user('Look'), assistant(signed, call), user(result)],
      'openTools',
    ],
    [
      'thinking that another signed too',
      [
        user('Hello'),
        assistant({ type: 'thinking', text: 'Hm.', signature: { by: 'openai-responses', value: 'e' } }, text('Hi')),
        user('And?'),
        assistant(signed, text('So')),
        user('And?'),
      ],
      'boundThinking',
    ],
    [
      'thinking that nobody can read',
      [user('Hello'), assistant({ type: 'thinking', text: '', redacted: true }, text('Hi')), user('And?')],
      'boundThinking',
    ],
    [
      'thinking that nobody signed',
      [user('Hello'), assistant({ type: 'thinking', text: 'Hm.' }), user('And?')],
      'fresh',
    ],
    [
      'a signed call',
      [
        user('Look'),
        assistant({ ...call, signature: { by: 'gemini', value: 's' } } as Part),
        user(result),
        assistant(text('x')),
        user('So?'),
      ],
      'boundThinking',
    ],
    ['nothing at all', [], 'fresh'],
  ])('of %s', (_, messages, boundary) => {
    expect(read(messages).boundary).toBe(boundary);
  });
});

describe('the turn', () => {
  it('is the same for the same question at the same place', () => {
    const asked = [user('Hello'), assistant(text('Hi')), user('Why?')];
    expect(read(asked).turn).toBe(read([user('Hello'), assistant(text('Hi there')), user('Why?')]).turn);
    expect(read(asked).turn).not.toBe(read([user('Why?')]).turn);
    expect(read(asked).turn).not.toBe(read([user('Hello'), assistant(text('Hi')), user('How?')]).turn);
    expect(read(asked).turn).not.toBe(read([user('Good day'), assistant(text('Hi')), user('Why?')]).turn);
  });
});
