import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, OWNER_TOKEN, PROVIDER_KEYS, type Started, startGateway } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await startGateway();
});
afterAll(() => started.close());

interface Raw {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** A request as `fetch` would not send it: with any `Host`, any `Origin`. */
function raw(method: string, path: string, headers: Record<string, string>, body = ''): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const sent = request(started.url + path, {
      method,
      headers: { 'content-length': Buffer.byteLength(body), ...headers },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    sent.end(body);
  });
}

const port = () => new URL(started.url).port;
const auth = () => ({ authorization: `Bearer ${started.key}` });
const codeOf = ({ body }: Raw) => (JSON.parse(body) as { error: { code: string } }).error.code;

describe('the Host header', () => {
  it.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '10.0.0.1',
    '0.0.0.0',
    '[::2]:1',
  ])('%j is turned away, on every path', async (host) => {
    for (const path of ['/v1/models', '/api/settings', '/health', '/nothing']) {
      const answer = await raw('GET', path, { ...auth(), host });
      expect([answer.status, answer.body]).toEqual([403, expect.stringContaining('forbidden_host')]);
    }
  });

  it.each(['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]', '127.1.2.3'])('%s is this machine', async (host) => {
    expect((await raw('GET', '/v1/models', { ...auth(), host: `${host}:${port()}` })).status).toBe(200);
  });

  it('may be a name that the owner allows', async () => {
    await started.api('PATCH', '/settings', { allowedHosts: ['gateway.lan'] });
    expect((await raw('GET', '/v1/models', { ...auth(), host: 'gateway.lan:80' })).status).toBe(200);
    expect((await raw('GET', '/v1/models', { ...auth(), host: 'other.lan' })).status).toBe(403);
  });
});

describe('pages of the web', () => {
  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1', 'http://localhost'])(
    '%s may not call',
    async (origin) => {
      for (const method of ['GET', 'OPTIONS']) {
        const answer = await raw(method, '/v1/models', { ...auth(), origin });
        expect([answer.status, codeOf(answer)]).toEqual([403, 'forbidden_origin']);
        expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      }
      const chat = await raw(
        'POST',
        '/v1/chat/completions',
        { ...auth(), origin, 'content-type': 'application/json' },
        JSON.stringify(ask('gpt-4.1')),
      );
      expect(chat.status).toBe(403);
      expect(started.openai.calls()).toEqual([]);
    },
  );

  it('may call where the owner allows their origin: asked before, and answered', async () => {
    await started.api('PATCH', '/settings', { allowedOrigins: ['https://chat.example.com'] });
    const origin = 'https://chat.example.com';
    const asked = await raw('OPTIONS', '/v1/chat/completions', {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization, content-type, x-stainless-os',
    });
    expect(asked.status).toBe(204);
    expect(asked.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-headers': expect.stringContaining('x-stainless-os'),
      'access-control-allow-methods': expect.stringContaining('POST'),
      vary: 'Origin',
    });
    const body = JSON.stringify(ask('gpt-4.1', { stream: true }));
    const answer = await raw(
      'POST',
      '/v1/chat/completions',
      { ...auth(), origin, 'content-type': 'application/json' },
      body,
    );
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, origin]);
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
  });

  it('are told nothing where they did not say who they are', async () => {
    const answer = await raw('GET', '/v1/models', auth());
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('keys', () => {
  it.each([
    ['no key', {}, 'missing_key'],
    ['an empty one', { authorization: 'Bearer ' }, 'missing_key'],
    ['another scheme', { authorization: 'Basic Z3c6Z3c=' }, 'missing_key'],
    ['a wrong one', { authorization: `Bearer gw_${'a'.repeat(43)}` }, 'invalid_key'],
    ['a provider key', { authorization: `Bearer ${PROVIDER_KEYS.openai}` }, 'invalid_key'],
    ['the owner token', { authorization: `Bearer ${OWNER_TOKEN}` }, 'invalid_key'],
    ['a very long one', { 'x-api-key': 'gw_'.repeat(2000) }, 'invalid_key'],
  ])('%s is refused, and leaves no row', async (_, headers, code) => {
    const body = JSON.stringify(ask('gpt-4.1'));
    for (const path of ['/v1/chat/completions', '/v1/route', '/v1/messages']) {
      const answer = await raw(
        'POST',
        path,
        { ...headers, 'content-type': 'application/json' } as Record<string, string>,
        body,
      );
      expect(answer.status).toBe(401);
      if (path !== '/v1/messages') expect(codeOf(answer)).toBe(code);
      expect(answer.body).not.toContain('sk-');
    }
    const rows = await started.rows();
    expect(rows.every(({ status }) => status === 'ok')).toBe(true);
    expect((await raw('GET', '/v1/models', headers as Record<string, string>)).status).toBe(401);
  });

  it('are taken as Bearer, x-api-key and x-goog-api-key', async () => {
    for (const headers of [
      auth(),
      { authorization: `bearer ${started.key}` },
      { 'x-api-key': started.key },
      { 'x-goog-api-key': started.key },
    ])
      expect((await raw('GET', '/v1/models', headers as Record<string, string>)).status).toBe(200);
  });

  it('are refused from the moment they are revoked', async () => {
    const { key, gatewayKey } = (await started.api('POST', '/gateway-keys', { name: 'short' })) as {
      key: string;
      gatewayKey: { id: string };
    };
    expect((await started.chat(ask('gpt-4.1'), { key })).status).toBe(200);
    await started.api('DELETE', `/gateway-keys/${gatewayKey.id}`);
    const refused = await started.chat(ask('gpt-4.1'), { key });
    expect([refused.status, await refused.text()]).toEqual([401, expect.stringContaining('revoked')]);
  });
});

describe('what is the owner’s', () => {
  it.each([
    '/api/requests',
    '/api/provider-keys',
    '/api/settings',
    '/api/openapi.json',
    '/rpc/settings/get',
    '/api/nothing',
  ])('%s wants the owner token, and nothing else will do', async (path) => {
    for (const token of ['', started.key, `${OWNER_TOKEN}x`, OWNER_TOKEN.toUpperCase()]) {
      const answer = await raw(path.startsWith('/rpc') ? 'POST' : 'GET', path, { authorization: `Bearer ${token}` });
      expect(answer.status).toBe(401);
    }
    expect((await raw('GET', path, {})).status).toBe(401);
  });
});
