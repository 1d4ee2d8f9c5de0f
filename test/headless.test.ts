import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const start = join(import.meta.dirname, '..', 'scripts', 'start.mjs');
const posix = process.platform !== 'win32';

interface Run {
  child: ChildProcess;
  /** The lines of stdout so far. */
  lines: string[];
  stderr(): string;
  exit: Promise<number | null>;
}

interface Ready {
  url: string;
  gatewayKey: string | null;
  ownerToken: string;
  dataDir: string;
}

let dataDirectory: string;
const children = new Set<ChildProcess>();

// The bundle is made once, so that no test waits for it.
beforeAll(() => void execFileSync(process.execPath, [start, '--version']), 60_000);
beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'headless-'));
});
afterEach(async () => {
  for (const child of children) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  children.clear();
  await rm(dataDirectory, { recursive: true, force: true });
});

describe('the headless host', { timeout: 30_000 }, () => {
  it('prints one line of JSON and then answers the key in it', async () => {
    const { run, ready } = await serve();
    expect(ready).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      gatewayKey: expect.stringMatching(/^gw_/),
      ownerToken: expect.stringMatching(/^gwo_/),
      dataDir: dataDirectory,
      dashboard: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/#\/sign-in\/[\w-]{43}$/),
    });
    const response = await ask(ready);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ object: 'chat.completion', metadata: { provider: 'demo' } });
    expect(run.lines).toHaveLength(1);
  });

  it('makes a gateway key at the first start only, and more when asked', async () => {
    const first = await serve();
    await stop(first.run);
    const second = await serve();
    expect(second.ready.gatewayKey).toBeNull();
    expect(second.ready.ownerToken).toBe(first.ready.ownerToken);
    expect((await ask({ ...second.ready, gatewayKey: first.ready.gatewayKey })).status).toBe(200);
    await stop(second.run);
    const third = await serve(['--new-key', 'laptop']);
    expect(third.ready.gatewayKey).toMatch(/^gw_/);
    expect((await ask(third.ready)).status).toBe(200);
  });

  it.runIf(posix)('prints a curl line that returns an answer', async () => {
    const run = spawnHost(['--port', '0']);
    const line = await lineWith(run, 'curl ');
    const answer = execFileSync('sh', ['-c', line], { encoding: 'utf8' });
    expect(JSON.parse(answer)).toMatchObject({ object: 'chat.completion', metadata: { provider: 'demo' } });
  });

  it('leaves with 0 at SIGTERM', async () => {
    const { run } = await serve();
    // Windows knows no SIGTERM: there the process is ended, not asked.
    if (posix) expect(await stop(run)).toBe(0);
  });

  it.runIf(posix)('leaves when the shell that npm put between them is killed', async () => {
    const command = `"${process.execPath}" "${start}" serve --port 0 --json; true`;
    const env = { PATH: process.env.PATH, LLM_GATEWAY_DATA_DIR: dataDirectory, npm_lifecycle_event: 'start' };
    const shell = spawn('sh', ['-c', command], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = await once(createInterface({ input: shell.stdout }), 'line');
    shell.kill('SIGTERM');
    const { url } = JSON.parse(String(line));
    const answers = () =>
      fetch(url).then(
        () => true,
        () => false,
      );
    await expect.poll(answers, { timeout: 10_000 }).toBe(false);
  });

  it('takes the owner token from the environment and shows it in no process list', async () => {
    const { run, ready } = await serve([], { LLM_GATEWAY_OWNER_TOKEN: 'the-owner-of-this-very-machine' });
    expect(ready.ownerToken).toBe('the-owner-of-this-very-machine');
    await expect(stat(join(dataDirectory, 'owner-token'))).rejects.toThrow('ENOENT');
    if (process.platform === 'linux') {
      expect(await readFile(`/proc/${run.child.pid}/cmdline`, 'utf8')).not.toContain('the-owner');
    }
  });

  it('keeps the key of a provider out of every file and every line', async () => {
    const run = spawnHost(['--port', '0'], {
      OPENAI_API_KEY: 'sk-never-seen',
      OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
    });
    await lineWith(run, 'curl ');
    expect(run.lines.join('\n')).toContain('OPENAI_API_KEY');
    const seen = [...run.lines, run.stderr()].join('\n') + filesUnder(dataDirectory);
    expect(seen).not.toContain('sk-never-seen');
  });

  it.runIf(posix)('makes files that only their owner can read', async () => {
    await serve();
    for (const name of ['key', 'owner-token']) {
      expect((await stat(join(dataDirectory, name))).mode & 0o077).toBe(0);
    }
  });

  it('turns a second start on one data directory away, until the first is gone, even if killed', async () => {
    const first = await serve();
    const second = spawnHost(['--port', '0', '--json']);
    expect(await second.exit).toBe(2);
    expect(second.stderr().trim().split('\n')).toEqual([expect.stringMatching(/in use|uses/)]);
    first.run.child.kill('SIGKILL');
    await first.run.exit;
    await serve();
  });

  it('says in one sentence that a port is taken, and by whom', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const run = spawnHost(['--port', String(port)]);
    expect(await run.exit).toBe(2);
    server.close();
    const who = process.platform === 'linux' ? ` by .+ \\(process ${process.pid}\\)` : '.*';
    expect(run.stderr()).toMatch(new RegExp(`^Port ${port} is taken${who}\\. Stop that program, .*\\n$`));
  });

  it.each([
    [['--prot', '1'], 'There is no flag --prot. Did you mean --port?\n'],
    [['--port', 'x'], '--port takes a number'],
    [['--port', '0', '--host', '203.0.113.7'], 'This machine cannot listen on 203.0.113.7'],
  ])('leaves with 2 and one sentence for %j', async (flags, sentence) => {
    const run = spawnHost(flags);
    expect(await run.exit).toBe(2);
    expect(run.stderr()).toContain(sentence);
    expect(run.stderr().trim().split('\n')).toHaveLength(1);
    expect(run.lines).toEqual([]);
  });

  it('warns when other machines can reach it', async () => {
    const { run } = await serve(['--host', '0.0.0.0']);
    await expect.poll(() => run.stderr()).toContain('other machines can reach this gateway');
  });

  it('takes what a configuration file declares, and prints what it has as one, without secrets', async () => {
    const file = join(dataDirectory, 'gateway.json');
    const declared = {
      providers: {
        team: { baseUrl: 'http://127.0.0.1:1/v1', dialect: 'openai-chat', key: { env: 'TEAM_KEY' }, models: ['big'] },
      },
      aliases: { fast: 'team/big' },
      settings: { cache: { ttlMs: 5000 }, local: { discover: false } },
    };
    await writeFile(file, JSON.stringify(declared));
    const { run, ready } = await serve(['--config', file], { TEAM_KEY: 'SECRET-KEY' });
    const owner = (path: string, init: RequestInit = {}) =>
      fetch(`${ready.url}/api${path}`, {
        ...init,
        headers: { authorization: `Bearer ${ready.ownerToken}`, 'content-type': 'application/json' },
      });
    expect(await (await owner('/config')).json()).toEqual({
      file,
      providers: ['team'],
      aliases: ['fast'],
      settings: ['cache.ttlMs', 'local.discover'],
    });
    const refused = await owner('/settings', { method: 'PATCH', body: JSON.stringify({ cache: { ttlMs: 1 } }) });
    expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining('cache.ttlMs is declared')]);
    const body = JSON.stringify({ name: 'slow', target: 'auto:quality' });
    expect((await owner('/aliases', { method: 'POST', body })).status).toBe(200);
    const exported = {
      providers: { team: { ...declared.providers.team, key: { env: 'TEAM_API_KEY' } } },
      aliases: { fast: 'team/big', slow: 'auto:quality' },
      settings: declared.settings,
    };
    const online = spawnHost(['--port', new URL(ready.url).port], {}, ['config', 'export']);
    expect([await online.exit, online.stderr()]).toEqual([0, '']);
    expect(JSON.parse(online.lines.join('\n'))).toEqual(exported);
    await stop(run);
    const offline = spawnHost(['--port', '1'], {}, ['config', 'export']);
    expect(await offline.exit).toBe(0);
    expect(JSON.parse(offline.lines.join('\n'))).toEqual({
      providers: {},
      aliases: { slow: 'auto:quality' },
      settings: {},
    });
    await writeFile(file, JSON.stringify(exported));
    const again = await serve(['--config', file], { TEAM_API_KEY: 'SECRET-KEY' });
    await stop(again.run);
    await rm(file);
    expect(filesUnder(dataDirectory) + run.stderr()).not.toContain('SECRET-KEY');
  });

  it('leaves with 2 and every mistake of a configuration file', async () => {
    const file = join(dataDirectory, 'gateway.json');
    await writeFile(file, '{"providers":{"team":{"dialect":"openai-chat"}},"alliases":{}}');
    const run = spawnHost(['--config', file]);
    expect(await run.exit).toBe(2);
    expect(run.stderr()).toMatch(/has 2 mistakes:\n.*alliases: is not known.*\n.*providers.team.baseUrl: is missing/);
    const missing = spawnHost(['--config', join(dataDirectory, 'none.json')]);
    expect(await missing.exit).toBe(2);
    expect(missing.stderr()).toContain('cannot be read (ENOENT)');
  });

  it('gives back what starting took, once nobody asks for anything', async () => {
    const run = spawnHost(['--port', '0', '--json'], {}, ['serve'], ['--trace-gc']);
    await lineWith(run, '{');
    // What V8 calls the collection that makes everything small.
    await expect.poll(() => run.lines.some((line) => line.includes('low memory notification'))).toBe(true);
    expect((await ask(JSON.parse(await lineWith(run, '{')))).status).toBe(200);
  });

  it('prints its help and its version', async () => {
    const help = spawnHost(['--help']);
    expect(await help.exit).toBe(0);
    expect(help.lines.join('\n')).toContain('--new-key NAME');
    const version = spawnHost(['--version']);
    expect(await version.exit).toBe(0);
    expect(version.lines).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+/)]);
  });
});

function spawnHost(
  flags: string[],
  environment: Record<string, string> = {},
  command = ['serve'],
  nodeFlags: string[] = [],
): Run {
  const env = { PATH: process.env.PATH, HOME: dataDirectory, LLM_GATEWAY_DATA_DIR: dataDirectory, ...environment };
  const child = spawn(process.execPath, [...nodeFlags, start, ...command, ...flags], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  const lines: string[] = [];
  let errors = '';
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  child.stderr.on('data', (bytes) => {
    errors += String(bytes);
  });
  // `close`, not `exit`: by then both outputs have been read to their end.
  return { child, lines, stderr: () => errors, exit: once(child, 'close').then(([code]) => code) };
}

async function serve(
  flags: string[] = [],
  environment: Record<string, string> = {},
): Promise<{ run: Run; ready: Ready }> {
  const run = spawnHost(['--port', '0', '--json', ...flags], environment);
  return { run, ready: JSON.parse(await lineWith(run, '{')) };
}

async function lineWith(run: Run, start: string): Promise<string> {
  const found = () => run.lines.find((line) => line.trim().startsWith(start));
  await expect.poll(() => found() ?? run.child.exitCode, { timeout: 15_000, interval: 20 }).not.toBeNull();
  const line = found();
  if (line === undefined) throw new Error(`It left with ${run.child.exitCode}: ${run.stderr()}`);
  return line.trim();
}

function stop(run: Run): Promise<number | null> {
  run.child.kill('SIGTERM');
  return run.exit;
}

function ask({ url, gatewayKey }: Ready): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gatewayKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'Say hello in five words.' }] }),
  });
}

/** The bytes of all files below a folder, as text in which any ASCII can be found. */
function filesUnder(folder: string): string {
  return globSync('**/*', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}
