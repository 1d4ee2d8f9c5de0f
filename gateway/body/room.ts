/** How much shared memory may be in use, or wait for the garbage collector, at a time. */
const MAX_SHARED_BYTES = 128 * 1024 * 1024;

let sharedBytes = 0;
const collected = new FinalizationRegistry<number>((bytes) => {
  sharedBytes -= bytes;
});

/**
 * Room for a large body, in shared memory: V8 takes no account of it. Of memory that it does count a body of some mebibytes makes it collect all
 * garbage, old objects too, once or twice, and the event loop stands still for that. Beyond the bound room is counted, so
 * that what is no longer used goes.
 */
export function roomFor(bytes: number): Buffer {
  if (sharedBytes + bytes > MAX_SHARED_BYTES) return Buffer.allocUnsafeSlow(bytes);
  const memory = new SharedArrayBuffer(bytes);
  sharedBytes += bytes;
  collected.register(memory, bytes);
  return Buffer.from(memory);
}
