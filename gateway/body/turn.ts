/** What reading bodies may take of one turn of the event loop, those of all requests together. */
const BUDGET_MS = 2;

let endsAt: number | undefined;

/** Whether other work should get its turn. To be asked after each small piece of work: a hundred microseconds, not ten milliseconds. */
export function isTurnSpent(): boolean {
  const now = performance.now();
  if (endsAt === undefined) {
    endsAt = now + BUDGET_MS;
    setImmediate(begin);
  }
  return now >= endsAt;
}

function begin(): void {
  endsAt = undefined;
}
