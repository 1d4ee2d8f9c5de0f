import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const project = join(import.meta.dirname, '..');
const start = join(project, 'scripts', 'start.mjs');
let texts: string[];

beforeAll(() => {
  execFileSync(process.execPath, [start, '--version']);
  const folder = join(project, 'dist', 'headless');
  texts = globSync('*.js', { cwd: folder }).map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(texts.length).toBeGreaterThan(10);
}, 60_000);

describe('the bundle of the headless host', () => {
  it('keeps its sources in one byte a character', () => {
    expect(texts.flatMap((text) => text.match(/[\u0100-\uffff]/g) ?? [])).toEqual([]);
  });

  it('holds nothing of its HTTP client that nobody uses', () => {
    expect(texts.join('')).toContain('EnvHttpProxyAgent');
    expect(texts.flatMap((text) => text.match(/\b(MockAgent|SnapshotAgent|SqliteCacheStore)\b/g) ?? [])).toEqual([]);
  });

  it('looks for prices, through the proxy that is set', async () => {
    const asked: string[] = [];
    const proxy = createServer().listen(0, '127.0.0.1');
    proxy.on('connect', ({ url }, socket) => {
      asked.push(url ?? '');
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    await once(proxy, 'listening');
    const home = await mkdtemp(join(tmpdir(), 'bundle-'));
    try {
      const HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
      const env = { PATH: process.env.PATH, HOME: home, LLM_GATEWAY_DATA_DIR: home, HTTPS_PROXY };
      await once(spawn(process.execPath, [start, 'models', 'diff'], { env, stdio: 'ignore' }), 'exit');
      expect(asked).not.toEqual([]);
      expect(asked.filter((address) => !/^[\w.-]+:443$/.test(address))).toEqual([]);
    } finally {
      proxy.close();
      await rm(home, { recursive: true, force: true });
    }
  });
});
