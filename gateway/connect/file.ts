import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import {
  access,
  chmod,
  chown,
  lstat,
  mkdir,
  open,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
} from 'node:fs/promises';
import { dirname } from 'node:path';
import { GatewayError } from '../errors.ts';

/** A file that is to be changed, as it was found. */
export interface Found {
  /** Where it lies behind symbolic links. */
  path: string;
  /** Null: there is none. */
  bytes: Buffer | null;
}

const MAX_BYTES = 4 * 1024 * 1024;

/** Throws `conflict` for what cannot be read as a file, with a sentence for a person. */
export async function find(path: string): Promise<Found> {
  try {
    const real = await realpath(path).catch(async (thrown: unknown) => {
      if (codeOf(thrown) !== 'ENOENT') throw thrown;
      const isLink = await lstat(path).then(
        (entry) => entry.isSymbolicLink(),
        () => false,
      );
      if (isLink) throw refused(path, 'is a link to a file that is not there: make that file, or remove the link');
      return undefined;
    });
    if (real === undefined) return { path, bytes: null };
    const { size } = await refuseUnlessFile(real);
    if (size > MAX_BYTES) throw refused(path, 'is larger than any configuration file');
    return { path: real, bytes: await readFile(real) };
  } catch (thrown) {
    throw thrown instanceof GatewayError ? thrown : refused(path, `cannot be read (${codeOf(thrown)})`, thrown);
  }
}

async function refuseUnlessFile(path: string) {
  const entry = await stat(path);
  if (!entry.isFile()) throw refused(path, 'is not a file');
  return entry;
}

/**
 * Puts bytes in the place of what was found, whole or not at all, with its mode and owner; null deletes it. A new file is for its
 * owner alone. Gives the folders that it made, outermost first. Throws `conflict`, also where the file is no longer as it was found.
 */
export async function replace(found: Found, bytes: Buffer | null): Promise<string[]> {
  try {
    return await write(found, bytes);
  } catch (thrown) {
    throw thrown instanceof GatewayError ? thrown : refused(found.path, whyNot(codeOf(thrown)), thrown);
  }
}

async function write({ path, bytes: before }: Found, bytes: Buffer | null): Promise<string[]> {
  if (before !== null) await refuseReadOnly(path);
  if (bytes === null) {
    await refuseIfChanged(path, before);
    await rm(path, { force: true });
    return [];
  }
  const folders = before === null ? await makeFolders(dirname(path)) : [];
  const fresh = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const old = before === null ? undefined : await stat(path);
    const handle = await open(fresh, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (old !== undefined) {
      await chmod(fresh, old.mode & 0o7777);
      // Where this user may: root keeps the file its owner's.
      await chown(fresh, old.uid, old.gid).catch(() => undefined);
    }
    await refuseIfChanged(path, before);
    await renameOver(fresh, path);
    return folders;
  } catch (thrown) {
    await rm(fresh, { force: true });
    await removeFolders(folders);
    throw thrown;
  }
}

/** Windows refuses for a moment while another program has the file open. */
async function renameOver(from: string, to: string, triesLeft = 5): Promise<void> {
  try {
    await rename(from, to);
  } catch (thrown) {
    if (triesLeft === 0 || !['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(thrown))) throw thrown;
    await new Promise((resolve) => setTimeout(resolve, 40));
    await renameOver(from, to, triesLeft - 1);
  }
}

/** Renaming over it would work, and is not what its owner wants. */
async function refuseReadOnly(path: string): Promise<void> {
  const { mode } = await stat(path);
  const isWritable = await access(path, constants.W_OK).then(
    () => (mode & 0o200) !== 0,
    () => false,
  );
  if (!isWritable) throw refused(path, 'is read-only: make it writable first');
}

async function refuseIfChanged(path: string, before: Buffer | null): Promise<void> {
  const now = await readFile(path).catch((thrown: unknown) => {
    if (codeOf(thrown) === 'ENOENT') return null;
    throw thrown;
  });
  if (!sameBytes(now, before)) throw refused(path, 'was changed a moment ago by another program: look again');
}

async function makeFolders(folder: string): Promise<string[]> {
  const there = await stat(folder).then(
    () => true,
    () => false,
  );
  if (there) return [];
  const outer = await makeFolders(dirname(folder));
  await mkdir(folder, { mode: 0o700 });
  return [...outer, folder];
}

/** Folders that were made, where nothing else lies in them by now. */
export async function removeFolders(folders: readonly string[]): Promise<void> {
  for (const folder of folders.toReversed()) await rmdir(folder).catch(() => undefined);
}

export function sameBytes(one: Buffer | null, other: Buffer | null): boolean {
  return one === null || other === null ? one === other : one.equals(other);
}

export function refused(path: string, why: string, cause?: unknown): GatewayError {
  return new GatewayError('conflict', `The file ${path} ${why}. Nothing was changed.`, { cause });
}

function whyNot(code: string): string {
  if (code === 'EACCES' || code === 'EPERM') return 'may not be written by this user';
  if (code === 'EROFS') return 'lies on a disk that is read-only';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'lies on a disk that is full';
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'lies where a file stands in the place of a folder';
  return `cannot be written (${code || 'unknown reason'})`;
}

function codeOf(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown ? String(thrown.code) : '';
}
