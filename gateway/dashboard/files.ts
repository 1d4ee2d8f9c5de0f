import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const compress = promisify(gzip);

interface DashboardFile {
  plain: Buffer;
  /** Undefined where compressing gains nothing. */
  gzipped: Buffer | undefined;
}

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};
const compressed = new Set(['.html', '.js', '.css', '.svg']);

/**
 * Scripts come from this gateway alone, and no page may frame it. Inline styles are needed: the component library writes its colours and
 * responsive sizes into `<style>` elements.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const YEAR_S = 31_536_000;

/**
 * Serves the built dashboard: `/` and the files under `/assets`, whose names hold a hash of their content. Only names that were in the
 * folder at start are answered, so no path leads out of it. Pages are addressed by the fragment and need no routes.
 */
export function mountFiles(fastify: FastifyInstance, folder: string): void {
  const names = new Set(readdirSync(join(folder, 'assets')).map((name) => `assets/${name}`));
  const loaded = new Map<string, Promise<DashboardFile>>();

  function load(name: string): Promise<DashboardFile> {
    const known = loaded.get(name);
    if (known !== undefined) return known;
    const loading = read(join(folder, name)).catch((thrown: unknown) => {
      loaded.delete(name);
      throw thrown;
    });
    loaded.set(name, loading);
    return loading;
  }

  async function send(name: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { plain, gzipped } = await load(name);
    const zip = gzipped !== undefined && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    if (zip) reply.header('content-encoding', 'gzip');
    return reply
      .headers({
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        vary: 'Accept-Encoding',
        'cache-control': name === 'index.html' ? 'no-cache' : `public, max-age=${YEAR_S}, immutable`,
      })
      .type(types[extname(name)] ?? 'application/octet-stream')
      .send(zip ? gzipped : plain);
  }

  fastify.get('/', (request, reply) => send('index.html', request, reply));
  fastify.get('/assets/:name', (request, reply) => {
    const name = `assets/${(request.params as { name: string }).name}`;
    if (names.has(name)) return send(name, request, reply);
    reply.callNotFound();
    return reply;
  });
}

async function read(path: string): Promise<DashboardFile> {
  const plain = await readFile(path);
  return { plain, gzipped: compressed.has(extname(path)) ? await compress(plain) : undefined };
}
