import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { contract } from '../../contract/index.ts';
import { createMemoryHost } from '../../test/memory-host.ts';
import { createGateway, type Gateway } from '../index.ts';

let host: ReturnType<typeof createMemoryHost>;
let gateway: Gateway;

beforeEach(async () => {
  host = createMemoryHost();
  const given = {
    hostname: '127.0.0.1',
    port: 0,
    version: '1.2.3',
    ownerToken: 'owner',
    environmentKeys: [],
    baseUrls: {},
  };
  gateway = await createGateway(host, given);
});
afterEach(async () => {
  await gateway.close({ drainMs: 0 });
  host.remove();
});

function connect() {
  const { port1, port2 } = new MessageChannel();
  port1.start();
  const client: ContractRouterClient<typeof contract> = createORPCClient(new RPCLink({ port: port1 }));
  return { client, page: port1, served: () => gateway.serve(port2) };
}

test('a port carries calls, their errors, and what was asked before it was served', async () => {
  const { client, served, page } = connect();
  const early = client.status();
  await served();
  expect(await early).toMatchObject({ version: '1.2.3', address: gateway.url });
  await expect(client.gatewayKeys.revoke({ id: 'none' })).rejects.toMatchObject({ code: 'not_found', status: 404 });
  page.close();
});

test('without the desktop app its calls say so', async () => {
  const { client, served, page } = connect();
  await served();
  expect(await client.desktop.get()).toEqual({ desktop: null });
  await expect(client.desktop.exportDiagnostics()).rejects.toMatchObject({ code: 'not_found' });
  page.close();
});
