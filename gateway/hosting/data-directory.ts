import { randomBytes } from 'node:crypto';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Surroundings } from '../host.ts';
import { codeOf, StartFailure } from './start-failure.ts';

/** Where the platform wants an application's data of one user. */
export function defaultDataDirectory({ platform, environment, home }: Surroundings): string {
  if (platform === 'win32') return join(environment.APPDATA || join(home, 'AppData', 'Roaming'), 'LLM Gateway');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'LLM Gateway');
  // The specification has a relative XDG_DATA_HOME ignored: https://specifications.freedesktop.org/basedir-spec/latest/ (2026-11).
  const base = environment.XDG_DATA_HOME;
  return join(base?.startsWith('/') ? base : join(home, '.local', 'share'), 'llm-gateway');
}

/** Makes the directory where it is missing, closed to other users, and proves that it can be written. Gives its full path. */
export async function openDataDirectory(given: string): Promise<string> {
  const path = resolve(given);
  const probe = join(path, `.probe-${randomBytes(6).toString('hex')}`);
  try {
    await makeDirectory(path);
    await writeFile(probe, '', { flag: 'wx' });
    await rm(probe);
  } catch (thrown) {
    throw new StartFailure(
      `The data directory ${path} ${whyNot(codeOf(thrown))}. Choose another with --data-dir.`,
      thrown,
    );
  }
  return path;
}

/** As `mkdir -p`. Node's own `recursive` never returns where a parent exists and refuses children with ENOENT, as /proc does. */
async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (codeOf(thrown) !== 'ENOENT' || dirname(path) === path) throw thrown;
    await makeDirectory(dirname(path));
    await mkdir(path, { mode: 0o700 });
  }
}

function whyNot(code: string): string {
  if (code === 'EACCES' || code === 'EPERM') return 'may not be written by this user';
  if (code === 'EROFS') return 'lies on a disk that is read-only';
  if (code === 'ENOENT') return 'cannot be made there';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'lies on a disk that is full';
  if (code === 'EEXIST' || code === 'ENOTDIR') return 'is not a directory';
  return `cannot be used (${code || 'unknown reason'})`;
}
