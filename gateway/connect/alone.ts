import { join } from 'node:path';
import { openDatabase } from '../db/open.ts';
import type { Host } from '../host.ts';
import { createPolicies } from '../routing/policies.ts';
import { createGatewayKeys } from '../vault/index.ts';
import { type Connections, createConnections } from './index.ts';

/** The tools, where no gateway runs on the data. `url`: where one is going to answer. Throws as `createGateway` does. */
export function openConnectionsAlone({ paths, cipher, user, log }: Host, url: string): Connections & { close(): void } {
  const database = openDatabase(join(paths.data, 'gateway.sqlite'), join(paths.resources, 'migrations'));
  const gatewayKeys = createGatewayKeys(database);
  const policies = createPolicies(database, log);
  return {
    ...createConnections({ database, cipher, gatewayKeys, policies, user, url: () => url, log }),
    close() {
      gatewayKeys.close();
      database.close();
    },
  };
}
