import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Worker } from 'node:worker_threads';
import type { Database } from '../db/open.ts';
import { deletionPath, restorePath } from '../db/restore.ts';
import { GatewayError } from '../errors.ts';
import type { Copy } from './copy-worker.ts';

/** A copy of the database in the folder of backups. */
interface Backup {
  name: string;
  bytes: number;
  madeAtMs: number;
}

export interface Backups {
  folder: string;
  list(): Promise<Backup[]>;
  /** A consistent copy of now. Provider keys are in it as they are stored: sealed. Captures are not. */
  make(): Promise<Backup>;
  /** Keeps a file that was sent among the backups. Throws `invalid_request` for one that is no database. */
  receive(file: Readable): Promise<Backup>;
  /** Its path. Throws `not_found`. */
  find(name: string): Promise<string>;
  remove(name: string): Promise<void>;
  /** Has a backup take the place of the database at the next start. Throws `invalid_request` where it cannot. */
  restore(name: string): Promise<void>;
  /** Has everything deleted at the next start, backups as well. */
  deleteAll(): Promise<void>;
  /** What is to happen at the next start. */
  pending(): 'restore' | 'deleteAll' | null;
  cancelPending(): Promise<void>;
  /** Bytes on disk by what they are. */
  sizes(): Promise<{ ledger: number; captures: number; backups: number; other: number }>;
}

interface BackupOptions {
  database: Database;
  /** Brings what waits into the database. */
  flush(): Promise<void>;
}

/** A name of its own folder, whoever put it there. */
const NAME = /^\w[\w.-]{0,150}\.sqlite$/;

export function createBackups({ database, flush }: BackupOptions): Backups {
  const data = dirname(database.path);
  const folder = join(data, 'backups');
  let copying: Promise<unknown> = Promise.resolve();

  /** One after the other: two would take twice the room for nothing. */
  function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const next = copying.then(work, work);
    copying = next.catch(() => {});
    return next;
  }

  async function describe(name: string): Promise<Backup> {
    const { size, mtimeMs } = await stat(join(folder, name));
    return { name, bytes: size, madeAtMs: Math.round(mtimeMs) };
  }

  async function find(name: string): Promise<string> {
    const path = join(folder, name);
    if (!NAME.test(name) || !existsSync(path)) {
      throw new GatewayError('not_found', 'There is no backup of this name.', { field: 'name' });
    }
    return path;
  }

  return {
    folder,
    find,
    async list() {
      const names = existsSync(folder) ? (await readdir(folder)).filter((name) => NAME.test(name)) : [];
      return (await Promise.all(names.map(describe))).sort((one, other) => other.madeAtMs - one.madeAtMs);
    },
    make: () =>
      inTurn(async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await flush();
        const name = nameOf('llm-gateway', new Date());
        const unfinished = join(folder, `${name}.part`);
        const fault = await copy({ from: database.path, to: unfinished });
        if (fault !== undefined) {
          throw new GatewayError('internal', `The backup could not be written to ${folder} (${fault}): is there room?`);
        }
        await rename(unfinished, join(folder, name));
        return describe(name);
      }),
    async receive(file) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const name = nameOf('uploaded', new Date());
      const unfinished = join(folder, `${name}.part`);
      try {
        await pipeline(file, createWriteStream(unfinished, { mode: 0o600 }));
        if (!(await isDatabase(unfinished)))
          throw new GatewayError('invalid_request', 'This file is no backup: it is no SQLite database.', {
            field: 'file',
          });
        await rename(unfinished, join(folder, name));
      } catch (cause) {
        await rm(unfinished, { force: true });
        if (cause instanceof GatewayError) throw cause;
        throw new GatewayError('internal', `The file could not be kept in ${folder}: is there room?`, { cause });
      }
      return describe(name);
    },
    async remove(name) {
      await rm(await find(name));
    },
    restore: (name) =>
      inTurn(async () => {
        const from = await find(name);
        const known = database.client.prepare<[], string>('SELECT hash FROM __drizzle_migrations').pluck().all();
        const unfinished = `${restorePath(database.path)}.part`;
        await rm(unfinished, { force: true });
        const fault = await copy({ from, to: unfinished, known });
        if (fault !== undefined) {
          const why =
            fault === 'newer' ? 'it was made by a newer version' : 'it is damaged, or no backup of LLM Gateway';
          throw new GatewayError('invalid_request', `${name} cannot be restored: ${why}.`, { field: 'name' });
        }
        await rename(unfinished, restorePath(database.path));
      }),
    deleteAll: () => writeFile(deletionPath(database.path), ''),
    pending() {
      if (existsSync(deletionPath(database.path))) return 'deleteAll';
      return existsSync(restorePath(database.path)) ? 'restore' : null;
    },
    async cancelPending() {
      for (const path of [deletionPath(database.path), restorePath(database.path)]) await rm(path, { force: true });
    },
    async sizes() {
      const sizes = { ledger: 0, captures: 0, backups: 0, other: 0 };
      for (const entry of await readdir(data, { withFileTypes: true, recursive: true })) {
        if (!entry.isFile()) continue;
        const path = join(entry.parentPath, entry.name);
        const { size } = await stat(path).catch(() => ({ size: 0 }));
        sizes[kindOf(path.slice(data.length + 1))] += size;
      }
      return sizes;
    },
  };
}

function nameOf(kind: 'llm-gateway' | 'uploaded', at: Date): string {
  return `${kind}-${at.toISOString().replaceAll(/[:.]/g, '-')}.sqlite`;
}

/** By its first bytes; whether it is whole, and a gateway's, is looked at when it is restored. */
async function isDatabase(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(16), 0, 16, 0);
    return buffer.toString('latin1') === 'SQLite format 3\0';
  } finally {
    await file.close();
  }
}

function kindOf(path: string): 'ledger' | 'captures' | 'backups' | 'other' {
  if (/^backups[\\/]/.test(path)) return 'backups';
  if (path.startsWith('captures.sqlite')) return 'captures';
  return /^(gateway\.sqlite|ledger\.journal)/.test(path) ? 'ledger' : 'other';
}

/** In a thread, as a large one takes seconds. Returns why there is no copy. */
function copy(workerData: Copy): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./copy-worker.ts', import.meta.url), { workerData });
    worker.once('message', ({ fault }: { fault: string | undefined }) => resolve(fault));
    worker.once('error', reject);
    worker.once('exit', () => resolve('stopped'));
  });
}
