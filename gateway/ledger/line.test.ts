import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exampleRow } from '../../test/request-row.ts';
import { readLine, writeLine } from './line.ts';

const text = fc.option(fc.string({ unit: 'binary' }), { nil: null });
const number = fc.option(fc.nat(), { nil: null });

const rows = fc
  .record({
    clientName: text,
    model: text,
    why: text,
    errorMessage: text,
    losses: text,
    features: fc.option(
      fc.json().map((json) => JSON.stringify(JSON.parse(json))),
      { nil: null },
    ),
    stream: fc.boolean(),
    score: fc.option(fc.double({ min: 0, max: 1 }), { nil: null }),
    costNano: number,
    audioOutputTokens: number,
  })
  .map((changes) => exampleRow({ ...changes, features: changes.features === 'null' ? null : changes.features }));

test('a row that was written is read back as it was, on one line', () => {
  fc.assert(
    fc.property(rows, (row) => {
      const line = writeLine(row);
      expect(line).not.toContain('\n');
      // JSON has no -0.
      expect(readLine(JSON.parse(line))).toEqual(JSON.parse(JSON.stringify({ row, line })));
    }),
  );
});

test('what is not a line is not read', () => {
  const row = exampleRow();
  const line = JSON.parse(writeLine(row));
  expect(readLine(line)).toBeDefined();
  const wrong = [
    null,
    42,
    {},
    [],
    line.slice(1),
    [...line, 1],
    line.with(0, 'now'),
    line.with(1, null),
    line.with(11, []),
  ];
  for (const one of wrong) expect(readLine(one)).toBeUndefined();
});
