import { join } from 'node:path';
import type { RegistryCheck } from '../../contract/index.ts';
import { openDatabase } from '../db/open.ts';
import { createSettingsStore } from '../db/settings.ts';
import { GatewayError } from '../errors.ts';
import type { Host } from '../host.ts';
import { openLedger } from '../ledger/index.ts';
import { isServed } from '../providers/catalog.ts';
import { createCatalogue } from './catalogue.ts';
import { createChecks } from './checks.ts';
import { type CatalogueDiff, diffCatalogues } from './diff.ts';
import { loadRegistry } from './registry.ts';
import { readFacts } from './sources/index.ts';
import { createUpdater } from './updater.ts';

/** Looks for new models and prices where no gateway runs on the data; `isPreview`: changes nothing. Throws as `createGateway` does. */
export async function checkAlone({ paths, log, notify }: Host, isPreview: boolean): Promise<RegistryCheck> {
  const shipped = loadRegistry(paths.models);
  const database = openDatabase(join(paths.data, 'gateway.sqlite'), join(paths.resources, 'migrations'));
  const ledger = openLedger({ database, journalPath: join(paths.data, 'ledger.journal'), log });
  try {
    const updater = createUpdater({
      catalogue: createCatalogue({ database, shipped, isServed, extra: [] }),
      checks: createChecks(database),
      settings: createSettingsStore(database, log),
      used: (fromMs, toMs) => ledger.byModel({ fromMs, toMs }),
      notify,
      log,
    });
    return await (isPreview ? updater.preview() : updater.check());
  } finally {
    await ledger.close();
    database.close();
  }
}

/** What changed between two files of one of the known formats, in their own words. Throws a `GatewayError` `invalid_request` for others. */
export function compareFiles(before: unknown, after: unknown): CatalogueDiff {
  const [old, now] = [readFacts(before), readFacts(after)];
  if (old === null || now === null) {
    const message = 'A list of models is a models.json of this gateway, or the file of LiteLLM or models.dev.';
    throw new GatewayError('invalid_request', message);
  }
  return diffCatalogues(old, now);
}
