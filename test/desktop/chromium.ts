import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromiumArguments, wholeChromiumPath } from '../chromium.ts';

export interface Chromium {
  /** Where its debugging protocol listens. */
  endpoint: string;
  close(): Promise<void>;
}

/** A Chromium of its own, with a profile that is deleted with it. */
export async function startChromium(): Promise<Chromium> {
  if (wholeChromiumPath === undefined) throw new Error('There is no Chromium.');
  const profile = await mkdtemp(join(tmpdir(), 'chromium-'));
  const flags = [
    '--headless=new',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
    '--no-first-run',
    // Pages are shown side by side here: none is to be drawn less often for standing behind another.
    '--disable-backgrounding-occluded-windows',
    '--disable-renderer-backgrounding',
    '--disable-background-timer-throttling',
    // What `app://` is in Electron is `file://` here; modules of such pages may load each other only with this.
    '--allow-file-access-from-files',
    ...chromiumArguments,
  ];
  const child = spawn(wholeChromiumPath, [...flags, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] });
  return {
    endpoint: await readEndpoint(child),
    async close() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      // Its helpers may still be writing there for a moment.
      await rm(profile, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

async function readEndpoint(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new Error('Chromium has no output.');
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    lines.push(line);
    const [, endpoint] = /DevTools listening on (ws:\S+)/.exec(line) ?? [];
    if (endpoint) {
      child.stderr.resume();
      return endpoint;
    }
  }
  throw new Error(`Chromium did not start: ${lines.join('\n')}`);
}
