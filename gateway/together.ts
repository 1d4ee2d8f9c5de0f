/** Exchanges that have begun and not ended. */
let underWay = 0;
/** Exchanges that began in this turn of the event loop, and in the last one before it in which any did. */
let begunNow = 0;
let begunBefore = 0;

function endTurn(): void {
  begunBefore = begunNow;
  begunNow = 0;
}

/** To be told of each exchange. */
export const crowd = {
  enter(): void {
    underWay += 1;
    begunNow += 1;
    if (begunNow === 1) setImmediate(endTurn);
  },
  leave(): void {
    underWay -= 1;
  },
};

/** Answers from the cache end before the next one of their turn begins: where several came at once, more will. */
function isAlone(): boolean {
  return underWay === 1 && begunNow <= 1 && begunBefore <= 1;
}

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
    if (waiting.length === 0 && isAlone()) work([one]);
    else if (waiting.push(one) === 1) setImmediate(workOnAll);
  };
}
