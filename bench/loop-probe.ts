// Preloaded into a target (`--import`): on the message `loop` it answers with the longest gap between two turns of the
// target's event loop since the last such message, in milliseconds. A gap is seen where it happens, not through sockets
// of a busy machine, and counts only as far as the process (all its threads) used the processor in it: while somebody
// else's process has the core, ours blocks nothing. It also ends the target when the bench dies.

const EVERY_MS = 1;
let longestMs = 0;
let turnedAt = performance.now();
let used = process.cpuUsage();

setInterval(() => {
  const now = performance.now();
  const { user, system } = process.cpuUsage(used);
  longestMs = Math.max(longestMs, Math.min(now - turnedAt - EVERY_MS, (user + system) / 1000));
  turnedAt = now;
  used = process.cpuUsage();
}, EVERY_MS).unref();

process.on('message', (message) => {
  if (message !== 'loop') return;
  process.send?.({ longestGapMs: longestMs });
  longestMs = 0;
});
process.on('disconnect', () => process.exit(0));
process.channel?.unref();
