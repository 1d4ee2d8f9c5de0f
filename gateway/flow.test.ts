import { describe, expect, it } from 'vitest';
import { GatewayError } from './errors.ts';
import { createFlow, type Ending, type FlowReader, wholeFlow } from './flow.ts';

const HEAD = { status: 200, contentType: 'text/event-stream', streaming: true };
const bytes = (text: string) => Buffer.from(text);
const ENDING: Ending = { closing: { bytes: bytes('[end]') }, usage: { input: 1, output: 2 }, usageIsEstimated: false };

function start() {
  const said: string[] = [];
  const gone: Ending = {
    error: new GatewayError('client_closed', 'Left.'),
    closing: ENDING.closing,
    usageIsEstimated: true,
  };
  const writer = createFlow(HEAD, {
    pause: () => said.push('pause'),
    resume: () => said.push('resume'),
    abandon() {
      said.push('abandon');
      return gone;
    },
  });
  return { ...writer, said, gone };
}

/** Reads until told that it cannot. */
function createReader(canTake = true): FlowReader & { text: string; ending: Ending | undefined; canTake: boolean } {
  return {
    text: '',
    ending: undefined,
    canTake,
    chunk(piece) {
      this.text += piece.toString();
      return this.canTake;
    },
    end(ending) {
      this.ending = ending;
    },
  };
}

describe('a flow', () => {
  it('gives each reader every byte and the ending, however late it comes', () => {
    const { flow, push, end } = start();
    const [early, late, last] = [createReader(), createReader(), createReader()];
    flow.attach(early);
    push(bytes('a'));
    flow.attach(late);
    push(bytes('b'));
    end(ENDING);
    flow.attach(last);
    expect([early, late, last].map(({ text, ending }) => [text, ending])).toEqual(Array(3).fill(['ab', ENDING]));
    expect(flow.bytes).toBe(2);
  });

  it('takes nothing more once it has ended', () => {
    const { flow, push, end } = start();
    const reader = createReader();
    flow.attach(reader);
    end(ENDING);
    push(bytes('late'));
    end({ ...ENDING, usageIsEstimated: true });
    expect([reader.text, flow.ending]).toEqual(['', ENDING]);
  });

  it('is given up by its last reader, and by no other', () => {
    const { flow, push, said, gone } = start();
    const [one, two] = [createReader(), createReader()];
    flow.attach(one);
    flow.attach(two);
    expect(flow.detach(one)).toBeUndefined();
    expect(flow.detach(one)).toBeUndefined();
    push(bytes('x'));
    expect([one.text, two.text, said]).toEqual(['', 'x', []]);
    expect(flow.detach(two)).toBe(gone);
    expect([said, flow.ending]).toEqual([['abandon'], gone]);
  });

  it('waits while every reader is held up, and goes on when the first of them can take more', () => {
    const { flow, push, said } = start();
    const [fast, slow] = [createReader(), createReader(false)];
    flow.attach(slow);
    flow.attach(fast);
    push(bytes('a'));
    expect(said).toEqual([]);
    fast.canTake = false;
    push(bytes('b'));
    expect(said).toEqual(['pause']);
    flow.drained(fast);
    flow.drained(slow);
    expect(said).toEqual(['pause', 'resume']);
  });

  it('does not make a new reader wait for one who is held up', () => {
    const { flow, push, said } = start();
    flow.attach(createReader(false));
    push(bytes('a'));
    flow.attach(createReader());
    expect(said).toEqual(['pause', 'resume']);
  });

  it('goes on when the one who held it up leaves', () => {
    const { flow, push, said } = start();
    const [slow, slower] = [createReader(false), createReader(false)];
    flow.attach(slow);
    flow.attach(slower);
    push(bytes('a'));
    flow.detach(slow);
    expect(said).toEqual(['pause', 'resume']);
  });
});

describe('a reply that is all there', () => {
  it('is replayed to whoever comes, and nobody can give it up', () => {
    const whole = wholeFlow(HEAD, [bytes('a'), bytes('b')], ENDING);
    const reader = createReader();
    whole.attach(reader);
    whole.drained(reader);
    expect([reader.text, reader.ending, whole.bytes, whole.detach(reader)]).toEqual(['ab', ENDING, 7, undefined]);
  });
});
