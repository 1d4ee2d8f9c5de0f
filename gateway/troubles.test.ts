import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Notice } from './host.ts';
import { watchTroubles } from './troubles.ts';

type Circuit = 'closed' | 'open' | 'halfOpen';

let circuit: Circuit;
let keys: { id: string; provider: string; label: string; status: string }[];
let changed: () => void;
let told: Notice[];
let end: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  circuit = 'closed';
  keys = [
    { id: 'one', provider: 'openai', label: 'Work', status: 'refused' },
    { id: 'two', provider: 'openai', label: 'Home', status: 'works' },
  ];
  told = [];
  end = watchTroubles({
    notify: (notice) => told.push(notice),
    providers: { list: () => [{ id: 'openai', name: 'OpenAI', health: { circuit } }] },
    vault: {
      list: () => keys,
      onChange(listener) {
        changed = listener;
        return () => {
          changed = () => {};
        };
      },
    },
  });
});
afterEach(() => {
  end();
  vi.useRealTimers();
});

const titles = () => told.map(({ title }) => title);

function turn(to: Circuit): void {
  circuit = to;
  vi.advanceTimersByTime(20_000);
}

it('tells once that a provider is down, and that it is up again once it has answered', () => {
  turn('open');
  turn('halfOpen');
  turn('open');
  expect(titles()).toEqual(['OpenAI is down']);
  turn('halfOpen');
  expect(titles()).toHaveLength(1);
  turn('closed');
  turn('closed');
  expect(titles()).toEqual(['OpenAI is down', 'OpenAI is up again']);
  expect(told.every(({ kind }) => kind === 'provider')).toBe(true);
});

it('tells of a key that is refused now, not of one that was', () => {
  keys.push({ id: 'three', provider: 'groq', label: 'New', status: 'refused' });
  changed();
  expect(told).toEqual([]);
  keys = keys.map((key) => ({ ...key, status: 'refused' }));
  changed();
  changed();
  expect(told).toMatchObject([
    { kind: 'key', title: 'A key for openai was refused', body: expect.stringContaining('"Home"') },
  ]);
});

it('tells nothing after its end', () => {
  end();
  turn('open');
  expect(told).toEqual([]);
});
