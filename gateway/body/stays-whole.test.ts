import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonSpellings } from '../../test/json-spellings.ts';
import { readJsonBody } from './read.ts';
import { staysWhole } from './stays-whole.ts';

const FILLER = { role: 'user', content: 'And then it waited for the next one. '.repeat(2_000) };

/** What a body of more than 64 KiB holds in the place of an old text. */
async function readOld(text: string, write: (value: unknown) => string): Promise<unknown> {
  const messages = [{ role: 'tool', content: text }, FILLER, { role: 'user', content: 'x'.repeat(20_000) }];
  const { json } = await readJsonBody({ bytes: Buffer.from(write({ model: 'auto', messages })), digest: '' });
  return (json as { messages: { content: unknown }[] }).messages[0]?.content;
}

const piece = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('{"a":"b"}', '</a>\n', '等待', 'a longer word '),
);
const text = fc
  .tuple(fc.array(piece, { minLength: 1 }), fc.nat({ max: 200 }))
  .map(([pieces, times]) => pieces.join('').repeat(times));

it('a text that stays whole is folded in no body, however its client spells JSON', async () => {
  await fc.assert(
    fc.asyncProperty(text, async (text) => {
      fc.pre(staysWhole(text));
      for (const write of Object.values(jsonSpellings)) expect(await readOld(text, write)).toBe(text);
    }),
  );
});

it('of each sign of ASCII, the longest text that stays whole is folded in no body either', async () => {
  for (let code = 0; code < 128; code++) {
    const sign = String.fromCharCode(code);
    let length = 1_536;
    while (!staysWhole(sign.repeat(length))) length--;
    const longest = sign.repeat(length);
    for (const [spelling, write] of Object.entries(jsonSpellings))
      expect(await readOld(longest, write), `${JSON.stringify(sign)} ${spelling}`).toBe(longest);
  }
});

it('a text of common length stays whole, and one that is folded does not', async () => {
  expect(staysWhole(JSON.stringify({ path: '/src/a.ts', lines: 'a few of them, '.repeat(60) }))).toBe(true);
  for (const long of ['a'.repeat(1_600), '等'.repeat(600), '"'.repeat(800)]) {
    expect(await readOld(long, JSON.stringify)).not.toBe(long);
    expect(staysWhole(long)).toBe(false);
  }
});
