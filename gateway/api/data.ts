import { dirname } from 'node:path';
import type { DataState } from '../../contract/index.ts';
import type { Backups } from '../backup/index.ts';
import type { Base } from './base.ts';

export interface DataDependencies {
  backups: Backups;
}

export function dataCalls({ data }: Base, { backups }: DataDependencies) {
  const state = async (): Promise<DataState> => ({
    directory: dirname(backups.folder),
    sizes: await backups.sizes(),
    backups: await backups.list(),
    pending: backups.pending(),
  });
  return {
    get: data.get.handler(state),
    backUp: data.backUp.handler(() => backups.make()),
    removeBackup: data.removeBackup.handler(async ({ input: { name } }) => {
      await backups.remove(name);
      return { name };
    }),
    restore: data.restore.handler(async ({ input: { name } }) => {
      await backups.restore(name);
      return state();
    }),
    deleteAll: data.deleteAll.handler(async () => {
      await backups.deleteAll();
      return state();
    }),
    cancelPending: data.cancelPending.handler(async () => {
      await backups.cancelPending();
      return state();
    }),
  };
}
