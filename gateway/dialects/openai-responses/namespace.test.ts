import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinName, splitName } from './namespace.ts';
import { readSignature, writeSignature } from './signature.ts';

const word = fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/).filter((text) => !text.includes('_--'));

test('a name and its namespace are found again in the one word that they become', () => {
  fc.assert(
    fc.property(word, word, (namespace, name) => {
      const joined = joinName(namespace, name);
      expect(joined).toMatch(/^[\w-]+$/);
      expect(splitName(joined)).toEqual(namespace === name ? { name } : { namespace, name });
    }),
  );
});

test('a proof is read as it was written, whoever made it', () => {
  const by = fc.constantFrom('openai-chat' as const, 'anthropic' as const, 'gemini' as const);
  const signed = fc.constantFrom('thinking' as const, 'redacted' as const, 'call' as const);
  fc.assert(
    fc.property(by, signed, fc.string({ minLength: 1 }), (maker, what, value) => {
      const signature = { by: maker, value };
      expect(readSignature(writeSignature(signature, what))).toEqual({ signature, signed: what });
    }),
  );
  const own = { by: 'openai-responses' as const, value: 'gAAAAABo_-=' };
  expect(readSignature(writeSignature(own, 'thinking'))).toEqual({ signature: own, signed: 'thinking' });
});
