import { BlockList, isIP } from 'node:net';
import { GatewayError } from '../errors.ts';

/** Loopback, RFC 1918, carrier-grade NAT (RFC 6598, overlay networks live there) and unique local IPv6 (RFC 4193). */
const PRIVATE = new BlockList();
for (const [network, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
] as const) {
  PRIVATE.addSubnet(network, bits, 'ipv4');
}
PRIVATE.addAddress('::1', 'ipv6');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');

/** Names that no public name server answers for: RFC 6761, 6762, 8375, and `internal`, which ICANN reserved in 2024. */
const PRIVATE_NAME = /^[^.]+$|(^|\.)(localhost|local|internal|home\.arpa)$/;

/** Whether a host is loopback or in a private network. Of a name, only what its spelling tells. */
function isPrivate(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const family = isIP(host);
  if (family === 0) return PRIVATE_NAME.test(host.replace(/\.$/, ''));
  return PRIVATE.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

/** Whether a host is this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(hostname);
}

/** Throws `invalid_request` for a base URL that could not be shown, or that would send keys and prompts in the clear. */
export function refuseUnsafe(baseUrl: string, allowPlainHttp: boolean): void {
  const { protocol, hostname, username, password, search, hash } = new URL(baseUrl);
  if (username !== '' || password !== '' || search !== '' || hash !== '') {
    throw new GatewayError(
      'invalid_request',
      'A base URL has no user name, query or fragment. Put secrets into the key or a header.',
      { field: 'baseUrl' },
    );
  }
  if (protocol === 'https:' || allowPlainHttp || isPrivate(hostname)) return;
  throw new GatewayError(
    'invalid_request',
    `http://${hostname} is not a private address: keys and prompts would travel unencrypted. Use https://, or allow plain HTTP for this provider (allowPlainHttp).`,
    { field: 'baseUrl' },
  );
}
