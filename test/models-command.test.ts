import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway } from '../gateway/index.ts';
import { createMemoryHost } from './memory-host.ts';

const root = join(import.meta.dirname, '..');
const start = join(root, 'scripts', 'start.mjs');
const OWNER = 'the-owner-of-this-very-machine';
const host = createMemoryHost();
const folder = mkdtempSync(join(host.paths.data, 'lists-'));

type List = Record<string, Record<string, unknown>>;
const snapshot = (day: string): string =>
  gunzipSync(readFileSync(join(root, `test/fixtures/registry/model_prices.${day}.json.gz`))).toString();

let list = snapshot('2026-08-01');
const server = createServer((_, response) => void response.end(list));

async function command(...words: string[]): Promise<{ code: number; text: string }> {
  const environment = { PATH: process.env.PATH, HOME: folder, LLM_GATEWAY_OWNER_TOKEN: OWNER };
  const child = execFile(process.execPath, [start, 'models', ...words, '--data-dir', host.paths.data], {
    env: environment,
  });
  let text = '';
  child.stdout?.on('data', (piece: string) => {
    text += piece;
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, text };
}

function openGateway() {
  return createGateway(host, {
    hostname: '127.0.0.1',
    port: 0,
    version: '0.0.0',
    ownerToken: OWNER,
    environmentKeys: [],
    baseUrls: {},
  });
}

beforeAll(async () => {
  execFileSync(process.execPath, [start, '--version']);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}, 60_000);
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
  host.remove();
});

describe('models on the command line', { timeout: 60_000 }, () => {
  it('updates beside the gateway that runs, and alone once it is gone', async () => {
    const gateway = await openGateway();
    const api = async (method: string, path: string, body?: object) => {
      const headers = { authorization: `Bearer ${OWNER}`, 'content-type': 'application/json' };
      const response = await fetch(`${gateway.url}/api${path}`, {
        method,
        headers,
        ...(body && { body: JSON.stringify(body) }),
      });
      return response.json() as Promise<{ models: { id: string }[]; result: string }>;
    };
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/list.json`;
    await api('PATCH', '/settings', { modelUpdates: { sources: [url] } });

    const shown = await command('diff');
    expect(shown).toMatchObject({ code: 0, text: expect.stringMatching(/new models/) });
    const before = (await api('GET', '/models')).models.length;
    const updated = await command('update', '--json');
    expect(JSON.parse(updated.text)).toMatchObject({ result: 'updated', source: url });
    expect((await api('GET', '/models')).models.length).toBeGreaterThan(before);
    await gateway.close({ drainMs: 0 });
    expect(existsSync(join(host.paths.data, 'address'))).toBe(false);

    const dearer = JSON.parse(list) as List;
    Object.assign(dearer['gpt-4.1'] ?? {}, { input_cost_per_token: 2.5e-6 });
    list = JSON.stringify(dearer);
    const preview = await command('diff');
    expect(preview.text).toContain('~ openai/gpt-4.1: input 2 → 2.5');
    expect((await command('update')).text).toContain('~ openai/gpt-4.1: input 2 → 2.5');
    expect((await command('update')).text).toContain('nothing new');
    list = '<html>Welcome</html>';
    expect(await command('update')).toMatchObject({
      code: 1,
      text: expect.stringMatching(/stay as they are.*web page/),
    });

    const again = await openGateway();
    await again.close({ drainMs: 0 });
  });

  it('compares two files', async () => {
    const [old, now, other] = ['old.json', 'now.json', 'other.json'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(old, snapshot('2026-07-24'));
    writeFileSync(now, snapshot('2026-08-01'));
    writeFileSync(other, '{}');
    const { code, text } = await command('diff', old, now);
    expect(code).toBe(0);
    expect(text).toContain(
      '~ gpt-5.6-luna: cacheRead 0.1 → 0.02, cacheWrite5m 1.25 → 0.25, input 1 → 0.2, output 6 → 1.2',
    );
    expect((await command('diff', old, old)).text).toBe('No change.\n');
    expect((await command('diff', old, other)).code).toBe(2);
    expect((await command('diff', old, join(folder, 'none.json'))).code).toBe(2);
  });
});
