import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createGateway, type Gateway } from '../../gateway/index.ts';
import { createMemoryHost } from '../memory-host.ts';

const OWNER = 'the-owner-of-this-very-machine';
const host = createMemoryHost();
afterAll(() => host.remove());

const start = (port = 0) =>
  createGateway(host, {
    hostname: '127.0.0.1',
    port,
    version: '0.0.0',
    ownerToken: OWNER,
    environmentKeys: [],
    baseUrls: {},
  });

async function ask<Answer>({ url }: Gateway, method: string, path: string, body: unknown = {}): Promise<Answer> {
  const headers = { authorization: `Bearer ${OWNER}`, 'content-type': 'application/json' };
  const sent = method === 'GET' ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${url}/api${path}`, { method, headers, ...sent });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

test('a tool is left pointed here when the gateway quits, or put back until it starts again, as the owner chose', async () => {
  const config = join(host.user.home, '.codex', 'config.toml');
  mkdirSync(join(host.user.home, '.codex'), { recursive: true });
  writeFileSync(config, 'model = "gpt-5"\n');
  const first = await start();
  await ask(first, 'POST', '/connections/codex');
  const connected = readFileSync(config, 'utf8');
  await first.close({ drainMs: 0 });
  expect(readFileSync(config, 'utf8')).toBe(connected);

  const second = await start(Number(new URL(first.url).port));
  await ask(second, 'PATCH', '/settings', { connections: { onQuit: 'restore' } });
  await second.close({ drainMs: 0 });
  expect(readFileSync(config, 'utf8')).toBe('model = "gpt-5"\n');

  writeFileSync(config, 'model = "gpt-6"\n');
  const third = await start();
  await expect.poll(() => readFileSync(config, 'utf8')).toContain(`base_url = "${third.url}/v1"`);
  const [key = ''] = /gw_[\w-]{43}/.exec(readFileSync(config, 'utf8')) ?? [];
  expect(connected).toContain(key);
  const { tools } = await ask<{ tools: { id: string; state: string }[] }>(third, 'GET', '/connections');
  expect(tools.find(({ id }) => id === 'codex')).toMatchObject({ state: 'connected' });
  await ask(third, 'DELETE', '/connections/codex');
  expect(readFileSync(config, 'utf8')).toBe('model = "gpt-6"\n');
  await third.close({ drainMs: 0 });
});
