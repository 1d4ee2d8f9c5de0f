import { describe, expect, it } from 'vitest';
import type { ChatRequest, DialectName, JsonObject, Message, Part } from '../gateway/chat.ts';
import { outbounds } from '../gateway/dialects/index.ts';

/** Results of calls that ran side by side, as each provider wants them, however the client handed them in. */

const PNG = 'iVBORw0KGgoAAAANSUhEUg==';
const image: Part = { type: 'media', kind: 'image', mime: 'image/png', source: { from: 'base64', data: PNG } };
const call = (id: string): Part => ({ type: 'toolCall', id, name: `tool_${id}`, input: '{}', kind: 'function' });
const result = (id: string, ...more: Part[]): Part => ({
  type: 'toolResult',
  id,
  parts: [{ type: 'text', text: `result of ${id}` }, ...more],
});
const calls: Message = { role: 'assistant', parts: [call('a'), call('b'), call('c')] };
const question: Message = { role: 'user', parts: [{ type: 'text', text: 'Go' }] };
const after: Part = { type: 'text', text: 'And now?' };

/** As Anthropic and Gemini clients say it: in one message, with what the user adds. As the others do: one message a result. */
const SHAPES: Record<string, Message[]> = {
  'in one message': [{ role: 'user', parts: [result('a', image), result('b'), result('c'), after] }],
  'in a message each': [
    { role: 'tool', parts: [result('a', image)] },
    { role: 'tool', parts: [result('b')] },
    { role: 'tool', parts: [result('c')] },
    { role: 'user', parts: [after] },
  ],
};

function write(dialect: DialectName, shape: Message[], name: string): JsonObject {
  const request: ChatRequest = {
    dialect: 'openai-chat',
    model: 'm',
    messages: [question, calls, ...shape],
    tools: [],
    stream: false,
    streamUsage: false,
  };
  return outbounds[dialect].writeRequest(request, { name }).body;
}

describe.each(Object.entries(SHAPES))('three results %s', (_, shape) => {
  it('are one user message for Anthropic, results first, images inside', () => {
    const messages = write('anthropic', shape, 'claude-sonnet-4-5').messages as {
      role: string;
      content: JsonObject[];
    }[];
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(messages[2]?.content.map(({ type, tool_use_id: id }) => [type, id])).toEqual([
      ['tool_result', 'a'],
      ['tool_result', 'b'],
      ['tool_result', 'c'],
      ['text', undefined],
    ]);
    expect(JSON.stringify(messages[2]?.content[0])).toContain(PNG);
  });

  it.each([
    ['gemini-3-pro-preview', ['functionResponse', 'functionResponse', 'functionResponse', 'text']],
    ['gemini-2.5-flash', ['functionResponse', 'functionResponse', 'functionResponse', 'inlineData', 'text']],
  ])('are as many responses as calls for %s, each with its name, images where it takes them', (model, kinds) => {
    const contents = write('gemini', shape, model).contents as { role: string; parts: JsonObject[] }[];
    expect(contents.map(({ role }) => role)).toEqual(['user', 'model', 'user']);
    expect(contents[2]?.parts.map((part) => Object.keys(part)[0])).toEqual(kinds);
    const named = contents[2]?.parts.flatMap((part) =>
      part.functionResponse ? [part.functionResponse as JsonObject] : [],
    );
    expect(named?.map(({ name }) => name)).toEqual(['tool_a', 'tool_b', 'tool_c']);
  });

  it.each([
    ['openai-chat', 'gpt-4.1'],
    ['cohere', 'command-a-vision-07-2025'],
  ] as const)('are one message an id for %s, images behind all of them', (dialect, model) => {
    const messages = write(dialect, shape, model).messages as JsonObject[];
    expect(messages.map(({ role, tool_call_id: id }) => (id === undefined ? role : id))).toEqual([
      'user',
      'assistant',
      'a',
      'b',
      'c',
      'user',
      'user',
    ]);
    expect(JSON.stringify(messages[5])).toContain(PNG);
    expect(messages[6]?.content).toBe('And now?');
  });

  it('are one output an id for OpenAI Responses, images inside', () => {
    const input = write('openai-responses', shape, 'gpt-5-codex').input as JsonObject[];
    const outputs = input.filter(({ type }) => type === 'function_call_output');
    expect(outputs.map(({ call_id: id }) => id)).toEqual(['a', 'b', 'c']);
    expect(JSON.stringify(outputs[0])).toContain(PNG);
    expect(JSON.stringify(input.at(-1))).toContain('And now?');
  });
});
