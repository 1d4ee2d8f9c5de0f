import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { refresh } from './refresh.ts';

/** A page that shows what is stored, with answers that are let go by hand. */
function createPage() {
  const queries = new QueryClient();
  const leaving: (() => void)[] = [];
  const stored = { value: 'first' };
  const observer = new QueryObserver(queries, {
    queryKey: ['keys', 'list'],
    queryFn: () => {
      const read = stored.value;
      return new Promise<string>((resolve) => leaving.push(() => resolve(read)));
    },
  });
  const stop = observer.subscribe(() => {});
  const settle = () => new Promise((resolve) => setTimeout(resolve));
  const answer = async () => {
    leaving.shift()?.();
    await settle();
  };
  return { queries, stored, leaving, observer, answer, stop };
}

describe('refreshing what is shown', () => {
  it('asks again after an answer that was on its way when the event came', async () => {
    const { queries, stored, leaving, observer, answer, stop } = createPage();
    stored.value = 'second';
    const refreshed = refresh(queries, ['keys']);
    await answer();
    expect(observer.getCurrentResult().data).toBe('first');
    expect(leaving).toHaveLength(1);
    await answer();
    await refreshed;
    expect(observer.getCurrentResult().data).toBe('second');
    stop();
  });

  it('asks once where nothing was on its way', async () => {
    const { queries, stored, leaving, observer, answer, stop } = createPage();
    await answer();
    stored.value = 'second';
    const refreshed = refresh(queries, ['keys']);
    await answer();
    await refreshed;
    expect(leaving).toHaveLength(0);
    expect(observer.getCurrentResult().data).toBe('second');
    stop();
  });

  it('lets an answer arrive although events never cease', async () => {
    const { queries, leaving, observer, answer, stop } = createPage();
    for (let event = 0; event < 5; event += 1) void refresh(queries, ['keys']);
    expect(leaving).toHaveLength(1);
    await answer();
    expect(observer.getCurrentResult().data).toBe('first');
    stop();
  });
});
