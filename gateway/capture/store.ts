import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import BetterSqlite from 'better-sqlite3';
import type { ChatReply, ClientDialect } from '../chat.ts';
import { foldReply } from './fold-reply.ts';
import { createCut, piecesOf, putTogether, type Skeleton, takeApart } from './pieces.ts';

/** An exchange that has ended. A side that is left out was too large. */
export interface Ended {
  id: string;
  atMs: number;
  dialect: ClientDialect;
  request: Uint8Array | null;
  reply: { contentType: string; bytes: Uint8Array } | null;
  leftOut: Side[];
}

export type Side = 'request' | 'reply';

/** What was kept of an exchange. */
export interface Captured {
  id: string;
  atMs: number;
  dialect: ClientDialect;
  request: Record<string, unknown> | null;
  reply: ChatReply | null;
  leftOut: Side[];
}

/** For how long, and in how many bytes. */
export interface Bounds {
  keepDays: number;
  maxBytes: number;
}

export interface CaptureSize {
  captures: number;
  bytes: number;
  oldestAtMs: number | null;
}

interface Content {
  request: Skeleton | null;
  reply: number | null;
  leftOut: Side[];
}

export interface CaptureStore {
  keep(ended: Ended, secrets: readonly string[]): void;
  read(id: string): Captured | null;
  has(id: string): boolean;
  remove(id: string): boolean;
  size(): CaptureSize;
  /** Lets go what is too old, then the oldest until the rest fits. */
  prune(bounds: Bounds, nowMs: number): void;
  close(): void;
}

const DAY_MS = 24 * 3_600_000;
/** Captures that go at a time. */
const STEP = 50;

const tables = `
  CREATE TABLE IF NOT EXISTS pieces (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, uses INTEGER NOT NULL, data BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS captures (id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, dialect TEXT NOT NULL, content BLOB NOT NULL);
  CREATE INDEX IF NOT EXISTS captures_by_age ON captures (at_ms);
`;

/** A file of its own: deleting it deletes every prompt, and neither a backup of the ledger nor its writer ever meets one. */
export function openCaptureStore(path: string): CaptureStore {
  const client = new BetterSqlite(path, { timeout: 5000 });
  client.pragma('auto_vacuum = INCREMENTAL');
  client.pragma('journal_mode = WAL');
  client.pragma('synchronous = NORMAL');
  // What is deleted is overwritten.
  client.pragma('secure_delete = ON');
  client.exec(tables);
  const findPiece = client.prepare<[Buffer], number>('SELECT id FROM pieces WHERE hash = ?').pluck();
  const addPiece = client.prepare<[Buffer, Buffer]>('INSERT INTO pieces (hash, uses, data) VALUES (?, 0, ?)');
  const usePiece = client.prepare<[number]>('UPDATE pieces SET uses = uses + 1 WHERE id = ?');
  const leavePiece = client.prepare<[number]>('UPDATE pieces SET uses = uses - 1 WHERE id = ?');
  const dropPiece = client.prepare<[number]>('DELETE FROM pieces WHERE id = ? AND uses <= 0');
  const dataOf = client.prepare<[number], Buffer>('SELECT data FROM pieces WHERE id = ?').pluck();
  const add = client.prepare<[string, number, string, Buffer]>('INSERT OR IGNORE INTO captures VALUES (?, ?, ?, ?)');
  const find = client.prepare<[string], { atMs: number; dialect: ClientDialect; content: Buffer }>(
    'SELECT at_ms AS atMs, dialect, content FROM captures WHERE id = ?',
  );
  const drop = client.prepare<[string]>('DELETE FROM captures WHERE id = ?');
  const oldest = client
    .prepare<[number], string>(`SELECT id FROM captures WHERE at_ms < ? ORDER BY at_ms LIMIT ${STEP}`)
    .pluck();
  const counted = client.prepare<[], { captures: number; oldestAtMs: number | null }>(
    'SELECT count(*) AS captures, min(at_ms) AS oldestAtMs FROM captures',
  );

  const number = (name: string) => Number(client.pragma(name, { simple: true }));
  const usedBytes = () => (number('page_count') - number('freelist_count')) * number('page_size');

  function keepPiece(json: string): number {
    const hash = createHash('sha256').update(json).digest();
    return findPiece.get(hash) ?? Number(addPiece.run(hash, zstdCompressSync(json)).lastInsertRowid);
  }

  const usedBy = ({ request, reply }: Content) =>
    new Set([...(request === null ? [] : piecesOf(request)), ...(reply === null ? [] : [reply])]);

  const keep = client.transaction(
    ({ id, atMs, dialect, request, reply, leftOut }: Ended, secrets: readonly string[]) => {
      const cut = createCut(secrets);
      const body = request === null ? null : (JSON.parse(Buffer.from(request).toString()) as Record<string, unknown>);
      const folded = reply === null ? null : foldReply(dialect, reply.contentType, reply.bytes);
      const content: Content = {
        request: body === null ? null : takeApart(body, cut, keepPiece),
        reply: folded === null ? null : keepPiece(cut(folded)),
        leftOut,
      };
      if (add.run(id, atMs, dialect, zstdCompressSync(JSON.stringify(content))).changes === 0) return;
      for (const piece of usedBy(content)) usePiece.run(piece);
    },
  );

  const remove = client.transaction((id: string) => {
    const found = find.get(id);
    if (found === undefined) return false;
    drop.run(id);
    for (const piece of usedBy(unpack(found.content) as Content)) {
      leavePiece.run(piece);
      dropPiece.run(piece);
    }
    return true;
  });

  const pieceOf = (piece: number): unknown => {
    const data = dataOf.get(piece);
    return data === undefined ? null : unpack(data);
  };

  /** Gives freed pages back to the disk, and empties the log that still holds what was in them. */
  function tidy(): void {
    client.pragma('incremental_vacuum');
    client.pragma('wal_checkpoint(TRUNCATE)');
  }

  return {
    keep: (ended, secrets) => keep(ended, secrets),
    read(id) {
      const found = find.get(id);
      if (found === undefined) return null;
      const { request, reply, leftOut } = unpack(found.content) as Content;
      return {
        id,
        atMs: found.atMs,
        dialect: found.dialect,
        request: request === null ? null : putTogether(request, pieceOf),
        reply: reply === null ? null : (pieceOf(reply) as ChatReply | null),
        leftOut,
      };
    },
    has: (id) => find.get(id) !== undefined,
    remove(id) {
      const removed = remove(id);
      if (removed) tidy();
      return removed;
    },
    size: () => ({
      ...(counted.get() ?? { captures: 0, oldestAtMs: null }),
      bytes: number('page_count') * number('page_size'),
    }),
    prune({ keepDays, maxBytes }, nowMs) {
      const drain = (beforeMs: number, isDue: () => boolean) => {
        let dropped = false;
        while (isDue()) {
          const due = oldest.all(beforeMs);
          if (due.length === 0) break;
          for (const id of due) {
            if (!isDue()) break;
            dropped = remove(id) || dropped;
          }
        }
        return dropped;
      };
      const old = drain(nowMs - keepDays * DAY_MS, () => true);
      const surplus = drain(Number.MAX_SAFE_INTEGER, () => usedBytes() > maxBytes);
      if (old || surplus) tidy();
    },
    close: () => client.close(),
  };
}

export function deleteCaptureStore(path: string): void {
  for (const ending of ['', '-wal', '-shm']) rmSync(path + ending, { force: true });
}

function unpack(data: Buffer): unknown {
  return JSON.parse(zstdDecompressSync(data).toString());
}
