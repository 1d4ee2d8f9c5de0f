import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Below node_modules, so that it is neither tracked nor shipped; `npm ci` sweeps it away. */
const folder = fileURLToPath(new URL('../node_modules/.cache/bench-peers', import.meta.url));

const manifest = {
  private: true,
  dependencies: { '@portkey-ai/gateway': '1.15.2' },
  // With a later one Portkey answers 500 to every stream.
  overrides: { '@hono/node-server': '1.13.8' },
};

/** The script that starts Portkey's gateway. */
export const portkeyEntry = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js');

/** Installs the peers where they are not installed yet. Install scripts are not run. */
export function installPeers(): void {
  if (existsSync(portkeyEntry)) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  const isWindows = process.platform === 'win32';
  execFileSync(isWindows ? 'npm.cmd' : 'npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: 'ignore',
    timeout: 120_000,
    shell: isWindows,
  });
}

/** A port that is free now, for a program that cannot choose one itself. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
