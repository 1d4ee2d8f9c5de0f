import { chmodSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { type Connections, createConnections } from '../../gateway/connect/index.ts';
import { openDatabase } from '../../gateway/db/open.ts';
import type { Surroundings } from '../../gateway/host.ts';
import { createPolicies, type Policies } from '../../gateway/routing/policies.ts';
import { createGatewayKeys, type GatewayKeys } from '../../gateway/vault/index.ts';
import { createMemoryHost } from '../memory-host.ts';

export interface Tools {
  connections: Connections;
  gatewayKeys: GatewayKeys;
  policies: Policies;
  host: ReturnType<typeof createMemoryHost>;
  /** A home of its own. */
  home: string;
  user: Surroundings;
  /** Where the gateway answers. */
  url: string;
  database: ReturnType<typeof openDatabase>;
  /** Names of the gateway keys that hold. */
  keys(): string[];
  setMode(path: string, mode: number): void;
  move(path: string, to: string): void;
  close(): void;
}

/** The tools of a home that is empty, with everything real but the person. */
export function openTools(): Tools {
  const host = createMemoryHost();
  const { user } = host;
  mkdirSync(user.home);
  const database = openDatabase(':memory:', join(host.paths.resources, 'migrations'));
  const gatewayKeys = createGatewayKeys(database);
  const policies = createPolicies(database, host.log);
  const { cipher, log } = host;
  const tools: Tools = {
    connections: createConnections({ database, cipher, gatewayKeys, policies, user, url: () => tools.url, log }),
    gatewayKeys,
    policies,
    host,
    home: user.home,
    user,
    url: 'http://127.0.0.1:4556',
    database,
    keys: () =>
      gatewayKeys
        .list()
        .filter((key) => key.revokedAtMs === null)
        .map(({ name }) => name),
    setMode: (path, mode) => chmodSync(join(user.home, path), mode),
    move: (path, to) => renameSync(join(user.home, path), to),
    close() {
      gatewayKeys.close();
      database.close();
      host.remove();
    },
  };
  return tools;
}
