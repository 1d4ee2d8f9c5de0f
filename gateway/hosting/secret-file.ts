import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, link, open, rename, rm } from 'node:fs/promises';
import type { Logger } from '../host.ts';
import { codeOf, StartFailure } from './start-failure.ts';

interface SecretFile {
  path: string;
  /** What the file is, for sentences: `key file`. */
  title: string;
  /** Called once, when there is no such file yet. */
  make(): Buffer;
}

/**
 * The bytes of a file that only its owner may read; made at first use, complete or not at all.
 * A file that others can read is closed to them, with a warning; where the file system will not have that, the start is refused.
 */
export async function readSecretFile(file: SecretFile, log: Logger): Promise<Buffer> {
  const found = await readIfThere(file, log);
  if (found) return found;
  await create(file);
  const made = await readIfThere(file, log);
  if (!made) throw new StartFailure(`The ${file.title} ${file.path} vanished while it was being made.`);
  return made;
}

async function readIfThere(file: SecretFile, log: Logger): Promise<Buffer | undefined> {
  const handle = await open(file.path, 'r').catch((thrown: unknown) => {
    if (codeOf(thrown) === 'ENOENT') return undefined;
    throw new StartFailure(`The ${file.title} ${file.path} cannot be read (${codeOf(thrown)}).`, thrown);
  });
  if (!handle) return undefined;
  try {
    if (!(await handle.stat()).isFile()) throw new StartFailure(`The ${file.title} ${file.path} is not a file.`);
    if (process.platform !== 'win32' && (await othersMayRead(handle))) {
      // The open handle is changed, not the path: nobody can swap the file in between.
      await handle.chmod(0o600).catch(() => undefined);
      if (await othersMayRead(handle)) {
        throw new StartFailure(
          `Other users can read the ${file.title} ${file.path}, and this file system does not let it be closed to them. ` +
            'Choose another folder with --data-dir.',
        );
      }
      log.warn(`Other users could read the ${file.title} ${file.path}. It is closed to them now (mode 0600).`);
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

async function othersMayRead(handle: { stat(): Promise<{ mode: number }> }): Promise<boolean> {
  return ((await handle.stat()).mode & 0o077) !== 0;
}

/** Written and synced under another name first, then linked: a crash leaves no half of a secret, and nothing is overwritten. */
async function create(file: SecretFile): Promise<void> {
  const fresh = `${file.path}.${randomBytes(6).toString('hex')}`;
  try {
    const handle = await open(fresh, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
    try {
      await handle.writeFile(file.make());
      await handle.sync();
    } finally {
      await handle.close();
    }
    // The umask can only take rights away, but some network file systems add them.
    await chmod(fresh, 0o600);
    await link(fresh, file.path).catch(async (thrown: unknown) => {
      if (codeOf(thrown) === 'EEXIST') return;
      // No hard links on this file system.
      await rename(fresh, file.path);
    });
  } catch (thrown) {
    throw new StartFailure(`The ${file.title} ${file.path} cannot be written (${codeOf(thrown)}).`, thrown);
  } finally {
    await rm(fresh, { force: true });
  }
}
