import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMemoryHost } from '../../test/memory-host.ts';
import { openJournal } from './journal.ts';

let host: ReturnType<typeof createMemoryHost>;
let path: string;

beforeEach(() => {
  host = createMemoryHost();
  path = join(host.paths.data, 'journal');
});
afterEach(() => host.remove());

test('lines come back in order, also when chunks cut them inside a character', () => {
  const journal = openJournal(path);
  const values = Array.from({ length: 300 }, (_, index) => ({ index, text: 'é€😀'.repeat(97 + index) }));
  for (const value of values) journal.append([JSON.stringify(value)]);
  expect([...journal.read()]).toEqual(values);
  expect(journal.isEmpty()).toBe(false);
  journal.truncate();
  expect(journal.isEmpty()).toBe(true);
  expect([...journal.read()]).toEqual([]);
  journal.close();
});

test('a torn last line is left out and does not swallow the next one', () => {
  const first = openJournal(path);
  first.append(['{"id":1}']);
  first.close();
  appendFileSync(path, '{"id":2,"mod');
  const second = openJournal(path);
  second.append(['{"id":3}']);
  expect([...second.read()]).toEqual([{ id: 1 }, { id: 3 }]);
  second.close();
});

test('only the owner may read the file', () => {
  openJournal(path).close();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, 'utf8')).toBe('');
});
