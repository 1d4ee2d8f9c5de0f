import { describe, expect, it } from 'vitest';
import { type Ending, wholeFlow } from './flow.ts';
import { createShelf } from './shelf.ts';

const HEAD = { status: 200, contentType: 'text/event-stream', streaming: true };
const PLAIN: Ending = { closing: { bytes: Buffer.from('[end]') }, usageIsEstimated: true };

describe('a shelf', () => {
  it('gives back what was kept, bytes beyond ASCII and all', () => {
    const shelf = createShelf<{ why: string }>();
    const chunks = [Buffer.from('Zürich 🏔 '), Buffer.from([0, 255, 128])];
    const ending: Ending = {
      closing: { bytes: Buffer.from('é]'), room: { from: 1, to: 2, open: '{', close: '}' } },
      usage: { input: 1, output: 2 },
      usageIsEstimated: false,
      finish: { reason: 'stop' },
    };
    const losses = [{ field: 'seed', why: 'é' }];
    const place = shelf.keep(wholeFlow(HEAD, chunks, ending), ending, { losses, more: { why: 'ü' } });
    const taken = shelf.take(place);
    expect(Buffer.concat([...taken.flow.chunks])).toEqual(Buffer.concat(chunks));
    expect(taken.flow.ending).toEqual(ending);
    expect(taken.flow).toMatchObject(HEAD);
    expect([taken.losses, taken.more]).toEqual([losses, { why: 'ü' }]);
  });

  it('keeps many, small and large, apart from each other', () => {
    const shelf = createShelf<number>();
    const texts = Array.from({ length: 400 }, (_, index) => `${index}`.repeat(index % 50 === 0 ? 200_000 : 2000));
    const places = texts.map((text, more) =>
      shelf.keep(wholeFlow(HEAD, [Buffer.from(text)], PLAIN), PLAIN, { losses: [], more }),
    );
    for (const [index, place] of places.entries()) {
      const { flow, more } = shelf.take(place);
      expect([Buffer.concat([...flow.chunks]).toString() === texts[index], more, flow.ending]).toEqual([
        true,
        index,
        PLAIN,
      ]);
    }
  });

  it('keeps a reply that has only its closing', () => {
    const shelf = createShelf<null>();
    const { flow } = shelf.take(shelf.keep(wholeFlow(HEAD, [], PLAIN), PLAIN, { losses: [], more: null }));
    expect([flow.chunks, flow.ending]).toEqual([[], PLAIN]);
  });

  it('gives back the room of what is released, and keeps what is not', () => {
    const shelf = createShelf<number>();
    const keep = (byte: number) =>
      shelf.keep(wholeFlow(HEAD, [Buffer.alloc(100_000, byte)], PLAIN), PLAIN, { losses: [], more: 0 });
    const lasting = keep(0);
    const places = new Set<number>([lasting]);
    for (let index = 1; index < 1000; index += 1) {
      const place = keep(index % 256);
      expect(shelf.sizeOf(place)).toBeGreaterThan(100_000);
      places.add(place);
      shelf.release(place);
    }
    // Nine fit on a slab. Were no slab used again, a thousand would lie in a thousand different places.
    expect(places.size).toBeLessThan(40);
    expect(shelf.take(lasting).flow.chunks[0]?.equals(Buffer.alloc(100_000, 0))).toBe(true);
  });
});
