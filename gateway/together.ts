/**
 * Collects what comes up in one turn of the event loop, and has all of it worked on at the turn's end. Work that is done for several exchanges in a
 * row finds its code and data in the processor's caches: done alone, it costs two to three times as much.
 */
export function together<T>(work: (all: T[]) => void): (one: T) => void {
  let waiting: T[] = [];

  function workOnAll(): void {
    const all = waiting;
    waiting = [];
    work(all);
  }

  return (one) => {
    if (waiting.push(one) === 1) setImmediate(workOnAll);
  };
}
