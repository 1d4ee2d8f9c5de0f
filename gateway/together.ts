/** Exchanges that have begun and not ended. */
let underWay = 0;

/** To be told of each exchange. */
export const crowd = {
  enter(): void {
    underWay += 1;
  },
  leave(): void {
    underWay -= 1;
  },
};

/**
 * Collects what comes up in one turn of the event loop, and has all of it worked on at the turn's end. Work that is done for several exchanges in a
 * row finds its code and data in the processor's caches: done alone, it costs two to three times as much. An exchange
 * that is the only one under way has nobody to wait for, and is worked on at once.
 */
export function together<T>(work: (all: T[]) => void): (one: T) => void {
  let waiting: T[] = [];

  function workOnAll(): void {
    const all = waiting;
    waiting = [];
    work(all);
  }

  return (one) => {
    if (underWay === 1 && waiting.length === 0) work([one]);
    else if (waiting.push(one) === 1) setImmediate(workOnAll);
  };
}
