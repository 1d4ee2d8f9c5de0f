import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import type { contract } from '../contract/index.ts';
import type { Gateway } from '../gateway/index.ts';

export type Client = ContractRouterClient<typeof contract>;

/** The gateway as its owner may ask it: tray and dialogs know no more of it than the pages do. */
export function createClient(gateway: Gateway): Client {
  const { port1, port2 } = new MessageChannel();
  port1.start();
  void gateway.serve(port2);
  return createORPCClient(new RPCLink({ port: port1 }));
}
