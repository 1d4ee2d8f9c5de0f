import type { Database } from '../db/open.ts';
import type { sessions } from '../db/schema.ts';

/**
 * A browser that is signed in. `turn`: how often its token was renewed; a token of an earlier turn is a copy of the cookie, and ends
 * the session. `agent`: what the browser calls itself.
 */
export type Session = typeof sessions.$inferSelect;

/** Sessions of an account beyond these end, the oldest first. */
const MAX_OF_ACCOUNT = 50;

/** Sessions in memory, written through: a restart signs nobody out. */
export interface SessionStore {
  get(id: string): Session | undefined;
  /** Newest first. */
  of(accountId: string): Session[];
  save(session: Session): void;
  remove(id: string): void;
  onRemove(listener: (id: string) => void): void;
}

export function createSessionStore({ client }: Database, now: () => number): SessionStore {
  const insert = client.prepare(
    `INSERT OR REPLACE INTO sessions (id, account_id, agent, turn, created_at_ms, renewed_at_ms, last_seen_at_ms, ends_at_ms)
     VALUES (@id, @accountId, @agent, @turn, @createdAtMs, @renewedAtMs, @lastSeenAtMs, @endsAtMs)`,
  );
  const erase = client.prepare('DELETE FROM sessions WHERE id = ?');
  const listeners = new Set<(id: string) => void>();
  const all = new Map(
    client
      .prepare<[], Session>(SELECT)
      .all()
      .map((one) => [one.id, one]),
  );

  function of(accountId: string): Session[] {
    return [...all.values()]
      .filter((one) => one.accountId === accountId && one.endsAtMs > now())
      .sort((a, b) => b.createdAtMs - a.createdAtMs);
  }

  function remove(id: string): void {
    all.delete(id);
    erase.run(id);
    for (const listener of listeners) listener(id);
  }

  return {
    get: (id) => all.get(id),
    of,
    remove,
    onRemove: (listener) => void listeners.add(listener),
    save(session) {
      if (!all.has(session.id)) {
        for (const { id, endsAtMs } of all.values()) if (endsAtMs <= now()) remove(id);
        for (const { id } of of(session.accountId).slice(MAX_OF_ACCOUNT - 1)) remove(id);
      }
      all.set(session.id, session);
      insert.run(session);
    },
  };
}

const SELECT = `SELECT id, account_id AS accountId, agent, turn, created_at_ms AS createdAtMs, renewed_at_ms AS renewedAtMs,
  last_seen_at_ms AS lastSeenAtMs, ends_at_ms AS endsAtMs FROM sessions`;
