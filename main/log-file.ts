import { createWriteStream, renameSync, statSync } from 'node:fs';
import { Writable } from 'node:stream';
import type { Logger } from '../gateway/host.ts';
import { createLog } from '../gateway/hosting/log.ts';

const MAX_BYTES = 2 * 1024 * 1024;

/** Writes to a file, and to stderr as well where somebody may look there. The file before this one is kept as `.old`. */
export function openLog(path: string, { echo }: { echo: boolean }): Logger {
  try {
    if (statSync(path).size > MAX_BYTES) renameSync(path, `${path}.old`);
  } catch {
    // There is none yet.
  }
  const file = createWriteStream(path, { flags: 'a', mode: 0o600 });
  // A full disk costs log lines, never the gateway.
  file.on('error', () => undefined);
  const output = new Writable({
    write(chunk, _encoding, done) {
      file.write(chunk);
      if (echo) process.stderr.write(chunk);
      done();
    },
  });
  return createLog(output);
}
