import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { GatewayError } from './errors.ts';

interface Trust {
  /** What the server is bound to. */
  hostname: string;
  allowedHosts: readonly string[];
  allowedOrigins: readonly string[];
}

/**
 * Pages on the web can reach a server on this machine. Two headers that a page cannot forge give it away: `Host` (a name that was
 * rebound to 127.0.0.1 is still that name) and `Origin`. Throws `forbidden_host` or `forbidden_origin`.
 */
export function refuseStrangers(headers: IncomingHttpHeaders, trust: Trust): void {
  if (isPlainlyLocal(headers)) return;
  const { host, origin } = headers;
  if (host === undefined || !isTrustedHost(nameOf(host), trust)) {
    throw new GatewayError(
      'forbidden_host',
      `This gateway does not answer for the host "${(host ?? '').slice(0, 100)}". Use 127.0.0.1, or allow the name in the settings.`,
    );
  }
  if (origin !== undefined && !isTrustedOrigin(origin, host, trust)) {
    throw new GatewayError(
      'forbidden_origin',
      `Pages of ${origin.slice(0, 100)} may not call this gateway. Allow the origin in the settings if you trust it.`,
    );
  }
}

/** What nearly every request says: a tool on this machine, and no page. */
export function isPlainlyLocal({ host, origin }: IncomingHttpHeaders): boolean {
  return origin === undefined && host !== undefined && /^(127\.0\.0\.1|localhost)(:\d{1,5})?$/.test(host);
}

/** The gateway's own pages, and those that the owner allows. */
function isTrustedOrigin(origin: string, host: string, { allowedOrigins }: Trust): boolean {
  return origin === `http://${host}` || allowedOrigins.includes(origin);
}

function isTrustedHost(name: string, { hostname, allowedHosts }: Trust): boolean {
  if (isLoopback(name) || name === hostname.toLowerCase()) return true;
  // An address cannot be rebound. It is trusted where the owner opened the gateway to the network.
  if (isIP(name) !== 0 && !isLoopback(hostname)) return true;
  return allowedHosts.some((allowed) => allowed.toLowerCase() === name);
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

/** `[::1]:4556` → `::1`, `LOCALHOST:4556` → `localhost`. */
function nameOf(host: string): string {
  const bracketed = /^\[([^\]]+)\](:\d+)?$/.exec(host);
  return (bracketed?.[1] ?? host.replace(/:\d+$/, '')).toLowerCase();
}
