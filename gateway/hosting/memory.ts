import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

// What only the command line can tell, and `npm start` and `npm run serve` do (`package.json`):
// `--max-semi-space-size=16`: below.
// `--no-memory-protection-keys`: on processors that have such keys V8 keeps a list of all pages of compiled code, which threads with WebAssembly
//   of their own (undici's parser) can bring out of step; then it ends the process: "Check failed: jit_page.has_value()". It came up here once in
//   some runs of all tests, and is told in https://github.com/archestra-ai/archestra/pull/6177. The list guards against foreign scripts, which a gateway runs none of.
// `--use-largepages=silent`: Node's own code lies in pages of 2 MiB, where the system gives them. A request takes it through much of that code, and
//   finding so many small pages costs a share of its time: about 5 % in one run, and 15 MiB of memory.
// `--v8-pool-size=1`: one thread beside the event loop collects garbage and compiles. Four, Node's own number, take its turns where cores are few: bodies of 32 MiB
//   then kept it waiting for up to 20 ms on one core, with one thread for 10 to 12. Throughput was the same.

/**
 * Tells V8 how a gateway uses memory. It learns where objects live long and then makes them old at once. In a server that starts under load
 * it learns this of every request, and dead old objects keep young ones alive: a sixth of what was allocated survived, and collecting it took
 * a tenth of the time. How far the young generation may grow V8 reads once, from the
 * command line.
 */
export function tuneMemory(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}

/** What the command line says: two spaces of as many MiB. */
const youngGenerationBytes = 2 * 16 * 1024 * 1024;

/**
 * Keeps the young generation at the size that `--max-semi-space-size=16` gives it, where nobody passed that flag: Electron's main process takes
 * it from its command line alone, which a macOS bundle, a double-click on an AppImage and a restart by the updater leave empty. Without it V8
 * took some 50 MiB more under load and was no faster, in single runs on a busy machine. V8 asks for the factor each time it may grow the space, and 1 is no growth.
 * What was collected is heard of one turn of the event loop later: a turn that makes as much as the space holds can outgrow it.
 * Modules that are loaded after that are compiled anew: V8 takes no code that was kept under other flags.
 */
export function boundYoungGeneration(given: readonly string[] = [...process.execArgv, ...process.argv]): void {
  if (given.some((flag) => flag.includes('max-semi-space-size'))) return;
  let factor = 2;
  new PerformanceObserver(() => {
    const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    const wanted = space !== undefined && space.space_size >= youngGenerationBytes ? 1 : 2;
    if (wanted === factor) return;
    factor = wanted;
    setFlagsFromString(`--semi-space-growth-factor=${factor}`);
  }).observe({ entryTypes: ['gc'] });
}

/** How often it is looked whether there is work, and how many times in a row there must be none. */
const LOOK_MS = 50;
const LOOKS = 10;

/**
 * Gives back what starting took, once, as soon as there has been nothing to do for half a second: a young generation that grew while
 * modules were loaded, and what they left behind; some 12 MiB. It takes a twentieth of a second, which nobody waits for then.
 */
export function tidyOnceIdle(isIdle: () => boolean): void {
  let looks = 0;
  const timer = setInterval(() => {
    looks = isIdle() ? looks + 1 : 0;
    if (looks < LOOKS) return;
    clearInterval(timer);
    collect().catch(() => undefined);
  }, LOOK_MS).unref();
}

/** The one collection that makes the young generation small again. */
async function collect(): Promise<void> {
  // Loaded late: a runtime may come without it.
  const { Session } = await import('node:inspector');
  const session = new Session();
  session.connect();
  // From within its answer a session is never rid of.
  session.post('HeapProfiler.collectGarbage', () => setImmediate(() => session.disconnect()));
}
