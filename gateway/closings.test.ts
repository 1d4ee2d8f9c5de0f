import { describe, expect, it } from 'vitest';
import { createClosings, type Ended } from './closings.ts';
import type { Exchange, Outcome } from './pipeline/exchange.ts';

const OUTCOME: Outcome = { status: 'ok', httpStatus: 200, usageIsEstimated: false, latencyMs: 1 };
const turn = () => new Promise((resolve) => setImmediate(resolve));

function start() {
  const said: string[] = [];
  const close = createClosings([
    {
      name: 'ledger',
      settled({ id }) {
        if (id === 'bad') throw new Error('Nobody foresaw it.');
        said.push(`settled ${id}`);
      },
      allSettled: () => said.push('written'),
      sent: ({ id }) => void said.push(`kept ${id}`),
    },
  ]);
  const end = (id: string, send = () => void said.push(`sent ${id}`)): void => {
    const done: Ended['done'] = (thrown) => said.push(thrown === undefined ? `done ${id}` : `failed ${id}`);
    close({ exchange: { id } as Exchange, outcome: OUTCOME, send, done });
  };
  return { said, end };
}

describe('exchanges that end in the same turn of the event loop', () => {
  it('are written down together before any of them is sent', async () => {
    const { said, end } = start();
    end('a');
    end('b');
    expect(said).toEqual([]);
    await turn();
    expect(said).toEqual([
      'settled a',
      'settled b',
      'written',
      'sent a',
      'sent b',
      'kept a',
      'kept b',
      'done a',
      'done b',
    ]);
  });

  it('do not share what goes wrong with one of them', async () => {
    const { said, end } = start();
    end('bad');
    end('torn', () => {
      throw new Error('Nobody foresaw it.');
    });
    end('good');
    await turn();
    expect(said).toEqual([
      'failed bad',
      'settled torn',
      'settled good',
      'written',
      'failed torn',
      'sent good',
      'kept good',
      'done good',
    ]);
  });

  it('do not wait for those of a later turn', async () => {
    const { said, end } = start();
    end('a');
    await turn();
    end('b');
    await turn();
    expect(said.filter((word) => word === 'written')).toHaveLength(2);
  });
});
