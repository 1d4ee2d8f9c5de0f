import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEcho } from '../fake-echo.ts';
import { createFakeProvider, type FakeProvider } from '../fake-provider.ts';
import { ask, SOON } from './start.ts';

const root = join(import.meta.dirname, '..', '..');

interface Ready {
  url: string;
  gatewayKey: string;
  ownerToken: string;
}

let fake: FakeProvider;
let dataDirectory: string;
const children = new Set<ChildProcess>();
beforeEach(async () => {
  fake = await createFakeProvider();
  dataDirectory = mkdtempSync(join(tmpdir(), 'killed-'));
});
afterEach(async () => {
  for (const child of children) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  children.clear();
  await fake.close();
  rmSync(dataDirectory, { recursive: true, force: true });
});

/** The headless host as it is shipped, in a process of its own. */
async function serve(): Promise<{ child: ChildProcess; ready: Ready }> {
  const child = spawn(
    process.execPath,
    ['headless/index.ts', 'serve', '--json', '--port', '0', '--data-dir', dataDirectory],
    {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: dataDirectory, OPENAI_API_KEY: 'sk-fake', OPENAI_BASE_URL: fake.url },
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  children.add(child);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, ready: JSON.parse(line) as Ready };
}

/** Asks again and again until the host is gone; returns the ids of the answers that arrived whole. */
async function load({ url, gatewayKey }: Ready, stream: boolean): Promise<string[]> {
  const ids: string[] = [];
  try {
    for (;;) {
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${gatewayKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(ask('gpt-4.1', { stream })),
      });
      const text = await response.text();
      const isWhole = stream ? text.endsWith('[DONE]\n\n') : text.includes('"metadata"');
      if (response.status === 200 && isWhole) ids.push(response.headers.get('x-gateway-request-id') ?? '');
    }
  } catch {
    return ids;
  }
}

async function idsInLedger({ url, ownerToken }: Ready): Promise<Set<string>> {
  const ids = new Set<string>();
  let cursor = '';
  do {
    const response = await fetch(
      `${url}/api/requests?limit=500${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      {
        headers: { authorization: `Bearer ${ownerToken}` },
      },
    );
    const page = (await response.json()) as { requests: { id: string }[]; nextCursor: string | null };
    for (const { id } of page.requests) ids.add(id);
    cursor = page.nextCursor ?? '';
  } while (cursor !== '');
  return ids;
}

describe('the headless host', { timeout: 60_000 }, () => {
  it('that is killed under load has every answer in its ledger that a client saw the end of', async () => {
    const { child, ready } = await serve();
    const clients = Array.from({ length: 8 }, (_, index) => load(ready, index % 2 === 0));
    await sleep(1200);
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    const answered = (await Promise.all(clients)).flat();
    expect(answered.length).toBeGreaterThan(20);
    await exit;
    const again = await serve();
    const kept = await idsInLedger(again.ready);
    expect(answered.filter((id) => !kept.has(id))).toEqual([]);
    expect(kept.size).toBeGreaterThanOrEqual(new Set(answered).size);
  });

  it('that is killed counts what was spent, and keeps what was held back for streams under way', async () => {
    fake.respond(createEcho({ usage: { input: 11, output: 1000 } }));
    const { child, ready } = await serve();
    const owner = { authorization: `Bearer ${ready.ownerToken}`, 'content-type': 'application/json' };
    await fetch(`${ready.url}/api/limits/overall`, {
      method: 'PATCH',
      headers: owner,
      body: JSON.stringify({ monthUsd: 5 }),
    });
    const chat = (stream: boolean) =>
      fetch(`${ready.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${ready.gatewayKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(ask('gpt-4.1', { stream, max_tokens: 1000 })),
      });
    for (let asked = 0; asked < 7; asked++) await (await chat(false)).text();
    fake.respond(createEcho({ text: 'a long story', delayMs: 5_000 }));
    await Promise.all([chat(true), chat(true)]);
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    const again = await serve();
    const use = async () => {
      const response = await fetch(`${again.ready.url}/api/limits/overall`, {
        headers: { authorization: `Bearer ${again.ready.ownerToken}` },
      });
      return ((await response.json()) as { use: { month: { usedNano: number; reservedNano: number } } }).use.month;
    };
    // Each answer of 11 and 1,000 tokens costs 2 and 8 USD a million; the two streams may have cost that and a bit more.
    await vi.waitFor(async () => expect((await use()).usedNano).toBe(7 * 8_022_000), SOON);
    await vi.waitFor(async () => expect((await use()).reservedNano).toBeGreaterThan(2 * 8_000_000), SOON);
    const unsettled = async (method: string, path: string) => {
      const response = await fetch(`${again.ready.url}/api/unsettled-calls${path}`, {
        method,
        headers: { ...owner, authorization: `Bearer ${again.ready.ownerToken}` },
        ...(method === 'POST' && { body: '{}' }),
      });
      return (await response.json()) as { calls: { why: string }[]; heldNano: number };
    };
    const held = await unsettled('GET', '');
    expect(held).toMatchObject({ calls: [{ why: 'killed' }, { why: 'killed' }], heldNano: (await use()).reservedNano });
    expect((await unsettled('POST', '/release')).heldNano).toBe(held.heldNano);
    expect((await use()).reservedNano).toBe(0);
  });

  it.skipIf(process.platform === 'win32')('that is asked to end lets an open stream come to its end', async () => {
    fake.respond(createEcho({ text: 'one two three four five six seven eight nine ten', delayMs: 60 }));
    const { child, ready } = await serve();
    const exit = once(child, 'exit');
    const response = await fetch(`${ready.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ready.gatewayKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(ask('gpt-4.1', { stream: true })),
    });
    const id = response.headers.get('x-gateway-request-id') ?? '';
    child.kill('SIGTERM');
    const text = await response.text();
    expect(text).toContain('"content":"ten"');
    expect(text.endsWith('[DONE]\n\n')).toBe(true);
    expect(await exit).toEqual([0, null]);
    const again = await serve();
    expect((await idsInLedger(again.ready)).has(id)).toBe(true);
  });
});
