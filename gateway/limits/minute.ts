const SLOTS = 60;
const SLOT_MS = 1000;

/** What happened within the last 60 seconds, in slots of a second. Times are of a monotonic clock, so setting the clock changes nothing. */
export interface Minute {
  add(amount: number, now: number): void;
  total(now: number): number;
  /** Milliseconds until the total has fallen to `most` by itself; 0: it has. */
  waitFor(most: number, now: number): number;
}

export function createMinute(): Minute {
  const slots = new Float64Array(SLOTS);
  let second = 0;
  let sum = 0;

  /** Lets go of what is older than a minute: at most 60 steps, however long nothing came. */
  function advance(now: number): void {
    const current = Math.floor(now / SLOT_MS);
    for (let step = Math.max(second + 1, current - SLOTS + 1); step <= current; step++) {
      const slot = step % SLOTS;
      sum -= slots[slot] ?? 0;
      slots[slot] = 0;
    }
    second = Math.max(second, current);
  }

  return {
    add(amount, now) {
      advance(now);
      const slot = Math.max(Math.floor(now / SLOT_MS), second - SLOTS + 1, 0) % SLOTS;
      slots[slot] = (slots[slot] ?? 0) + amount;
      sum += amount;
    },
    total(now) {
      advance(now);
      return sum;
    },
    waitFor(most, now) {
      advance(now);
      let left = sum;
      for (let age = SLOTS - 1; left > most && age >= 0; age--) {
        const step = second - age;
        left -= slots[((step % SLOTS) + SLOTS) % SLOTS] ?? 0;
        if (left <= most) return Math.max(1, (step + SLOTS) * SLOT_MS - now);
      }
      return 0;
    },
  };
}
