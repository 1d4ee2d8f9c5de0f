import type { ProviderCheck } from '../../contract/index.ts';
import { asGatewayError } from '../errors.ts';
import type { Provider } from './catalog.ts';
import type { Call, Caller, Timeouts } from './http.ts';
import { readModelNames } from './listing.ts';
import { openUpstream } from './upstream.ts';

interface CheckOptions {
  /** What proves who is calling; opened for this call alone. */
  credentials: Record<string, string>;
  timeouts: Timeouts;
}

/** Paths of calls that a key is needed for. An empty body costs nothing: it is refused, but only after the key was looked at. */
const CALL_PATHS: Partial<Record<Provider['dialect'], string>> = {
  'openai-chat': '/chat/completions',
  'openai-responses': '/responses',
  anthropic: '/messages',
};

/**
 * Tries a provider with the cheapest call there is, the list of models; where it has none, with an empty call. Both cost no
 * tokens. Never throws: what failed is the result.
 */
export async function checkProvider(
  caller: Caller,
  provider: Provider,
  { credentials, timeouts }: CheckOptions,
): Promise<ProviderCheck> {
  const headers = { accept: 'application/json', ...provider.headers, ...credentials };
  const common = { provider: provider.id, origin: provider.origin, headers };
  try {
    const listed = await ask({ ...common, path: provider.basePath + provider.modelsPath, method: 'GET', body: null });
    const path = CALL_PATHS[provider.dialect];
    if (![404, 405, 501].includes(listed.status) || path === undefined) return judge(listed);
    const called = await ask({
      ...common,
      path: provider.basePath + path,
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: [Buffer.from('{}')],
    });
    return [400, 422].includes(called.status)
      ? { result: 'works', detail: 'It has no list of models, and takes calls.', models: null }
      : judge(called);
  } catch (thrown) {
    const { code, message } = asGatewayError(thrown);
    const result = code === 'provider_rate_limited' ? 'rateLimited' : 'unreachable';
    return { result, detail: message, models: null };
  }

  async function ask(call: Call): Promise<Answer> {
    const upstream = await openUpstream(caller, { call, timeouts }, () => {});
    if (upstream.kind === 'stream') upstream.abort();
    const body = upstream.kind === 'whole' ? upstream.body : upstream.first;
    return { status: upstream.status, body, place: `${call.method} ${call.origin}${call.path}` };
  }
}

interface Answer {
  status: number;
  body: Buffer;
  place: string;
}

function judge({ status, body, place }: Answer): ProviderCheck {
  const detail = `It answered ${status} to ${place}.`;
  if (status < 300) {
    const models = readModelNames(parse(body));
    return { result: 'works', detail, models };
  }
  if (status === 429) return { result: 'rateLimited', detail, models: null };
  // Gemini says 400 of a bad key (fixture `gemini/error-400-bad-key`); the call has nothing else that could be wrong.
  const refused = status === 400 || status === 401 || status === 403;
  return { result: refused ? 'refused' : 'unreachable', detail, models: null };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
