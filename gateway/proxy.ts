import { EnvHttpProxyAgent } from 'undici';
import type { Settings } from '../contract/settings.ts';
import { isLoopback } from './providers/address.ts';

const VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

/** The way out to an address by the owner's setting; undefined: straight there. No proxy can reach what is on this machine. */
export function createProxyAgent(
  address: string,
  { server, except }: Settings['proxy'],
  options: EnvHttpProxyAgent.Options = {},
): EnvHttpProxyAgent | undefined {
  if (server === 'none' || isLoopback(new URL(address).hostname)) return undefined;
  if (server !== 'environment')
    return new EnvHttpProxyAgent({ ...options, httpProxy: server, httpsProxy: server, noProxy: except.join(',') });
  return VARIABLES.some((name) => process.env[name]) ? new EnvHttpProxyAgent(options) : undefined;
}
