/** Something with a time limit. */
export interface Watched {
  /** Told the monotonic time, in milliseconds, about ten times a second. */
  check(now: number): void;
}

const TICK_MS = 100;

/** One clock for the limits of all calls: a timer for each would cost more than what it guards. It stands still while nobody is watched. */
export function createWatch(): { add(watched: Watched): void; remove(watched: Watched): void } {
  const all = new Set<Watched>();
  let timer: NodeJS.Timeout | undefined;

  function tick(): void {
    if (all.size === 0) {
      clearInterval(timer);
      timer = undefined;
      return;
    }
    const now = performance.now();
    for (const watched of all) watched.check(now);
  }

  return {
    add(watched) {
      all.add(watched);
      timer ??= setInterval(tick, TICK_MS).unref();
    },
    remove: (watched) => all.delete(watched),
  };
}
