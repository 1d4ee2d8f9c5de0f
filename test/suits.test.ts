import { describe, expect, it } from 'vitest';
import type { Body } from '../gateway/body/read.ts';
import type { ClientDialect, JsonObject } from '../gateway/chat.ts';
import type { TargetModel } from '../gateway/dialects/dialect.ts';
import { passes } from '../gateway/dialects/index.ts';

/** Which bodies go as they are to a model that their client did not name: those that hold nothing that it would refuse. */

const suits = (dialect: ClientDialect, json: JsonObject, target: TargetModel): boolean =>
  passes[dialect].suits({ json } as unknown as Body, target);

const HAIKU: TargetModel = { name: 'claude-haiku-4-5', maxOutputTokens: 64_000 };
const SONNET_46: TargetModel = { name: 'claude-sonnet-4-6', reasoningEfforts: ['low', 'medium', 'high'] };
const OPUS_5: TargetModel = { name: 'claude-opus-5', sampling: false, reasoningEfforts: ['low', 'high', 'xhigh'] };
const OPUS_55: TargetModel = { name: 'claude-opus-5-5', sampling: false };
const GPT_41: TargetModel = { name: 'gpt-4.1', reasons: false, reasoningEfforts: [], maxOutputTokens: 32_768 };
const GPT_5: TargetModel = {
  name: 'gpt-5',
  sampling: false,
  reasons: true,
  reasoningEfforts: ['minimal', 'low', 'high'],
};
const UNKNOWN: TargetModel = { name: 'somebody/a-model' };
const FLASH_25: TargetModel = { name: 'gemini-2.5-flash', maxOutputTokens: 65_536 };
const PRO_25: TargetModel = { name: 'gemini-2.5-pro' };
const PRO_3: TargetModel = { name: 'gemini-3.1-pro-preview' };

const thinking = (config: JsonObject): JsonObject => ({ generationConfig: { thinkingConfig: config } });

const CASES: [dialect: ClientDialect, json: JsonObject, takers: TargetModel[], refusers: TargetModel[]][] = [
  ['anthropic', { max_tokens: 9 }, [HAIKU, SONNET_46, OPUS_5, OPUS_55, UNKNOWN], []],
  ['anthropic', { max_tokens: 100_000 }, [OPUS_5], [HAIKU]],
  ['anthropic', { temperature: 0.2 }, [HAIKU, SONNET_46], [OPUS_5, OPUS_55]],
  ['anthropic', { thinking: { type: 'enabled', budget_tokens: 2000 } }, [HAIKU, SONNET_46, UNKNOWN], [OPUS_5, OPUS_55]],
  ['anthropic', { thinking: { type: 'adaptive' } }, [SONNET_46, OPUS_5, OPUS_55], [HAIKU]],
  ['anthropic', { thinking: { type: 'disabled' } }, [HAIKU, SONNET_46, OPUS_5], [OPUS_55]],
  ['anthropic', { thinking: { type: 'between_tools' } }, [{ name: 'claude-sonnet-5-5' }], [HAIKU, OPUS_5]],
  ['anthropic', { output_config: { effort: 'high' } }, [SONNET_46, OPUS_5], [HAIKU]],
  ['anthropic', { output_config: { effort: 'xhigh' } }, [OPUS_5], [SONNET_46]],
  ['anthropic', { output_config: { format: {} } }, [HAIKU], [{ name: 'claude-3-5-haiku-20241022' }]],
  ['anthropic', { tools: [{ name: 'a', strict: true }] }, [HAIKU], [{ name: 'claude-3-5-haiku-20241022' }]],
  ['anthropic', { tool_choice: { type: 'any' } }, [HAIKU, OPUS_5], [OPUS_55]],
  ['anthropic', { messages: [{ role: 'user' }, { role: 'system' }] }, [OPUS_5], [HAIKU]],
  ['openai-chat', { reasoning_effort: 'high', max_completion_tokens: 900 }, [GPT_5, UNKNOWN], [GPT_41]],
  ['openai-chat', { reasoning_effort: 'none' }, [UNKNOWN], [GPT_5]],
  ['openai-chat', { max_tokens: 900, temperature: 0.5 }, [GPT_41, UNKNOWN], [GPT_5]],
  ['openai-chat', { max_tokens: 100_000 }, [UNKNOWN], [GPT_41]],
  ['openai-responses', { reasoning: { effort: 'low', summary: 'auto' } }, [GPT_5, UNKNOWN], [GPT_41]],
  ['openai-responses', { reasoning: { effort: 'xhigh' } }, [UNKNOWN], [GPT_5]],
  ['openai-responses', { reasoning: { summary: 'auto' } }, [GPT_5, UNKNOWN], [GPT_41]],
  ['openai-responses', { include: ['reasoning.encrypted_content'] }, [GPT_5, UNKNOWN], [GPT_41]],
  ['openai-responses', { reasoning: {}, temperature: 1 }, [GPT_41], [GPT_5]],
  ['openai-responses', { max_output_tokens: 100_000 }, [GPT_5], [GPT_41]],
  ['gemini', { contents: [] }, [FLASH_25, PRO_25, PRO_3, { name: 'gemini-2.0-flash' }], []],
  ['gemini', thinking({ thinkingBudget: 1024 }), [FLASH_25, PRO_25, PRO_3], [{ name: 'gemini-2.0-flash' }]],
  ['gemini', thinking({ thinkingBudget: 0 }), [FLASH_25], [PRO_25]],
  ['gemini', thinking({ thinkingBudget: -1 }), [FLASH_25, PRO_25], []],
  ['gemini', thinking({ thinkingLevel: 'HIGH' }), [PRO_3], [FLASH_25]],
  ['gemini', thinking({ thinking_level: 'minimal' }), [{ name: 'gemini-3-flash-preview' }], [PRO_3]],
  ['gemini', thinking({ thinkingLevel: 'high', thinkingBudget: 9 }), [], [PRO_3]],
  ['gemini', { generationConfig: { maxOutputTokens: 100_000 } }, [PRO_3], [FLASH_25]],
];

describe.each(CASES)('a body of %s with %j', (dialect, json, takers, refusers) => {
  it('goes as it is to those that take it, and is written anew for those that do not', () => {
    for (const target of takers) expect([target.name, suits(dialect, json, target)]).toEqual([target.name, true]);
    for (const target of refusers) expect([target.name, suits(dialect, json, target)]).toEqual([target.name, false]);
  });
});
