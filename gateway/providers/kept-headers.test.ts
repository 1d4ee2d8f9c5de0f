import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readKeptHeaders, writeKeptHeaders } from './kept-headers.ts';

test('the id of a call and what is left of the limits are kept, whatever else a provider sends', () => {
  const openai = {
    'content-type': 'application/json',
    'x-request-id': 'req_0a1b',
    'x-ratelimit-limit-requests': '5000',
    'x-ratelimit-remaining-requests': '4999',
    'x-ratelimit-remaining-tokens': '149984',
    'set-cookie': ['__cf_bm=secret'],
  };
  expect(readKeptHeaders(writeKeptHeaders(openai))).toEqual([
    { name: 'x-request-id', value: 'req_0a1b' },
    { name: 'x-ratelimit-remaining-requests', value: '4999' },
    { name: 'x-ratelimit-remaining-tokens', value: '149984' },
  ]);
  const anthropic = { 'request-id': 'req_011', 'anthropic-ratelimit-input-tokens-remaining': '29000' };
  expect(readKeptHeaders(writeKeptHeaders(anthropic))).toEqual(
    Object.entries(anthropic).map(([name, value]) => ({ name, value })),
  );
  expect(writeKeptHeaders({ 'content-type': 'text/event-stream' })).toBeNull();
  expect(readKeptHeaders(null)).toEqual([]);
});

test('what a provider sends in them stays bounded and is read back as it was', () => {
  const values = fc.option(fc.oneof(fc.string(), fc.string({ minLength: 90, maxLength: 200 }), fc.constant('a b')), {
    nil: undefined,
  });
  fc.assert(
    fc.property(values, values, (id, requests) => {
      const written = writeKeptHeaders({ 'x-request-id': id, 'x-ratelimit-remaining-requests': requests });
      expect(written?.length ?? 0).toBeLessThan(220);
      const read = new Map(readKeptHeaders(written).map(({ name, value }) => [name, value]));
      for (const [name, value] of Object.entries({ 'x-request-id': id, 'x-ratelimit-remaining-requests': requests })) {
        const isKept = value !== undefined && value !== '' && value.length <= 100 && !value.includes(' ');
        expect(read.get(name)).toBe(isKept ? value : undefined);
      }
    }),
  );
});
