import { expect, test } from 'vitest';
import { axisMoney, readNumber, signedPercent } from './format.ts';

test.each([
  [0.000_000_075, ['$0', '$0.000000075', '$0.000000150', '$0.000000225']],
  [0.005, ['$0', '$0.005', '$0.010', '$0.015']],
  [0.02, ['$0', '$0.02', '$0.04', '$0.06']],
  [2.5, ['$0', '$2.50', '$5.00', '$7.50']],
  [3000, ['$0', '$3,000', '$6,000', '$9,000']],
])('marks of an axis %d dollars apart are told apart', (step, marks) => {
  expect([0, 1, 2, 3].map((place) => axisMoney(place * step, step))).toEqual(marks);
});

test('a change beyond the tenfold is only said to be beyond it', () => {
  expect([0.5, -0.123, 8.6, 49_000].map(signedPercent)).toEqual(['+50%', '-12%', '+860%', '>+900%']);
});

test.each([
  ['', null, null],
  ['0.', 0, 0],
  ['0.0003', 0.0003, 0],
  ['1.5', 1.5, 2],
  ['1.500', 1.5, 1500],
  [1.234, 1.234, 1234],
  ['12', 12, 12],
  ['-', null, null],
])('%j in a field is %j, and %j where something is counted', (text, number, counted) => {
  expect([readNumber(text, false), readNumber(text, true)]).toEqual([number, counted]);
});
