import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryHost } from '../../test/memory-host.ts';
import { openDatabase } from '../db/open.ts';
import { correctionOf, createLearning } from './learning.ts';

const host = createMemoryHost();
let database: ReturnType<typeof openDatabase>;
beforeEach(() => {
  database = openDatabase(':memory:', join(host.paths.resources, 'migrations'));
});
afterEach(() => database.close());

const of = { model: 'a/x', complexity: 'simple' } as const;

describe('the correction', () => {
  it('is small, bounded, and falls as complaints grow', () => {
    const count = fc.integer({ min: 0, max: 5_000 });
    fc.assert(
      fc.property(count, count, count, (answers, good, bad) => {
        const correction = correctionOf({ answers, good, bad });
        expect(correction).toBeGreaterThanOrEqual(-0.6);
        expect(correction).toBeLessThanOrEqual(0.2);
        expect(correctionOf({ answers, good, bad: bad + 10 })).toBeLessThanOrEqual(correction);
        expect(correctionOf({ answers, good: good + 10, bad })).toBeGreaterThanOrEqual(correction);
      }),
    );
  });

  it('says nothing of a usual share of complaints, and one complaint alone says little', () => {
    expect(correctionOf({ answers: 1_000, good: 0, bad: 50 })).toBe(0);
    expect(correctionOf({ answers: 1, good: 0, bad: 2 })).toBe(-0.2);
    expect(correctionOf({ answers: 40, good: 0, bad: 30 })).toBe(-0.6);
    expect(correctionOf({ answers: 500, good: 0, bad: 0 })).toBe(0);
  });
});

describe('what was learned', () => {
  it('is the same object while no correction changes, and is forgotten on demand', () => {
    const learning = createLearning(database);
    expect(learning.corrections()).toBeUndefined();
    learning.answered('a/x', 'simple');
    learning.noticed('thumbsDown', of);
    const first = learning.corrections();
    expect(first?.get('a/x')).toEqual({ simple: -0.2, medium: 0, complex: 0 });
    learning.answered('b/y', 'simple');
    expect(learning.corrections()).toBe(first);
    learning.noticed('thumbsDown', { ...of, times: -1 });
    expect(learning.corrections()).toBeUndefined();
    learning.noticed('thumbsDown', of);
    learning.reset();
    expect([learning.corrections(), learning.list()]).toEqual([undefined, []]);
    expect(createLearning(database).list()).toEqual([]);
  });

  it('survives a restart', () => {
    const learning = createLearning(database);
    for (let count = 0; count < 5; count++) learning.noticed('thumbsDown', of);
    learning.save();
    const again = createLearning(database);
    expect(again.list()).toEqual([{ ...of, answers: 0, good: 0, bad: 10, correction: -0.6 }]);
    expect(again.corrections()).toEqual(learning.corrections());
  });
});
