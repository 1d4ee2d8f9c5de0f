import fc from 'fast-check';
import { Tiktoken } from 'js-tiktoken/lite';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { afterAll, describe, expect, it } from 'vitest';
import { createTokenCounter } from './count.ts';
import { pieces } from './pieces.ts';

const encoding = new Tiktoken(o200k);
const counter = createTokenCounter();
afterAll(() => counter.close());

const PROSE =
  'The quick brown fox jumps over the lazy dog, doesn\'t it? {"key": [1, 22, 333]}\n    return value;\n'.repeat(100);

describe('createTokenCounter', () => {
  it('counts ordinary text exactly', async () => {
    expect(await counter.count(PROSE)).toBe(encoding.encode(PROSE).length);
    expect(await counter.count('')).toBe(0);
  });

  it('takes what looks like a special token for text', async () => {
    expect(await counter.count('<|endoftext|>')).toBeGreaterThan(1);
  });

  it('counts a run without breaks to the end, about exactly', async () => {
    expect(await counter.count('a'.repeat(20_000))).toBe(2500);
  }, 20_000);

  it('counts texts that are asked for at once, each its own', async () => {
    const counts = await Promise.all(['one', 'one two', 'one two three'].map((text) => counter.count(text)));
    expect(counts).toEqual([1, 2, 3]);
  });

  it('fails what is still being counted when it is closed, and starts again when asked again', async () => {
    const other = createTokenCounter();
    const lost = other.count('lost');
    const failed = expect(lost).rejects.toThrow(/closed/);
    await other.close();
    await failed;
    expect(await other.count('found')).toBe(1);
    await other.close();
  });

  it('counts again after its thread ended for want of work', async () => {
    const other = createTokenCounter(1);
    expect(await other.count('one')).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await other.count('two')).toBe(1);
    await other.close();
  });
});

describe('pieces', () => {
  it('lose and add nothing, are bounded, and part no surrogates', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc
        .tuple(fc.constantFrom('a', '中', ' ', '\n', '😀', '!'), fc.integer({ min: 0, max: 9000 }))
        .map(([unit, times]) => unit.repeat(times)),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 3 }), (texts) => {
        const whole = texts.join('');
        const cut = [...pieces(whole)];
        expect(cut.join('')).toBe(whole);
        for (const piece of cut) {
          expect(piece.length).toBeGreaterThan(0);
          expect(piece.length).toBeLessThanOrEqual(4096);
          if (whole.isWellFormed()) expect(piece.isWellFormed()).toBe(true);
        }
      }),
    );
  });

  it('cut a run of one kind at sixty-four characters', () => {
    expect([...pieces('a'.repeat(200))].map(({ length }) => length)).toEqual([64, 64, 64, 8]);
  });
});
