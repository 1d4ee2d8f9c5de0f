import type { Database } from '../db/open.ts';
import type { connections } from '../db/schema.ts';
import { GatewayError } from '../errors.ts';
import type { Cipher } from '../host.ts';
import type { Entry, FormatName } from './formats/index.ts';

type Row = typeof connections.$inferSelect;

/** A tool that is connected, without what may hold secrets. */
export interface Connection extends Omit<Row, 'sealed' | 'sealedBy' | 'written'> {
  /** SHA-256 of each file as it was written, by path. */
  written: Record<string, string>;
}

/** What it takes to undo a connection, and to make it anew elsewhere. */
export interface Undo {
  key: string;
  files: ChangedFile[];
}

/** A file that was changed. Bytes in base64. */
export interface ChangedFile {
  path: string;
  format: FormatName;
  entries: Entry[];
  /** Null: there was none. */
  original: string | null;
  written: string;
  /** Folders that were made for it, outermost first. */
  folders: string[];
}

export interface ConnectionStore {
  list(): Connection[];
  get(tool: string): Connection | undefined;
  /** Throws `conflict` where the cipher cannot open what was sealed. */
  open(tool: string): Promise<Undo>;
  save(connection: Connection, undo: Undo): Promise<void>;
  setRestored(tool: string, restoredAtMs: number | null): void;
  remove(tool: string): void;
}

const COLUMNS = `tool, client_id AS clientId, url, models, models_before AS modelsBefore, written,
  connected_at_ms AS connectedAtMs, restored_at_ms AS restoredAtMs`;

type Shown = Omit<Row, 'sealed' | 'sealedBy'>;

export function openConnectionStore({ client }: Database, cipher: Cipher): ConnectionStore {
  const all = client.prepare<[], Shown>(`SELECT ${COLUMNS} FROM connections ORDER BY connected_at_ms`);
  const one = client.prepare<[string], Shown>(`SELECT ${COLUMNS} FROM connections WHERE tool = ?`);
  const sealed = client.prepare<[string], Pick<Row, 'sealed' | 'sealedBy'>>(
    'SELECT sealed, sealed_by AS sealedBy FROM connections WHERE tool = ?',
  );
  const save = client.prepare(
    `INSERT OR REPLACE INTO connections
       (tool, client_id, url, models, models_before, written, sealed, sealed_by, connected_at_ms, restored_at_ms)
     VALUES (@tool, @clientId, @url, @models, @modelsBefore, @written, @sealed, @sealedBy, @connectedAtMs, @restoredAtMs)`,
  );
  const restore = client.prepare('UPDATE connections SET restored_at_ms = ? WHERE tool = ?');
  const remove = client.prepare('DELETE FROM connections WHERE tool = ?');
  const read = (row: Shown): Connection => ({ ...row, written: JSON.parse(row.written) as Record<string, string> });

  return {
    list: () => all.all().map(read),
    get(tool) {
      const row = one.get(tool);
      return row === undefined ? undefined : read(row);
    },
    async open(tool) {
      const row = sealed.get(tool);
      if (row === undefined) throw new GatewayError('not_found', 'This tool is not connected.');
      const opened = await cipher.open({ bytes: row.sealed, by: row.sealedBy }).catch((thrown: unknown) => {
        throw new GatewayError(
          'conflict',
          'What is known of this tool before it was connected is sealed with a key that cannot be opened here. Nothing was changed.',
          { cause: thrown },
        );
      });
      return JSON.parse(opened.text) as Undo;
    },
    async save(connection, undo) {
      const { bytes, by } = await cipher.seal(JSON.stringify(undo));
      const written = JSON.stringify(connection.written);
      save.run({ ...connection, written, sealed: Buffer.from(bytes), sealedBy: by });
    },
    setRestored: (tool, restoredAtMs) => void restore.run(restoredAtMs, tool),
    remove: (tool) => void remove.run(tool),
  };
}
