import type { Diagnostics, Status } from '../../contract/index.ts';
import type { Connections } from '../connect/index.ts';
import type { SettingsStore } from '../db/settings.ts';
import { hideHome, redact } from '../hosting/redact.ts';
import type { Ledger, RequestRow } from '../ledger/index.ts';
import type { Providers } from '../providers/index.ts';
import type { Base } from './base.ts';
import { showRequest } from './shown.ts';

const REQUESTS = 200;

interface Parts {
  connections: Pick<Connections, 'home'>;
  ledger: Pick<Ledger, 'page'>;
  providers: Pick<Providers, 'list'>;
  settings: Pick<SettingsStore, 'get'>;
  status(): Status;
}

/** Has collected what helps to find a fault; of a desktop app, the host adds what is its own. */
export function diagnosticsCalls({ data }: Base, { connections, ledger, providers, settings, status }: Parts) {
  return {
    diagnostics: data.diagnostics.handler(async () => {
      const { rows } = await ledger.page({ limit: REQUESTS, filter: {} });
      const { platform, arch, versions } = process;
      const all: Diagnostics = {
        about: { ...status(), platform, arch, node: versions.node },
        settings: settings.get(),
        providers: providers.list(),
        requests: rows.map(bare),
      };
      return clean(all, connections.home);
    }),
  };
}

function bare(row: RequestRow): Diagnostics['requests'][number] {
  const { losses, ...shown } = showRequest(row);
  return { ...shown, losses: losses.length };
}

/** What is cut out of the text of it leaves its form as it is. */
function clean(all: Diagnostics, home: string): Diagnostics {
  return JSON.parse(hideHome(redact(JSON.stringify(all)), home)) as Diagnostics;
}
