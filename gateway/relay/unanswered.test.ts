import { describe, expect, it } from 'vitest';
import type { ChatRequest, DialectName, Message, Part } from '../chat.ts';
import { outbounds } from '../dialects/index.ts';
import { answerUnanswered } from './unanswered.ts';

const call = (id: string): Part => ({ type: 'toolCall', id, name: 'look', input: '{}', kind: 'function' });
const result = (id: string): Part => ({ type: 'toolResult', id, parts: [{ type: 'text', text: `seen ${id}` }] });
const said = (role: Message['role'], ...parts: Part[]): Message => ({ role, parts });
const text = (words: string): Part => ({ type: 'text', text: words });

const asked = (...messages: Message[]): ChatRequest => ({
  dialect: 'openai-chat',
  model: 'm',
  messages: [said('user', text('Look.')), ...messages],
  tools: [{ kind: 'function', name: 'look', schema: { type: 'object', properties: {} } }],
  stream: false,
  streamUsage: false,
});

const shape = ({ messages }: ChatRequest): string[] =>
  messages.map(({ role, parts }) => `${role}: ${parts.map((part) => ('id' in part ? part.id : part.type)).join(' ')}`);

describe('calls without a result', () => {
  it('get one where the user went on, and that is said', () => {
    const { request, losses } = answerUnanswered(
      asked(said('assistant', call('a')), said('user', text('Never mind.'))),
    );
    expect(shape(request)).toEqual(['user: text', 'assistant: a', 'tool: a', 'user: text']);
    expect(losses).toEqual([
      { field: 'messages[1]', why: expect.stringContaining('the call a of look has no result') },
    ]);
  });

  it.each([
    ['in messages of their own', [said('tool', result('a')), said('user', text('And?'))]],
    ['in the message of the user', [said('user', result('a'), text('And?'))]],
  ])('get one beside those that have theirs %s', (_, after) => {
    const { request, losses } = answerUnanswered(asked(said('assistant', call('a'), call('b')), ...after));
    expect(shape(request)[2]).toBe('tool: b');
    expect(losses).toHaveLength(1);
  });

  it('are told by turns: the same id may be called again', () => {
    const loop = [said('assistant', call('0')), said('tool', result('0'))];
    const { request } = answerUnanswered(asked(said('assistant', call('0')), ...loop, said('user', text('And?'))));
    expect(shape(request)).toEqual(['user: text', 'assistant: 0', 'tool: 0', 'assistant: 0', 'tool: 0', 'user: text']);
  });

  it('stay at the end, and a history that is whole stays the same object', () => {
    for (const messages of [
      [said('assistant', call('a'))],
      [said('assistant', call('a')), said('tool', result('a'))],
      [said('assistant', call('a')), said('assistant', text('Hm.')), said('tool', result('a'))],
    ]) {
      const request = asked(...messages);
      expect(answerUnanswered(request)).toEqual({ request, losses: [] });
      expect(answerUnanswered(request).request).toBe(request);
    }
  });

  it.each(Object.keys(outbounds) as DialectName[])('are what %s takes, before what the user says', (dialect) => {
    const { request } = answerUnanswered(
      asked(said('assistant', call('a'), call('b')), said('tool', result('a')), said('user', text('Never mind.'))),
    );
    const { body } = outbounds[dialect].writeRequest(request, { name: 'm' });
    const sent = JSON.stringify(body);
    expect(sent.match(/No result: the call was not carried out/g)).toHaveLength(1);
    expect(sent.indexOf('seen a')).toBeGreaterThan(0);
    expect(sent.indexOf('Never mind')).toBeGreaterThan(Math.max(sent.indexOf('No result'), sent.indexOf('seen a')));
  });
});
