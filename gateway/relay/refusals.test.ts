import { describe, expect, it } from 'vitest';
import type { ChatRequest, Part } from '../chat.ts';
import { GatewayError } from '../errors.ts';
import { createCatalog, type Provider } from '../providers/catalog.ts';
import { careAfter, createRefusals } from './refusals.ts';

const NOBODY = { makerOf: () => undefined };
const catalog = createCatalog({});
const owner = (provider: string, client = 'key-1') => ({ client, provider: catalog.get(provider) as Provider });

const thought = (value: string, text = 'So.'): Part => ({
  type: 'thinking',
  text,
  signature: { by: 'anthropic', value },
});
const call: Part = { type: 'toolCall', id: 'a', name: 'look', input: '{}', kind: 'function' };
const request = (...parts: Part[]) => ({ messages: [{ role: 'assistant', parts }] }) as unknown as ChatRequest;

const refusal = (message: string, more: { status?: number; provider?: string; providerCode?: string } = {}) =>
  new GatewayError('provider_invalid_request', message, { status: 400, provider: 'anthropic', ...more });

describe('words of a provider', () => {
  it.each([
    'messages.1.content.0: Invalid `signature` in `thinking` block',
    'messages.7.content.0.thinking.signature: Field required',
    'messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`.',
    'messages.3: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified.',
    'The encrypted content gAAA...9Q== could not be verified. Reason: it could not be decrypted or parsed.',
    "Item with id 'rs_0a1' not found. Items are not persisted when `store` is set to false.",
    "Item 'fc_1' of type 'function_call' was provided without its required 'reasoning' item: 'rs_1'.",
    'Corrupted thought signature.',
    'Invalid thought signature.',
    'Unable to submit request because Thought signature is not valid.',
    'Function call is missing a thought_signature in functionCall parts.',
    "Invalid value at 'contents[1].parts[0].thought_signature' (TYPE_BYTES), Base64 decoding failed",
  ])('tell that it refuses a proof, or misses one: %s', (message) => {
    expect(careAfter(refusal(message))).toBe('without proofs');
    expect(careAfter(refusal(message, { status: 500 }))).toBeUndefined();
    expect(careAfter(new GatewayError('invalid_request', message))).toBeUndefined();
  });

  it.each([
    'The `reasoning_content` in the thinking mode must be passed back to the API.',
    'Missing `reasoning_content` field in the assistant message at message index 2.',
    'thinking is enabled but reasoning_content is missing in assistant tool call message at index 3',
  ])('tell that it wants reasoning back: %s', (message) => {
    expect(careAfter(refusal(message))).toBe('without thinking');
  });

  it.each([
    'reasoning_content is not a field of this message',
    'max_tokens must be greater than thinking.budget_tokens',
    'Thinking may not be enabled when tool_choice forces tool use.',
    'signature is a required field of the webhook',
    'The reasoning effort is not supported.',
  ])('tell of something else: %s', (message) => {
    expect(careAfter(refusal(message))).toBeUndefined();
  });

  it('may be a code alone', () => {
    expect(careAfter(refusal('No.', { providerCode: 'invalid_encrypted_content' }))).toBe('without proofs');
  });
});

describe('a proof that was refused', () => {
  it('stays away from its provider, for that gateway key, and from nobody else', () => {
    const refusals = createRefusals(NOBODY);
    const refused = request(thought('one'), call);
    refusals.note(refused, owner('anthropic'));
    expect(refusals.concern(refused, owner('anthropic'))).toBe(true);
    expect(refusals.concern(refused, owner('anthropic', 'key-2'))).toBe(false);
    expect(refusals.concern(request(thought('two'), call), owner('anthropic'))).toBe(false);
    const both = request(thought('one'), thought('two'), call);
    const { request: kept, losses } = refusals.strip(both, owner('anthropic'), false);
    expect(kept.messages[0]?.parts).toEqual([thought('two'), call]);
    expect(losses).toEqual([{ field: 'messages[].thinking', why: expect.stringContaining('Anthropic refuses') }]);
    expect(refusals.strip(both, owner('anthropic', 'key-2'), false)).toEqual({ request: both, losses: [] });
  });

  it('is known by its end, as its middle may be folded', () => {
    const refusals = createRefusals(NOBODY);
    refusals.note(request(thought(`${'x'.repeat(500)}${'y'.repeat(64)}`)), owner('anthropic'));
    expect(refusals.concern(request(thought(`other${'y'.repeat(64)}`)), owner('anthropic'))).toBe(true);
  });

  it('is forgotten where there are too many', () => {
    const refusals = createRefusals(NOBODY, 2);
    for (const value of ['one', 'two', 'three']) refusals.note(request(thought(value)), owner('anthropic'));
    expect(['one', 'three'].map((value) => refusals.concern(request(thought(value)), owner('anthropic')))).toEqual([
      false,
      true,
    ]);
  });
});

describe('with care', () => {
  it('all proofs stay away, and so do thoughts without one but where words are taken back', () => {
    const refusals = createRefusals(NOBODY);
    const plain: Part = { type: 'thinking', text: 'Hm.' };
    const signed = { ...call, signature: { by: 'gemini', value: 's' } } as Part;
    const asked = request(plain, thought('one'), signed);
    expect(refusals.strip(asked, owner('gemini'), true).request.messages[0]?.parts).toEqual([call]);
    expect(refusals.strip(asked, owner('deepseek'), true).request.messages[0]?.parts).toEqual([plain, call]);
  });

  it('what has none stays the same object', () => {
    const asked = request({ type: 'text', text: 'Hi.' }, call);
    expect(createRefusals(NOBODY).strip(asked, owner('anthropic'), true)).toEqual({ request: asked, losses: [] });
  });
});
