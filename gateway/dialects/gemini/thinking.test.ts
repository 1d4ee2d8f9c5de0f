import { describe, expect, it } from 'vitest';
import type { Reasoning } from '../../chat.ts';
import type { TargetModel } from '../dialect.ts';
import { gemini } from './index.ts';

function thinkingOf(reasoning: Reasoning, target: TargetModel): { config: unknown; losses: string[] } {
  const { body, losses } = gemini.writeRequest(
    { dialect: 'openai-chat', model: '', messages: [], tools: [], stream: false, streamUsage: false, reasoning },
    target,
  );
  const config = (body.generationConfig as { thinkingConfig?: unknown } | undefined)?.thinkingConfig;
  return { config, losses: losses.map(({ field }) => field) };
}

describe('effort', () => {
  it.each([
    ['none', 'minimal', true],
    ['minimal', 'minimal', false],
    ['low', 'low', false],
    ['medium', 'medium', false],
    ['high', 'high', false],
    ['xhigh', 'high', true],
    ['max', 'high', true],
  ])('%s is the level %s of a Gemini 3 flash (a loss: %s)', (effort, thinkingLevel, isLoss) => {
    const { config, losses } = thinkingOf({ effort }, { name: 'gemini-3-flash-preview' });
    expect(config).toEqual({ thinkingLevel });
    expect(losses).toEqual(isLoss ? ['reasoning.effort'] : []);
  });

  it('goes to the nearest level that the model takes, the stronger of two', () => {
    const pro = { name: 'gemini-3-pro-preview', reasoningEfforts: ['low', 'high'] };
    expect(thinkingOf({ effort: 'medium' }, pro)).toEqual({
      config: { thinkingLevel: 'high' },
      losses: ['reasoning.effort'],
    });
    expect(thinkingOf({ effort: 'minimal' }, pro).config).toEqual({ thinkingLevel: 'low' });
    expect(thinkingOf({ effort: 'minimal' }, { name: 'gemini-3.1-pro-preview' }).config).toEqual({
      thinkingLevel: 'low',
    });
    expect(thinkingOf({ effort: 'low' }, { name: 'gemini-pro-latest' })).toEqual({
      config: { thinkingLevel: 'low' },
      losses: [],
    });
  });

  it.each([
    ['none', 0, 128],
    ['minimal', 1024, 1024],
    ['low', 1024, 1024],
    ['medium', 8192, 8192],
    ['high', 24_576, 24_576],
    ['max', 24_576, 32_768],
  ])('%s is a budget of %d tokens for 2.5 flash and of %d for 2.5 pro', (effort, flash, pro) => {
    expect(thinkingOf({ effort }, { name: 'gemini-2.5-flash', reasoningEfforts: [] }).config).toEqual({
      thinkingBudget: flash,
    });
    const { config, losses } = thinkingOf({ effort }, { name: 'gemini-2.5-pro' });
    expect(config).toEqual({ thinkingBudget: pro });
    expect(losses).toEqual(effort === 'none' ? ['reasoning.effort'] : []);
  });

  it('that Gemini does not know is a loss', () => {
    expect(thinkingOf({ effort: 'silly' }, { name: 'gemini-3-flash' })).toEqual({
      config: undefined,
      losses: ['reasoning.effort'],
    });
    expect(thinkingOf({ effort: 'silly' }, { name: 'gemini-2.5-flash' })).toEqual({
      config: undefined,
      losses: ['reasoning.effort'],
    });
  });

  it('means nothing to models that do not think, or not on request', () => {
    for (const target of [
      { name: 'gemini-2.0-flash' },
      { name: 'gemma-3-27b-it' },
      { name: 'gemini-2.5-flash-image' },
      { name: 'gemini-3-x', reasoningEfforts: [] },
    ]) {
      expect(thinkingOf({ effort: 'high' }, target)).toEqual({ config: undefined, losses: ['reasoning'] });
      expect(thinkingOf({ effort: 'none', visible: true }, target)).toEqual({ config: undefined, losses: [] });
    }
  });
});

describe('a budget', () => {
  it.each([
    [512, 'low'],
    [4000, 'medium'],
    [31_999, 'high'],
  ])('of %d tokens is the level %s from Gemini 3 on', (budgetTokens, thinkingLevel) => {
    expect(thinkingOf({ budgetTokens }, { name: 'gemini-3-flash' })).toEqual({
      config: { thinkingLevel },
      losses: ['reasoning.budgetTokens'],
    });
  });

  it('keeps to the limits of the model', () => {
    expect(thinkingOf({ budgetTokens: 5000 }, { name: 'gemini-2.5-flash' })).toEqual({
      config: { thinkingBudget: 5000 },
      losses: [],
    });
    expect(thinkingOf({ budgetTokens: 50_000 }, { name: 'gemini-2.5-pro' })).toEqual({
      config: { thinkingBudget: 32_768 },
      losses: ['reasoning.budgetTokens'],
    });
    expect(thinkingOf({ budgetTokens: 100 }, { name: 'gemini-2.5-flash-lite' }).config).toEqual({
      thinkingBudget: 512,
    });
  });
});

it('a model that decides for itself is told so where it needs to be', () => {
  expect(thinkingOf({ adaptive: true, visible: true }, { name: 'gemini-2.5-flash' }).config).toEqual({
    thinkingBudget: -1,
    includeThoughts: true,
  });
  expect(thinkingOf({ adaptive: true, visible: true }, { name: 'gemini-3-flash' }).config).toEqual({
    includeThoughts: true,
  });
  expect(thinkingOf({ adaptive: true }, { name: 'gemini-3-flash' }).config).toBeUndefined();
});
