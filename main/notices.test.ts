import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Notice } from '../gateway/host.ts';
import { speak } from './messages.ts';
import { createNotices } from './notices.ts';

const wanted = { prices: true, budget: true, provider: true, key: true, alert: true };
let shown: { title: string; body: string; page: string }[];
let notify: (notice: Notice) => void;

beforeEach(() => {
  vi.useFakeTimers();
  shown = [];
  Object.assign(wanted, { prices: true, budget: true, provider: true, key: true, alert: true });
  notify = createNotices({ show: (one) => shown.push(one), wanted: () => wanted, translate: () => speak('en') });
});
afterEach(() => {
  vi.useRealTimers();
});

const budget = (title: string): Notice => ({ kind: 'budget', title, body: `${title}.` });

it('shows one notice as it is, with the page of its kind', () => {
  notify(budget('80 % are used'));
  vi.runAllTimers();
  expect(shown).toEqual([{ title: '80 % are used', body: '80 % are used.', page: '/keys' }]);
});

it('shows notices of one kind that come together as one', () => {
  notify({ kind: 'provider', title: 'OpenAI is down', body: '', page: '/providers?id=openai' });
  notify({ kind: 'provider', title: 'Groq is down', body: '' });
  notify(budget('80 % are used'));
  vi.runAllTimers();
  expect(shown).toEqual([
    { title: '2 provider notices', body: 'OpenAI is down\nGroq is down', page: '/providers?id=openai' },
    expect.objectContaining({ title: '80 % are used' }),
  ]);
});

it('shows at most six a day', () => {
  for (let count = 0; count < 9; count++) {
    notify(budget(`Notice ${count}`));
    vi.advanceTimersByTime(60_000);
  }
  expect(shown).toHaveLength(6);
  vi.advanceTimersByTime(24 * 3_600_000);
  notify(budget('The next day'));
  vi.advanceTimersByTime(60_000);
  expect(shown.at(-1)?.title).toBe('The next day');
});

it('shows none of a kind that is switched off, and counts none of it', () => {
  wanted.budget = false;
  for (let count = 0; count < 9; count++) {
    notify(budget(`Notice ${count}`));
    vi.advanceTimersByTime(60_000);
  }
  expect(shown).toEqual([]);
  wanted.budget = true;
  notify(budget('On again'));
  vi.runAllTimers();
  expect(shown).toHaveLength(1);
});
