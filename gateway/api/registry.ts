import type { Updater } from '../models/updater.ts';
import type { Base } from './base.ts';

export function registryCalls({ registry }: Base, { updater }: { updater: Updater }) {
  return {
    status: registry.status.handler(() => updater.status()),
    check: registry.check.handler(() => updater.check()),
    preview: registry.preview.handler(() => updater.preview()),
    history: registry.history.handler(() => ({ checks: updater.history() })),
    restore: registry.restore.handler(({ input }) => updater.restore(input.id)),
  };
}
