import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where a database lies that is to take the place of this one at the next start. */
export function restorePath(path: string): string {
  return join(dirname(path), 'restore.sqlite');
}

/** The mark that all data are to be deleted at the next start. */
export function deletionPath(path: string): string {
  return join(dirname(path), 'delete-everything');
}

/** What a gateway has written of its use. The key file and the owner token stay: the host that starts has read them already. */
const DATA =
  /^(gateway\.sqlite(-wal|-shm)?|(ledger|reservations)\.journal|captures\.sqlite.*|restore\.sqlite|before-restore-.*|backups)$/;

/** What belongs to the database that is replaced: rows that wait in its journals would be foreign to the other. */
const COMPANIONS = ['ledger.journal', 'reservations.journal'];

/**
 * Does what the owner asked for at the next start: deletes all data, or puts the database that was chosen in the place of the present one,
 * which is kept aside under `before-restore-…`. To be called with the lock held and nothing open.
 */
export function applyPending(path: string, nowMs: number): void {
  if (existsSync(deletionPath(path))) {
    deleteData(dirname(path));
    rmSync(deletionPath(path));
    return;
  }
  const waiting = restorePath(path);
  if (!existsSync(waiting)) return;
  const aside = join(dirname(path), `before-restore-${new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-')}`);
  for (const ending of ['-wal', '-shm', '']) moveAside(path + ending, `${aside}.sqlite${ending}`);
  for (const name of COMPANIONS) moveAside(join(dirname(path), name), `${aside}.${name}`);
  renameSync(waiting, path);
}

function deleteData(folder: string): void {
  for (const name of readdirSync(folder)) if (DATA.test(name)) rmSync(join(folder, name), { recursive: true });
}

function moveAside(from: string, to: string): void {
  if (existsSync(from)) renameSync(from, to);
}
