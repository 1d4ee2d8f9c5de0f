import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '../errors.ts';
import type { Client } from '../vault/gateway-keys.ts';
import type { Step } from './step.ts';

/** Finds the client by its gateway key, from the headers alone: a stranger's body is never read. */
export function authenticate(find: (key: string, connection: object) => Client | undefined): Step {
  return {
    name: 'authenticate',
    request(exchange) {
      const { headers, socket } = exchange.incoming;
      exchange.client = readClient(headers, (key) => find(key, socket));
      return undefined;
    },
  };
}

/** Bearer, `x-api-key` and `x-goog-api-key` all carry the gateway key. Throws `missing_key` or `invalid_key`. */
export function readClient(headers: IncomingHttpHeaders, find: (key: string) => Client | undefined): Client {
  const key = readKey(headers);
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

function readKey(headers: IncomingHttpHeaders): string {
  const bearer = headers.authorization;
  if (bearer !== undefined && /^bearer /i.test(bearer)) return bearer.slice(7).trim();
  const key = headers['x-api-key'] ?? headers['x-goog-api-key'];
  return typeof key === 'string' ? key.trim() : '';
}
