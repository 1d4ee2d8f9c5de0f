import OpenAI from 'openai';
import { createGateway, type Gateway, type GatewayOptions } from '../../gateway/index.ts';
import { echo } from '../fake-echo.ts';
import { createFakeProvider, type FakeProvider } from '../fake-provider.ts';
import { createMemoryHost } from '../memory-host.ts';

export const OWNER_TOKEN = 'the-owner-of-this-gateway';

/** Keys that the gateway has of its providers, in the shapes that theirs have. */
export const PROVIDER_KEYS = {
  openai: 'sk-proj-0123456789abcdefOPENAI',
  anthropic: 'sk-ant-api03-0123456789ANTHROPIC',
  gemini: 'AIzaSy0123456789abcdefGEMINI',
};

/** How long a test waits for what must come: long, as machines may be busy. */
export const SOON = { timeout: 10_000, interval: 5 };

/** Servers that may well run on the machine of who runs the tests. */
const NOWHERE = { ollama: 'http://127.0.0.1:1', lmstudio: 'http://127.0.0.1:1', vllm: 'http://127.0.0.1:1' };

type ProviderId = keyof typeof PROVIDER_KEYS;

/** A row of the ledger, as the API shows it. */
export interface Row {
  id: string;
  provider: string | null;
  model: string | null;
  status: 'ok' | 'error' | 'cancelled';
  httpStatus: number;
  errorCode: string | null;
  errorMessage: string | null;
  stream: boolean;
  inputTokens: number | null;
  outputTokens: number | null;
  cacheReadTokens: number | null;
  costNano: number | null;
  costUsd: number | null;
  costKind: 'exact' | 'estimated' | 'unknown';
  cache: 'miss' | 'hit' | 'shared' | 'off';
  retries: number;
  fallbacks: number;
  firstByteMs: number | null;
  latencyMs: number;
  losses: { field: string; why: string }[];
  complexity: string | null;
  why: string | null;
}

/** What the gateway adds to a chat completion. */
export interface Metadata {
  model_used: string | null;
  provider: string | null;
  complexity: string | null;
  cost_usd: number | null;
  latency_ms: number;
  cache_hit: boolean;
  request_id: string;
}

interface StartOptions {
  /** Providers that have a key; all three if nothing is said. */
  keys?: readonly ProviderId[];
  baseUrls?: Record<string, string>;
  /** The one key that the fakes take; without it they take any. */
  fakeKey?: string;
  /** Changes to the settings, in the API's words. */
  settings?: object;
}

/** A gateway on loopback with a fake in the place of each provider. */
export async function startGateway(options: StartOptions = {}) {
  const host = createMemoryHost();
  const fake = options.fakeKey === undefined ? {} : { key: options.fakeKey };
  const openai = await createFakeProvider(fake);
  const anthropic = await createFakeProvider(fake);
  const gemini = await createFakeProvider(fake);
  const fakes: Record<ProviderId, FakeProvider> = { openai, anthropic, gemini };
  const keys = options.keys ?? (Object.keys(PROVIDER_KEYS) as ProviderId[]);
  const settings: GatewayOptions = {
    hostname: '127.0.0.1',
    port: 0,
    version: '0.0.0',
    ownerToken: OWNER_TOKEN,
    environmentKeys: keys.map((provider) => ({ provider, key: PROVIDER_KEYS[provider], variable: 'FROM_A_TEST' })),
    baseUrls: { openai: openai.url, anthropic: anthropic.url, gemini: gemini.url, ...NOWHERE, ...options.baseUrls },
  };
  const gateway: Gateway = await createGateway(host, settings);
  const { key } = gateway.createKey('test');
  if (options.settings !== undefined) await api('PATCH', '/settings', options.settings);

  async function api(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${gateway.url}/api${path}`, {
      method,
      headers: { authorization: `Bearer ${OWNER_TOKEN}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }

  /** Posts a chat; `body` goes out as it is where it is text. */
  const chat = (
    body: string | object,
    init: { key?: string; headers?: Record<string, string>; signal?: AbortSignal } = {},
  ) =>
    fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${init.key ?? key}`, 'content-type': 'application/json', ...init.headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...(init.signal && { signal: init.signal }),
    });

  let forgotten = 0;
  const allRows = async () => ((await api('GET', '/requests?limit=500')) as { requests: Row[] }).requests;
  /** Rows of the ledger since it was last forgotten, newest first. */
  const rows = async (): Promise<Row[]> => (await allRows()).slice(0, -forgotten || undefined);

  return {
    url: gateway.url,
    key,
    host,
    gateway,
    ...fakes,
    api,
    rows,
    /** Begins anew for the next test: rows and calls so far do not count, and the fakes answer again. */
    async forget(): Promise<void> {
      for (const fake of Object.values(fakes)) {
        fake.requests.length = 0;
        fake.respond(echo);
      }
      forgotten = (await allRows()).length;
    },
    /** Closes circuits that earlier tests have opened or worn: an answer that is well heals them. */
    async heal(models: readonly string[]): Promise<void> {
      for (const fake of Object.values(fakes)) fake.respond(echo);
      for (const model of models) await (await chat(ask(model))).text();
    },
    /** The newest row. */
    async row(): Promise<Row> {
      const [first] = await rows();
      if (first === undefined) throw new Error('The ledger is empty.');
      return first;
    },
    /** The official SDK, with its own retries off. */
    sdk: (options: { apiKey?: string; headers?: Record<string, string> } = {}) =>
      new OpenAI({
        baseURL: `${gateway.url}/v1`,
        apiKey: options.apiKey ?? key,
        maxRetries: 0,
        ...(options.headers && { defaultHeaders: options.headers }),
      }),
    chat,
    async close(): Promise<void> {
      await gateway.close({ drainMs: 0 });
      await Promise.all([openai.close(), anthropic.close(), gemini.close()]);
      host.remove();
    },
  };
}

export type Started = Awaited<ReturnType<typeof startGateway>>;

/** A chat of one question; each question is another one, so that no answer comes from the cache unless a test wants it. */
export function ask(
  model: string,
  more: object = {},
): { model: string; messages: { role: 'user'; content: string }[] } {
  questions += 1;
  return {
    model,
    messages: [{ role: 'user', content: `Question ${questions}: what is the capital of France?` }],
    ...more,
  };
}

let questions = 0;

/** The JSON of each message of a stream, `[DONE]` as that word. */
export function readEvents(text: string): unknown[] {
  return text
    .split(/\r?\n\r?\n/)
    .flatMap((event) => (event.trim() === '' ? [] : [event.trim()]))
    .map((event) => event.replace(/^data: ?/, ''))
    .map((data) => (data.startsWith('{') ? (JSON.parse(data) as unknown) : data));
}
