import { describe, expect, it } from 'vitest';
import type { ChatRequest, DialectName } from '../gateway/chat.ts';
import type { TargetModel } from '../gateway/dialects/dialect.ts';
import { outbounds } from '../gateway/dialects/index.ts';

/** Wishes that a provider refuses side by side: each is resolved by the rule of docs/dialects.md, and what yields is a loss. */

const TOOL = { kind: 'function', name: 'look', schema: { type: 'object', properties: {} } } as const;

function write(dialect: DialectName, target: TargetModel, wishes: Partial<ChatRequest>) {
  const { body, losses } = outbounds[dialect].writeRequest(
    {
      dialect: 'openai-chat',
      model: 'm',
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
      tools: [],
      stream: false,
      streamUsage: false,
      ...wishes,
    },
    target,
  );
  return { body, losses, lost: losses.map(({ field }) => field) };
}

const CLAUDE: TargetModel = { name: 'claude-sonnet-4-5', maxOutputTokens: 64_000, reasons: true };
const GPT_5: TargetModel = {
  name: 'gpt-5.1',
  maxOutputTokens: 128_000,
  sampling: false,
  reasoningEfforts: ['low', 'high'],
};
const GEMINI: TargetModel = { name: 'gemini-2.5-flash', maxOutputTokens: 65_536 };
const OPENROUTER: TargetModel = { name: 'a/b', quirks: ['reasoningObject'] };

describe('temperature beside thinking', () => {
  it('yields at Anthropic', () => {
    const { body, lost } = write('anthropic', CLAUDE, { temperature: 0.2, reasoning: { budgetTokens: 2000 } });
    expect(body).toMatchObject({ thinking: { type: 'enabled', budget_tokens: 2000 } });
    expect([body.temperature, lost]).toEqual([undefined, ['temperature']]);
  });

  it.each(['openai-chat', 'openai-responses'] as const)(
    'and all sampling yields at a reasoning model of %s',
    (dialect) => {
      const { body, lost } = write(dialect, GPT_5, {
        temperature: 0.2,
        topP: 0.5,
        stop: ['x'],
        reasoning: { effort: 'high' },
      });
      for (const field of ['temperature', 'top_p', 'stop']) expect(body).not.toHaveProperty(field);
      expect(lost).toHaveLength(2);
    },
  );

  it('stays where both are taken', () => {
    const wishes = { temperature: 0.2, reasoning: { effort: 'low' } };
    expect(write('gemini', GEMINI, wishes)).toMatchObject({
      body: { generationConfig: { temperature: 0.2 } },
      lost: [],
    });
    expect(write('cohere', { name: 'command-a-reasoning-08-2025' }, wishes).body.temperature).toBe(0.2);
  });
});

it('a forced tool wins over thinking at Anthropic', () => {
  const { body, losses } = write('anthropic', CLAUDE, {
    tools: [TOOL],
    toolChoice: { mode: 'tool', name: 'look' },
    reasoning: { effort: 'high' },
  });
  expect(body).toMatchObject({ tool_choice: { type: 'tool', name: 'look' } });
  expect(body).not.toHaveProperty('thinking');
  expect(losses).toEqual([{ field: 'reasoning_effort', why: expect.stringContaining('a tool is forced') }]);
});

describe('a forced tool at a model of Anthropic that cannot be forced', () => {
  const other = { ...TOOL, name: 'other' };

  it.each(['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-fable-5', 'claude-fable-5-1'])(
    'is left to %s, which goes on thinking, and that is said',
    (name) => {
      for (const mode of [{ mode: 'required' }, { mode: 'tool', name: 'look' }] as const) {
        const wishes: Partial<ChatRequest> = { tools: [TOOL, other], toolChoice: mode, reasoning: { effort: 'high' } };
        const { body, losses } = write('anthropic', { ...CLAUDE, name, reasoningEfforts: ['low', 'high'] }, wishes);
        expect(body).toMatchObject({ tool_choice: { type: 'auto' }, tools: [{ name: 'look' }, { name: 'other' }] });
        expect(body).toMatchObject({ thinking: { type: 'adaptive' } });
        expect(losses).toEqual([
          { field: 'tool_choice', why: expect.stringContaining('cannot be made to call a tool') },
        ]);
      }
    },
  );

  it('is so without a wish for thinking, and keeps to one call at a time', () => {
    const wishes: Partial<ChatRequest> = { tools: [TOOL], toolChoice: { mode: 'required' }, parallelToolCalls: false };
    const { body, lost } = write('anthropic', { ...CLAUDE, name: 'claude-opus-5-5' }, wishes);
    expect([body.tool_choice, lost]).toEqual([{ type: 'auto', disable_parallel_tool_use: true }, ['tool_choice']]);
  });

  it('is forced at those before them', () => {
    const wishes: Partial<ChatRequest> = { tools: [TOOL], toolChoice: { mode: 'required' } };
    for (const name of ['claude-opus-5', 'claude-sonnet-4-6', 'claude-haiku-4-5'])
      expect(write('anthropic', { ...CLAUDE, name }, wishes)).toMatchObject({
        body: { tool_choice: { type: 'any' } },
        lost: [],
      });
  });
});

it('temperature wins over top_p at Anthropic, and both stay elsewhere', () => {
  const wishes = { temperature: 0.5, topP: 0.9 };
  const { body, lost } = write('anthropic', CLAUDE, wishes);
  expect([body.temperature, body.top_p, lost]).toEqual([0.5, undefined, ['top_p']]);
  expect(write('openai-chat', { name: 'gpt-4.1' }, wishes)).toMatchObject({
    body: { temperature: 0.5, top_p: 0.9 },
    lost: [],
  });
  expect(write('gemini', GEMINI, wishes)).toMatchObject({
    body: { generationConfig: { temperature: 0.5, topP: 0.9 } },
    lost: [],
  });
  expect(write('cohere', { name: 'c' }, wishes)).toMatchObject({ body: { temperature: 0.5, p: 0.9 }, lost: [] });
});

describe('a budget over the output limit', () => {
  const wishes = { maxOutputTokens: 4000, reasoning: { budgetTokens: 9000 } };

  it('is lowered at Anthropic, leaving room for an answer', () => {
    const { body, lost } = write('anthropic', CLAUDE, wishes);
    expect(body).toMatchObject({ max_tokens: 4000, thinking: { budget_tokens: 2976 } });
    expect(lost).toEqual(['reasoning_effort']);
  });

  it('switches thinking off at Anthropic where nothing would be left', () => {
    const { body, losses } = write('anthropic', CLAUDE, { ...wishes, maxOutputTokens: 1000 });
    expect(body).toMatchObject({ max_tokens: 1000 });
    expect(body).not.toHaveProperty('thinking');
    expect(losses).toMatchObject([{ why: expect.stringContaining('thinking is off for this turn') }]);
  });

  it('is lowered at Gemini, whose limit counts thoughts', () => {
    expect(write('gemini', GEMINI, wishes)).toMatchObject({
      body: { generationConfig: { maxOutputTokens: 4000, thinkingConfig: { thinkingBudget: 2976 } } },
      lost: ['reasoning.budgetTokens'],
    });
    const tight = write('gemini', { ...GEMINI, name: 'gemini-2.5-pro' }, { ...wishes, maxOutputTokens: 500 });
    expect(tight.body).toMatchObject({ generationConfig: { thinkingConfig: { thinkingBudget: 128 } } });
    expect(write('gemini', GEMINI, { ...wishes, maxOutputTokens: 20_000 }).lost).toEqual([]);
  });

  it('is lowered at OpenRouter and Cohere', () => {
    expect(write('openai-chat', OPENROUTER, wishes)).toMatchObject({
      body: { reasoning: { max_tokens: 2976 } },
      lost: ['reasoning.max_tokens'],
    });
    expect(write('cohere', { name: 'c' }, wishes)).toMatchObject({
      body: { thinking: { type: 'enabled', token_budget: 3000 } },
      lost: ['reasoning_effort'],
    });
  });

  it.each(['openai-chat', 'openai-responses'] as const)('is an effort at %s', (dialect) => {
    const { body, losses } = write(dialect, GPT_5, wishes);
    expect(JSON.stringify(body)).toMatch(/"(reasoning_effort|effort)":"(low|high)"/);
    expect(losses).toMatchObject([{ why: expect.stringContaining('a budget of 9000 tokens') }]);
  });
});

it('max_tokens is filled in where it is required, from what is known of the model', () => {
  expect(write('anthropic', CLAUDE, {}).body.max_tokens).toBe(64_000);
  expect(write('anthropic', { name: 'claude-of-tomorrow' }, {}).body.max_tokens).toBe(4096);
  for (const dialect of ['openai-chat', 'openai-responses', 'gemini', 'cohere'] as const)
    expect(JSON.stringify(write(dialect, { ...GEMINI, sampling: true }, {}).body)).not.toMatch(/max|Max/);
});
