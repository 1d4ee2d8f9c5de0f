import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createLog } from './log.ts';

function written(act: (log: ReturnType<typeof createLog>) => void): string {
  const output = new PassThrough();
  act(createLog(output, () => new Date(0)));
  return String(output.read());
}

it('writes one line an entry: time, level, sentence, facts', () => {
  expect(written((log) => log.info('Opened.', { rows: 3, name: 'a b' }))).toBe(
    '1970-01-01T00:00:00.000Z info  Opened. rows=3 name="a b"\n',
  );
  expect(written((log) => log.warn('Slow.'))).toBe('1970-01-01T00:00:00.000Z warn  Slow.\n');
});

it('keeps a line break inside an entry from forging another', () => {
  const text = written((log) => log.error('One\ntwo', { detail: 'x\ny', 'a\nb': 1 }));
  expect(text.split('\n')).toHaveLength(2);
});

it('shows what an error says, and a fact that is not there', () => {
  expect(written((log) => log.error('Failed.', { error: new TypeError('no such thing') }))).toContain('no such thing');
  expect(written((log) => log.info('Odd.', { nothing: undefined }))).toContain('nothing=undefined');
});
