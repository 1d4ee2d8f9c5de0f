import { monitorEventLoopDelay } from 'node:perf_hooks';

// Preloaded into a target (`--import`): on the message `loop` it answers with the longest gap between two turns of the
// target's event loop since the last such message, in milliseconds. A gap is seen where it happens, not through sockets
// of a busy machine. It also ends the target when the bench dies.

const RESOLUTION_MS = 1;
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

process.on('message', (message) => {
  if (message !== 'loop') return;
  delays.disable();
  process.send?.({ longestGapMs: Math.max(0, delays.max / 1e6 - RESOLUTION_MS) });
  delays.reset();
  delays.enable();
});
process.on('disconnect', () => process.exit(0));
process.channel?.unref();
