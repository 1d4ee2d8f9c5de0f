import type { IncomingMessage } from 'node:http';
import { readKey } from '../client-key.ts';
import { GatewayError } from '../errors.ts';
import type { Client } from '../vault/gateway-keys.ts';
import type { Step } from './step.ts';

/** Finds the client by its gateway key, before its body: a stranger's is never read. */
export function authenticate(find: (key: string, connection: object) => Client | undefined): Step {
  return {
    name: 'authenticate',
    request(exchange) {
      const { incoming } = exchange;
      exchange.client = readClient(incoming, (key) => find(key, incoming.socket));
      return undefined;
    },
  };
}

/** Throws `missing_key` or `invalid_key`. */
export function readClient(
  incoming: Pick<IncomingMessage, 'headers' | 'url'>,
  find: (key: string) => Client | undefined,
): Client {
  const key = readKey(incoming);
  if (key === '') {
    throw new GatewayError(
      'missing_key',
      'No gateway key. Send it as "Authorization: Bearer gw_…" or "x-api-key: gw_…".',
    );
  }
  const client = find(key);
  if (client !== undefined) return client;
  throw new GatewayError(
    'invalid_key',
    key.startsWith('gw_')
      ? 'This gateway key is unknown or was revoked. Create a new one and give it to your tool.'
      : 'This is not a gateway key (they start with gw_). Tools use a key of the gateway here, never a provider key.',
  );
}
