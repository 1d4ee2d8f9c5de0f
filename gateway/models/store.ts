import type { Layer, ModelEdit } from '../../contract/index.ts';
import type { Database } from '../db/open.ts';
import type { Download, Edit, Listed } from './layers.ts';
import { priceVersion } from './price.ts';
import type { Model, Price } from './schema.ts';

/** A model's list of prices as it held from a moment on. */
export interface KeptPrices {
  version: string;
  sinceMs: number;
  layer: Layer;
  source: string | null;
  prices: Price[];
}

/** What the database keeps of the registry: what was downloaded, what was edited, and every price that ever held. */
export interface RegistryStore {
  download(): Download;
  saveDownload(download: Download): void;
  edits(): Map<string, Edit>;
  /** Undefined removes it. */
  saveEdit(id: string, edit: Edit | undefined, nowMs: number): void;
  /** Keeps the price lists that are new. Reads nothing where `version` was kept last. */
  keepPrices(version: string, listed: readonly Listed[], nowMs: number): void;
  /** Newest first. */
  prices(model: string): KeptPrices[];
}

const EMPTY: Download = { patches: [], disagreements: [] };

export function createRegistryStore({ client }: Database): RegistryStore {
  const readState = client.prepare<[string], string>('SELECT value FROM registry_state WHERE name = ?').pluck();
  const saveState = client.prepare<[string, string]>(
    'INSERT OR REPLACE INTO registry_state (name, value) VALUES (?, ?)',
  );
  const readEdits = client.prepare<[], { model: string; edit: string; added: string | null }>(
    'SELECT model, edit, added FROM model_edits ORDER BY edited_at_ms, model',
  );
  const saveEdit = client.prepare<[string, string, string | null, number]>(
    'INSERT OR REPLACE INTO model_edits (model, edit, added, edited_at_ms) VALUES (?, ?, ?, ?)',
  );
  const removeEdit = client.prepare<[string]>('DELETE FROM model_edits WHERE model = ?');
  const latest = client.prepare<[], { model: string; version: string }>(
    'SELECT model, version, max(since_ms) FROM model_prices GROUP BY model',
  );
  const savePrices = client.prepare<[string, number, string, Layer, string | null, string]>(
    'INSERT OR REPLACE INTO model_prices (model, since_ms, version, layer, source, prices) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const readPrices = client.prepare<[string], Omit<KeptPrices, 'prices'> & { prices: string }>(
    `SELECT version, since_ms AS sinceMs, layer, source, prices FROM model_prices WHERE model = ? ORDER BY since_ms DESC`,
  );

  const keep = client.transaction((version: string, listed: readonly Listed[], nowMs: number) => {
    const known = new Map(latest.all().map(({ model, version: last }) => [model, last]));
    for (const { model, origins } of listed) {
      const own = priceVersion(model);
      if (known.get(model.id) === own) continue;
      const layer = origins.price ?? 'shipped';
      savePrices.run(model.id, nowMs, own, layer, model.priceSource ?? null, JSON.stringify(model.prices));
    }
    saveState.run('pricesOf', version);
  });

  return {
    download: () => JSON.parse(readState.get('download') ?? JSON.stringify(EMPTY)) as Download,
    saveDownload: (download) => void saveState.run('download', JSON.stringify(download)),
    edits: () =>
      new Map(
        readEdits.all().map(({ model, edit, added }) => [
          model,
          {
            edit: JSON.parse(edit) as ModelEdit,
            added: added === null ? undefined : (JSON.parse(added) as Model),
          },
        ]),
      ),
    saveEdit(id, edit, nowMs) {
      if (edit === undefined) removeEdit.run(id);
      else {
        const added = edit.added === undefined ? null : JSON.stringify(edit.added);
        saveEdit.run(id, JSON.stringify(edit.edit), added, nowMs);
      }
    },
    keepPrices(version, listed, nowMs) {
      if (readState.get('pricesOf') !== version) keep(version, listed, nowMs);
    },
    prices: (model) => readPrices.all(model).map((row) => ({ ...row, prices: JSON.parse(row.prices) as Price[] })),
  };
}
