import { describe, expect, it } from 'vitest';
import type { Flow } from './flow.ts';
import { createOpenings } from './openings.ts';
import type { Exchange } from './pipeline/exchange.ts';
import { crowd } from './together.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A step that waits for each exchange until `come` is told its id, one that looks at it, and one that answers with its id. */
function start() {
  const said: string[] = [];
  const bodies = new Map<string, () => void>();
  const ask = createOpenings([
    { name: 'wait', request: ({ id }) => new Promise((resolve) => bodies.set(id, () => resolve(undefined))) },
    {
      name: 'look',
      request({ id }) {
        said.push(`look ${id}`);
        if (id === 'bad') throw new Error('refused');
        return undefined;
      },
    },
    {
      name: 'answer',
      request({ id }) {
        said.push(`answer ${id}`);
        return id === 'unknown' ? undefined : ({ contentType: id } as Flow);
      },
    },
  ]);
  const open = (id: string) => ask({ id } as Exchange).then((flow) => flow.contentType);
  const come = (...ids: string[]) => {
    for (const id of ids) bodies.get(id)?.();
  };
  return { said, open, come };
}

describe('exchanges that can go on in the same turn of the event loop', () => {
  it('go from step to step side by side', async () => {
    const { said, open, come } = start();
    const answers = ['a', 'b', 'late'].map(open);
    come('b', 'a');
    await turn();
    await turn();
    expect(said).toEqual(['look b', 'look a', 'answer b', 'answer a']);
    come('late');
    expect(await Promise.all(answers)).toEqual(['a', 'b', 'late']);
  });

  it('do not share what goes wrong with one of them', async () => {
    const { said, open, come } = start();
    const answers = ['bad', 'good', 'unknown'].map(open);
    come('bad', 'good', 'unknown');
    const [bad, good, unknown] = await Promise.allSettled(answers);
    expect(bad).toMatchObject({ reason: { message: 'refused' } });
    expect(good).toMatchObject({ value: 'good' });
    expect(unknown).toMatchObject({ reason: { message: 'No step answered.' } });
    expect(said).not.toContain('answer bad');
  });
});

it('an exchange that need not wait is answered at once', async () => {
  const ask = createOpenings([{ name: 'answer', request: () => ({ contentType: 'here' }) as Flow }]);
  expect((await ask({} as Exchange)).contentType).toBe('here');
});

describe('an exchange that has waited', () => {
  /** Whether it goes on before the next turn of the event loop. */
  const goesOnAtOnce = async () => {
    const { said, open, come } = start();
    const answer = open('a');
    come('a');
    for (let step = 0; step < 10; step++) await undefined;
    const atOnce = said.length > 0;
    await answer;
    return atOnce;
  };
  const among = async (others: number, work: () => Promise<boolean>) => {
    for (let count = 0; count <= others; count++) crowd.enter();
    try {
      return await work();
    } finally {
      for (let count = 0; count <= others; count++) crowd.leave();
    }
  };

  it('goes on at once while it is the only one under way', async () => {
    expect(await among(0, goesOnAtOnce)).toBe(true);
    await turn();
    expect(await among(0, goesOnAtOnce)).toBe(true);
  });

  it('waits for the end of the turn while others are under way, or came in the turn before and are gone', async () => {
    expect(await among(1, goesOnAtOnce)).toBe(false);
    await turn();
    expect(await among(0, goesOnAtOnce)).toBe(false);
    await turn();
    expect(await among(0, goesOnAtOnce)).toBe(true);
  });
});
