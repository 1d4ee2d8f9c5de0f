import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mountFiles } from './files.ts';

const folder = mkdtempSync(join(tmpdir(), 'dashboard-files-'));
let fastify: FastifyInstance;

beforeAll(() => {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Dashboard</title>');
  writeFileSync(join(folder, 'assets', 'index-abc.js'), 'console.log(1)');
  writeFileSync(join(folder, 'assets', 'font-abc.woff2'), 'font');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  fastify = Fastify();
  mountFiles(fastify, folder);
});
afterAll(async () => {
  await fastify.close();
  rmSync(folder, { recursive: true });
});

describe('the files of the dashboard', () => {
  it('serves the page fresh, under a policy that runs no script but its own', async () => {
    const { statusCode, headers, body } = await fastify.inject('/');
    expect(statusCode).toBe(200);
    expect(body).toContain('Dashboard');
    expect(headers['cache-control']).toBe('no-cache');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe-eval');
  });

  it('lets browsers keep what has a hash in its name', async () => {
    const { headers } = await fastify.inject('/assets/index-abc.js');
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
  });

  it('sends scripts packed to whom can unpack them, and what is packed already as it is', async () => {
    const asked = { headers: { 'accept-encoding': 'gzip, br' } };
    const script = await fastify.inject({ url: '/assets/index-abc.js', ...asked });
    expect(script.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(script.rawPayload).toString()).toBe('console.log(1)');
    const font = await fastify.inject({ url: '/assets/font-abc.woff2', ...asked });
    expect(font.headers['content-encoding']).toBeUndefined();
  });

  it.each(['/assets/nothing.js', '/assets/..%2fsecret.txt', '/assets/%2e%2e/secret.txt', '/secret.txt', '/assets/'])(
    'has nothing at %s',
    async (url) => {
      expect((await fastify.inject(url)).statusCode).toBe(404);
    },
  );
});
