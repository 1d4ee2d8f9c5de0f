import { asGatewayError } from '../errors.ts';
import type { CheckResult } from '../vault/provider-keys.ts';
import type { Provider } from './catalog.ts';
import type { Caller, Timeouts } from './http.ts';
import { openUpstream } from './upstream.ts';

/** Tries a key with the cheapest call that needs one, the list of models. It costs no tokens. */
export async function checkKey(
  caller: Caller,
  provider: Provider,
  { key, timeouts }: { key: string; timeouts: Timeouts },
): Promise<CheckResult> {
  const headers = {
    accept: 'application/json',
    ...provider.headers,
    [provider.auth.header]: provider.auth.prefix + key,
  };
  const call = {
    provider: provider.id,
    origin: provider.origin,
    path: provider.basePath + provider.modelsPath,
    method: 'GET',
    headers,
    body: null,
  } as const;
  try {
    const { status } = await openUpstream(caller, { call, timeouts }, () => {});
    if (status < 300) return 'works';
    if (status === 429) return 'rateLimited';
    // Gemini says 400 of a bad key (fixture `gemini/error-400-bad-key`); the call has nothing else that could be wrong.
    return status === 400 || status === 401 || status === 403 ? 'refused' : 'unreachable';
  } catch (error) {
    return asGatewayError(error).code === 'provider_rate_limited' ? 'rateLimited' : 'unreachable';
  }
}
