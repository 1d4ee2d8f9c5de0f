import { GatewayError } from '../errors.ts';
import type { Desktop } from '../host.ts';
import type { Base } from './base.ts';

/** The desktop app answers for itself; where there is none, that is said. */
export function desktopCalls({ desktop: base }: Base, desktop: Desktop | undefined) {
  const there = (): Desktop => {
    if (desktop === undefined) throw new GatewayError('not_found', 'This gateway runs without the desktop app.');
    return desktop;
  };
  return {
    get: base.get.handler(() => ({ desktop: desktop?.state() ?? null })),
    update: base.update.handler(async ({ input }) => {
      await there().update(input);
      return { desktop: there().state() };
    }),
    importKeys: base.importKeys.handler(async ({ input: { variables } }) => ({
      imported: await there().importKeys(variables),
    })),
    dismissCrash: base.dismissCrash.handler(async () => {
      await there().dismissCrash();
      return { desktop: there().state() };
    }),
    exportDiagnostics: base.exportDiagnostics.handler(async () => ({ path: await there().exportDiagnostics() })),
    openDataDirectory: base.openDataDirectory.handler(async () => ({ opened: await there().openDataDirectory() })),
    checkForUpdate: base.checkForUpdate.handler(async () => {
      await there().checkForUpdate();
      return { desktop: there().state() };
    }),
    installUpdate: base.installUpdate.handler(async () => ({ restarting: await there().installUpdate() })),
  };
}
