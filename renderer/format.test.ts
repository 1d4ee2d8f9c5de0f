import { expect, test } from 'vitest';
import { axisMoney } from './format.ts';

test.each([
  [0.000_000_3, ['$0', '$0.000000075', '$0.00000015', '$0.000000225', '$0.0000003']],
  [0.08, ['$0', '$0.02', '$0.04', '$0.06', '$0.08']],
  [3, ['$0', '$0.75', '$1.50', '$2.25', '$3.00']],
  [12_000, ['$0', '$3,000', '$6,000', '$9,000', '$12,000']],
])('the marks of an axis up to %d dollars are told apart', (most, marks) => {
  expect([0, 0.25, 0.5, 0.75, 1].map((share) => axisMoney(share * most, most))).toEqual(marks);
});
