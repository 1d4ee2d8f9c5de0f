import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Tiktoken } from 'js-tiktoken/lite';
import o200k from 'js-tiktoken/ranks/o200k_base';
import { describe, expect, it } from 'vitest';
import { estimateTokens } from './tokens.ts';

const encoding = new Tiktoken(o200k);
const root = join(import.meta.dirname, '../..');

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8').slice(0, 12_000);
}

function error(text: string): number {
  return estimateTokens(text) / encoding.encode(text, [], []).length - 1;
}

const ENGLISH = `The committee met on Thursday to consider whether the old harbour should be dredged before winter. Several members
argued that the cost could not be justified while the fishing fleet was shrinking; others pointed out that without deeper
water the ferry would have to be replaced by a smaller one, which nobody on the island wanted. After two hours of patient
discussion, and a short break for tea, they agreed to ask the engineer for a second opinion. "We have waited eleven years,"
the chairwoman said, "and we can wait another three weeks." The minutes record that the meeting closed at half past nine.`;

const QUESTION = 'Could you please explain how photosynthesis works, in simple words, to a curious child of ten years?';

const PYTHON = `def merge_intervals(intervals: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the union of closed intervals, sorted by their start."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


class Account:
    def __init__(self, owner: str, balance: float = 0.0) -> None:
        self.owner = owner
        self.balance = balance

    def withdraw(self, amount: float) -> float:
        if amount > self.balance:
            raise ValueError(f"insufficient funds: {self.balance:.2f} < {amount:.2f}")
        self.balance -= amount
        return self.balance
`;

describe('estimateTokens', () => {
  it.each([
    ['prose', ENGLISH],
    ['a question', QUESTION],
    ['Python', PYTHON],
    ['TypeScript', read('gateway/chat.ts')],
    ['JSON', read('test/fixtures/registry/cost-cases.json')],
    [
      'JSON without spaces',
      JSON.stringify(JSON.parse(readFileSync(join(root, 'test/fixtures/registry/cost-cases.json'), 'utf8'))),
    ],
    ['Markdown', read('test/fixtures/providers/README.md')],
  ])('is within a tenth of o200k on %s', (_name, text) => {
    expect(Math.abs(error(text))).toBeLessThan(0.1);
  });

  it.each([
    [
      'Chinese',
      '人工智能是计算机科学的一个分支,它企图了解智能的实质,并生产出一种新的能以人类智能相似的方式做出反应的智能机器。',
    ],
    [
      'Japanese',
      '人工知能とは、計算という概念とコンピュータという道具を用いて知能を研究する計算機科学の一分野を指す語である。',
    ],
    [
      'Korean',
      '인공지능은 인간의 학습능력, 추론능력, 지각능력을 인공적으로 구현하려는 컴퓨터 과학의 세부분야 중 하나이다.',
    ],
    [
      'French',
      "L'intelligence artificielle est un ensemble de théories et de techniques mises en œuvre pour simuler l'intelligence.",
    ],
    [
      'Spanish',
      'La inteligencia artificial es una disciplina y un conjunto de capacidades expresadas por sistemas informáticos.',
    ],
    [
      'German',
      'Künstliche Intelligenz ist ein Teilgebiet der Informatik, das sich mit der Automatisierung von Verhalten befasst.',
    ],
    [
      'Russian',
      'Искусственный интеллект — свойство систем выполнять творческие функции, которые считаются прерогативой человека.',
    ],
  ])('is within a quarter on %s', (_name, text) => {
    expect(Math.abs(error(text))).toBeLessThan(0.25);
  });

  it('counts nothing for nothing', () => {
    expect(estimateTokens('')).toBe(0);
  });

  it('finds about the same in a long text as in its parts', () => {
    const part = `${ENGLISH}\n${PYTHON}`;
    const whole = estimateTokens(part.repeat(400));
    expect(Math.abs(whole / (estimateTokens(part) * 400) - 1)).toBeLessThan(0.05);
  });

  it('is a whole number, never negative, and never above three tokens a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        const tokens = estimateTokens(text);
        expect(Number.isInteger(tokens)).toBe(true);
        expect(tokens).toBeGreaterThanOrEqual(0);
        expect(tokens).toBeLessThanOrEqual(3 * text.length + 1);
      }),
    );
  });
});
