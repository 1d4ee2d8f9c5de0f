import { describe, expect, it } from 'vitest';
import { periodBefore, readPeriod } from './period.ts';

const at = (text: string) => new Date(text).getTime();
const nowMs = at('2026-05-14T10:29:31');
const read = (query: string) => readPeriod(new URLSearchParams(query), nowMs);

describe('a period', () => {
  it('that runs is of whole days, today being the last, and a day of whole hours', () => {
    expect(read('')).toMatchObject({ name: '7d', fromMs: at('2026-05-08T00:00'), toMs: undefined });
    expect(read('range=30d').fromMs).toBe(at('2026-04-15T00:00'));
    expect(read('range=24h').fromMs).toBe(at('2026-05-13T11:00'));
  });

  it('of one’s own includes both of its days', () => {
    expect(read('from=2026-05-01&to=2026-05-02')).toMatchObject({
      name: 'custom',
      fromMs: at('2026-05-01T00:00'),
      toMs: at('2026-05-03T00:00'),
    });
  });

  it('is compared with as much of the one before as has passed of it', () => {
    expect(periodBefore(read(''), nowMs)).toEqual({ fromMs: at('2026-05-01T00:00'), toMs: at('2026-05-07T10:30') });
    expect(periodBefore(read('from=2026-05-03&to=2026-05-04'), nowMs)).toEqual({
      fromMs: at('2026-05-01T00:00'),
      toMs: at('2026-05-03T00:00'),
    });
  });
});
