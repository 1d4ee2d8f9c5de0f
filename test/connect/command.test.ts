import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway } from '../../gateway/index.ts';
import { createMemoryHost } from '../memory-host.ts';

const root = join(import.meta.dirname, '..', '..');
const start = join(root, 'scripts', 'start.mjs');
const OWNER = 'the-owner-of-this-very-machine';
const host = createMemoryHost();
const { home } = host.user;
const config = join(home, '.codex', 'config.toml');
const MINE = '# mine\nmodel = "gpt-5.2-codex"\n';

/** Run as another program of the same person: no terminal to be asked at. */
async function run(...words: string[]): Promise<{ code: number; text: string }> {
  const environment = { PATH: process.env.PATH, HOME: home, LLM_GATEWAY_OWNER_TOKEN: OWNER };
  const child = execFile(process.execPath, [start, ...words, '--data-dir', host.paths.data], { env: environment });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (piece: string) => {
      text += piece;
    });
  }
  child.stdin?.end();
  const [code] = (await once(child, 'close')) as [number];
  return { code, text };
}

beforeAll(() => {
  execFileSync(process.execPath, [start, '--version']);
  mkdirSync(join(home, '.codex'), { recursive: true });
}, 60_000);
afterAll(() => host.remove());

describe.each([
  ['alone', false],
  ['beside a running gateway', true],
])('connect and disconnect on the command line, %s', { timeout: 60_000 }, (_, isRunning) => {
  let gateway: Awaited<ReturnType<typeof createGateway>> | undefined;
  beforeAll(async () => {
    writeFileSync(config, MINE);
    const place = { hostname: '127.0.0.1', port: 0, version: '0.0.0', ownerToken: OWNER };
    if (isRunning) gateway = await createGateway(host, { ...place, environmentKeys: [], baseUrls: {} });
  });
  afterAll(() => gateway?.close({ drainMs: 0 }));

  it('shows the change and makes it only when told to', async () => {
    const shown = await run('connect', 'codex');
    expect(shown).toMatchObject({ code: 2 });
    expect(shown.text).toContain('+ model_provider = "llm-gateway"');
    expect(shown.text).toContain('Add --yes to do it.');
    expect(readFileSync(config, 'utf8')).toBe(MINE);

    const done = await run('connect', 'codex', '--yes');
    expect(done).toMatchObject({ code: 0 });
    expect(done.text).toContain('Codex is pointed here and has not called yet.');
    expect(done.text).not.toMatch(/gw_[\w-]{43}/);
    const written = readFileSync(config, 'utf8');
    expect(written).toContain(`base_url = "${gateway?.url ?? 'http://127.0.0.1:4556'}/v1"`);
    expect(written).toContain(MINE);
  });

  it('the key that it wrote is one that the gateway takes', async () => {
    if (gateway === undefined) return;
    const [key = ''] = /gw_[\w-]{43}/.exec(readFileSync(config, 'utf8')) ?? [];
    const headers = { authorization: `Bearer ${key}` };
    expect((await fetch(`${gateway.url}/v1/models`, { headers })).status).toBe(200);
    const body = JSON.stringify({ model: 'auto', input: 'Hello' });
    const json = { ...headers, 'content-type': 'application/json' };
    const answer = await fetch(`${gateway.url}/v1/responses`, { method: 'POST', headers: json, body });
    expect(answer.status).toBe(200);
    expect((await run('connect', '--list')).text).toContain('Codex is pointed here and has called just now.');
  });

  it('lists tools, in words and as JSON', async () => {
    const { text } = await run('connect', '--list');
    expect(text).toMatch(/^codex {8}Codex is pointed here/m);
    expect(text).toMatch(/^claude-code {2}Claude Code was not found on this machine\.$/m);
    const list = JSON.parse((await run('connect', '--json')).text) as { id: string; state: string }[];
    expect(list.find(({ id }) => id === 'codex')).toMatchObject({ state: 'connected' });
  });

  it('puts everything back before an uninstall', async () => {
    await run('connect', 'aider', '--yes');
    expect(existsSync(join(home, '.aider.conf.yml'))).toBe(true);
    const gone = await run('disconnect', '--all');
    expect(gone).toEqual({ code: 0, text: 'Codex: done.\naider: done.\n' });
    expect(readFileSync(config, 'utf8')).toBe(MINE);
    expect(existsSync(join(home, '.aider.conf.yml'))).toBe(false);
    expect(await run('disconnect', '--all')).toMatchObject({ text: 'No tool is connected.\n' });
  });

  it('says in one sentence what cannot be done', async () => {
    expect(await run('connect', 'emacs', '--yes')).toMatchObject({
      code: 2,
      text: expect.stringContaining('There is no tool "emacs". Known are claude-code'),
    });
    expect(await run('disconnect', 'codex', '--yes')).toMatchObject({
      code: 2,
      text: expect.stringContaining('Codex is not connected.'),
    });
    writeFileSync(config, 'model = = 1\n');
    const broken = await run('connect', 'codex', '--yes');
    expect(broken).toMatchObject({ code: 2, text: expect.stringContaining(`The file ${config} cannot be changed`) });
    expect(broken.text).toContain('Nothing was changed.');
    expect(readFileSync(config, 'utf8')).toBe('model = = 1\n');
  });
});
