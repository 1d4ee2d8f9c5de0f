import { describe, expect, it } from 'vitest';
import type { ChatEvent, ChatRequest, DialectName } from '../chat.ts';
import { collect } from '../reply.ts';
import { fitNames, renameEvent, renameReply } from './tool-names.ts';

const LONG = 'mcp__plugin_chrome-devtools-mcp_chrome-devtools__performance_analyze_insight';
const TWIN = `${LONG}_too`;

const request = (...names: string[]): ChatRequest => ({
  dialect: 'anthropic',
  model: 'm',
  stream: false,
  streamUsage: false,
  tools: [...names.map((name) => ({ kind: 'function' as const, name })), { kind: 'hosted', name: 'web search!' }],
  toolChoice: { mode: 'tool', name: names[0] ?? '' },
  messages: [
    { role: 'user', parts: [{ type: 'text', text: 'Go' }] },
    {
      role: 'assistant',
      parts: names.map((name) => ({ type: 'toolCall', id: name, name, input: '{}', kind: 'function' })),
    },
    { role: 'tool', parts: names.map((name) => ({ type: 'toolResult', id: name, name, parts: [] })) },
  ],
});

const called = (name: string): ChatEvent[] => [
  { type: 'open', choice: 0, index: 0, part: { type: 'toolCall', id: 'a', name, kind: 'function' } },
  { type: 'close', choice: 0, index: 0 },
];

describe('names of tools that a provider does not take', () => {
  it.each<[DialectName, string, RegExp]>([
    ['openai-chat', LONG, /^[\w-]{64}$/],
    ['openai-responses', LONG, /^[\w-]{64}$/],
    ['openai-chat', 'files.read', /^files_read_[0-9a-f]{8}$/],
    ['anthropic', 'x'.repeat(200), /^[\w-]{128}$/],
    ['gemini', '1-more', /^_-more_[0-9a-f]{8}$/],
    ['cohere', 'mcp__my-server__read', /^mcp__my_server__read_[0-9a-f]{8}$/],
  ])('are others for %s, everywhere in the request: %s', (dialect, name, shape) => {
    const { request: fitted, names } = fitNames(request(name), dialect);
    const sent = fitted.tools[0]?.name ?? '';
    expect(sent).toMatch(shape);
    expect(fitted.toolChoice).toEqual({ mode: 'tool', name: sent });
    expect(JSON.stringify(fitted.messages).split(`"name":"${sent}"`)).toHaveLength(3);
    expect(fitted.tools[1]?.name).toBe('web search!');
    expect(names).toEqual(new Map([[sent, name]]));
    expect(fitNames(request(name), dialect).request).toEqual(fitted);
  });

  it('stay apart where only their ends differ', () => {
    const { request: fitted, names } = fitNames(request(LONG, TWIN), 'openai-chat');
    expect(new Set(fitted.tools.map(({ name }) => name)).size).toBe(3);
    expect([...(names?.values() ?? [])]).toEqual([LONG, TWIN]);
  });

  it('come back as the client’s own', () => {
    const { request: fitted, names = new Map() } = fitNames(request(LONG), 'openai-chat');
    const events = called(fitted.tools[0]?.name ?? '');
    expect(collect(events.map((event) => renameEvent(event, names))).choices[0]?.parts).toMatchObject([{ name: LONG }]);
    expect(renameReply(collect(events), names).choices[0]?.parts).toMatchObject([{ name: LONG }]);
    expect(renameEvent(called('unheard_of')[0] as ChatEvent, names)).toEqual(called('unheard_of')[0]);
  });
});

it.each<[DialectName, string]>([
  ['openai-chat', 'read-file_2'],
  ['anthropic', 'x'.repeat(128)],
  ['gemini', 'mcp.server:read-file'],
  ['cohere', 'read_file'],
])('names that fit %s stay, and so does the request', (dialect, name) => {
  const asked = request(name);
  expect(fitNames(asked, dialect)).toEqual({ request: asked });
  expect(fitNames(asked, dialect).request).toBe(asked);
});
