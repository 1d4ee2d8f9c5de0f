import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerJson, replay } from './fake-answers.ts';
import { echo, type FakeHandler, type FakeRequest } from './fake-echo.ts';

export interface FakeProvider {
  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  url: string;
  /** All that arrived, in order, lists of models included. */
  requests: FakeRequest[];
  /** Requests to the models endpoints aside: those that `respond` answers. */
  calls(): FakeRequest[];
  /** TCP connections opened so far. */
  connections(): number;
  /** How calls are answered from now on: a handler, or one a call in order, of which the last stays. */
  respond(handler: FakeHandler | [FakeHandler, ...FakeHandler[]]): void;
  /** Breaks all connections, those with answers under way too. */
  drop(): void;
  close(): Promise<void>;
}

interface FakeOptions {
  /** The one key that is right. Without it every key is. */
  key?: string;
  /** Names that the models endpoints list. */
  models?: string[];
}

/**
 * A provider on loopback that speaks OpenAI Chat, Anthropic and Gemini, told apart by path (any prefix such as `/v1` is fine).
 * Until `respond` says otherwise it answers every call with `echo`.
 */
export async function createFakeProvider(options: FakeOptions = {}): Promise<FakeProvider> {
  const requests: FakeRequest[] = [];
  let script: FakeHandler[] = [echo];
  let connections = 0;
  const server = createServer(async (incoming, response) => {
    const pieces: Buffer[] = [];
    const request: FakeRequest = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: Buffer.alloc(0),
    };
    response.on('close', () => {
      if (!response.writableFinished) request.abortedAtMs = Date.now();
    });
    response.on('error', () => {});
    try {
      for await (const piece of incoming) pieces.push(piece as Buffer);
    } catch {
      request.abortedAtMs = Date.now();
    }
    request.body = Buffer.concat(pieces);
    requests.push(request);
    if (!hasKey(request, options.key)) return refuseKey(request, response);
    if (isModelList(request))
      return answerJson(modelList(request, options.models ?? ['fake-model']))(request, response);
    const handler = script.length > 1 ? script.shift() : script[0];
    await handler?.(request, response);
  });
  server.on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    calls: () => requests.filter((request) => !isModelList(request)),
    connections: () => connections,
    respond: (handler) => {
      script = Array.isArray(handler) ? [...handler] : [handler];
    },
    drop: () => server.closeAllConnections(),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

const isModelList = ({ method, path }: FakeRequest): boolean =>
  method === 'GET' && /\/models(?:\/[^/:]+)?\/?(?:\?|$)/.test(path);

const isGemini = ({ path, headers }: FakeRequest): boolean =>
  path.includes('/v1beta') || headers['x-goog-api-key'] !== undefined;

const isAnthropic = ({ path, headers }: FakeRequest): boolean =>
  path.includes('/messages') || headers['anthropic-version'] !== undefined;

function hasKey({ headers, path }: FakeRequest, key: string | undefined): boolean {
  const query = new URL(path, 'http://fake').searchParams.get('key');
  return (
    key === undefined ||
    [headers.authorization?.replace(/^Bearer /, ''), headers['x-api-key'], headers['x-goog-api-key'], query].includes(
      key,
    )
  );
}

/** Each in its own way; Gemini says 400. */
function refuseKey(request: FakeRequest, response: ServerResponse): void | Promise<void> {
  const fixture = isGemini(request)
    ? 'authored/gemini/error-400-bad-key'
    : isAnthropic(request)
      ? 'authored/anthropic/error-401'
      : 'authored/openai/error-401';
  return replay(fixture)(request, response);
}

function modelList(request: FakeRequest, names: string[]): unknown {
  if (isGemini(request)) {
    return {
      models: names.map((name) => ({
        name: `models/${name}`,
        displayName: name,
        supportedGenerationMethods: ['generateContent'],
      })),
    };
  }
  if (isAnthropic(request)) {
    const data = names.map((id) => ({ type: 'model', id, display_name: id, created_at: '2026-01-01T00:00:00Z' }));
    return { data, has_more: false, first_id: names[0] ?? null, last_id: names.at(-1) ?? null };
  }
  return { object: 'list', data: names.map((id) => ({ id, object: 'model', created: 1760000000, owned_by: 'fake' })) };
}
