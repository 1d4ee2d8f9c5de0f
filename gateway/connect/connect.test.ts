import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTools, type Tools } from '../../test/connect/tools.ts';
import { createConnections } from './index.ts';

let tools: Tools;
beforeEach(() => {
  tools = openTools();
});
afterEach(() => tools.close());

const path = (...parts: string[]) => join(tools.home, ...parts);

function write(text: string, ...parts: string[]): void {
  mkdirSync(path(...parts.slice(0, -1)), { recursive: true });
  writeFileSync(path(...parts), text);
}

const read = (...parts: string[]) => readFileSync(path(...parts), 'utf8');
const connect = (id: string, models: 'auto' | 'keep' = 'keep') => tools.connections.connect(id, { models });
const seen = async (id: string) => (await tools.connections.list()).find((tool) => tool.id === id);

test('each tool gets a gateway key of its own, which is revoked when it is disconnected', async () => {
  await connect('codex');
  await connect('aider');
  expect(tools.keys().sort()).toEqual(['Codex', 'aider']);
  const [, key = ''] = /experimental_bearer_token = "(gw_[\w-]{43})"/.exec(read('.codex', 'config.toml')) ?? [];
  expect(tools.gatewayKeys.authenticate(key)?.name).toBe('Codex');
  await tools.connections.disconnect('codex');
  expect(tools.gatewayKeys.authenticate(key)).toBeUndefined();
  expect(tools.keys()).toEqual(['aider']);
});

test('it says when a tool has called, and how it stands', async () => {
  await connect('codex');
  expect((await seen('codex'))?.sentence).toBe('Codex is pointed here and has not called yet.');
  const [key = ''] = /gw_[\w-]{43}/.exec(read('.codex', 'config.toml')) ?? [];
  tools.gatewayKeys.authenticate(key);
  expect(await seen('codex')).toMatchObject({
    sentence: 'Codex is pointed here and has called just now.',
    connection: { models: 'keep', lastUsedAtMs: expect.any(Number) },
  });
  const written = read('.codex', 'config.toml');
  write(written.replace('"llm-gateway"', '"openai"'), '.codex', 'config.toml');
  expect((await seen('codex'))?.state).toBe('elsewhere');
  write(written.replace('127.0.0.1:4556', 'gateway.example.com'), '.codex', 'config.toml');
  expect((await seen('codex'))?.state).toBe('elsewhere');
  write(written.replace('127.0.0.1:4556', 'localhost:4556'), '.codex', 'config.toml');
  expect((await seen('codex'))?.state).toBe('changed');
  write(written.replace('4556', '8080'), '.codex', 'config.toml');
  expect((await seen('codex'))?.state).toBe('wrongPort');
  write('= broken', '.codex', 'config.toml');
  expect(await seen('codex')).toMatchObject({ state: 'unreadable', sentence: expect.stringContaining('config.toml') });
  rmSync(path('.codex', 'config.toml'));
  expect((await seen('codex'))?.state).toBe('elsewhere');
  write(written, '.codex', 'config.toml');
  tools.gatewayKeys.revoke(tools.gatewayKeys.list()[0]?.id ?? '');
  expect((await seen('codex'))?.state).toBe('keyRevoked');
});

test('a tool that somebody pointed here by hand is told from one that is connected', async () => {
  write('{"env":{"ANTHROPIC_BASE_URL":"http://localhost:4556/"}}', '.claude', 'settings.json');
  expect((await seen('claude-code'))?.state).toBe('byHand');
  await expect(tools.connections.disconnect('claude-code')).rejects.toMatchObject({ code: 'not_found' });
});

test('a tool whose key was revoked gets a new one when it is connected again', async () => {
  await connect('codex');
  const before = read('.codex', 'config.toml');
  tools.gatewayKeys.revoke(tools.gatewayKeys.list()[0]?.id ?? '');
  await connect('codex');
  expect((await seen('codex'))?.state).toBe('connected');
  expect(read('.codex', 'config.toml')).not.toBe(before);
  await tools.connections.disconnect('codex');
  expect(existsSync(path('.codex'))).toBe(false);
});

test('the names that are built into a tool are routed if the owner chose so, and as before once it is disconnected', async () => {
  const mode = () => tools.policies.live().policy.tools['claude-code'] ?? 'keep';
  await connect('claude-code', 'auto');
  expect(mode()).toBe('auto');
  await connect('claude-code', 'keep');
  expect(mode()).toBe('keep');
  await connect('claude-code', 'auto');
  await tools.connections.disconnect('claude-code');
  expect(mode()).toBe('keep');
  await connect('aider', 'auto');
  expect(tools.policies.live().policy.tools.aider).toBeUndefined();
});

test('what somebody else has changed of ours stays, and is named', async () => {
  write('model: sonnet\n', '.aider.conf.yml');
  await connect('aider');
  write(read('.aider.conf.yml').replace('openai/auto', 'openai/gpt-5'), '.aider.conf.yml');
  const { notes } = await tools.connections.disconnect('aider');
  expect(notes).toEqual([expect.stringContaining('"model"')]);
  expect(read('.aider.conf.yml')).toBe('model: openai/gpt-5\n');
});

test('a model that was added to our provider goes with it', async () => {
  await connect('opencode');
  const file = ['.config', 'opencode', 'opencode.json'] as const;
  write(read(...file).replace('"auto": {', '"gpt-5": {}, "auto": {'), ...file);
  expect(await tools.connections.disconnect('opencode')).toMatchObject({ notes: [] });
  expect(existsSync(path(...file))).toBe(false);
});

test('a file that broke meanwhile is not touched, and the tool stays connected', async () => {
  write('{}', '.claude', 'settings.json');
  await connect('claude-code');
  write('{ "env": ', '.claude', 'settings.json');
  await expect(tools.connections.disconnect('claude-code')).rejects.toMatchObject({ code: 'conflict' });
  expect(await tools.connections.disconnectAll()).toMatchObject([{ id: 'claude-code', done: false }]);
  expect(read('.claude', 'settings.json')).toBe('{ "env": ');
  expect(tools.keys()).toEqual(['Claude Code']);
});

test('one of two files that cannot be written leaves both as they were', async () => {
  write('A=1\n', '.gemini', '.env');
  write('{}\n', '.gemini', 'settings.json');
  chmodSync(path('.gemini', 'settings.json'), 0o400);
  await expect(connect('gemini-cli')).rejects.toThrow('read-only');
  expect(read('.gemini', '.env')).toBe('A=1\n');
  expect(tools.keys()).toEqual([]);
  expect((await seen('gemini-cli'))?.connection).toBeNull();
});

test('a link that leads nowhere, and what is no file, are refused', async () => {
  mkdirSync(path('.codex'), { recursive: true });
  symlinkSync(path('nowhere'), path('.codex', 'config.toml'));
  await expect(connect('codex')).rejects.toThrow('is a link to a file that is not there');
  rmSync(path('.codex', 'config.toml'));
  mkdirSync(path('.codex', 'config.toml'));
  await expect(connect('codex')).rejects.toThrow('is not a file');
  rmSync(path('.codex'), { recursive: true });
  write('a file', '.codex');
  await expect(connect('codex')).rejects.toMatchObject({ code: 'conflict' });
});

test('a file that is no text, or holds something else where ours belongs, is refused', async () => {
  mkdirSync(path('.claude'));
  writeFileSync(path('.claude', 'settings.json'), Buffer.from([0x7b, 0xff, 0xfe, 0x7d]));
  await expect(connect('claude-code')).rejects.toThrow('no UTF-8 text');
  for (const text of ['[1]', '"text"', '{"env": []}', '{"env": "off"}']) {
    write(text, '.claude', 'settings.json');
    await expect(connect('claude-code')).rejects.toMatchObject({ code: 'conflict' });
    expect(read('.claude', 'settings.json')).toBe(text);
  }
});

test("variables that move a tool's folder are honoured", async () => {
  Object.assign(tools.user.environment, {
    CODEX_HOME: path('elsewhere', 'codex'),
    CLAUDE_CONFIG_DIR: path('elsewhere', 'claude'),
    XDG_CONFIG_HOME: path('xdg'),
    GEMINI_CLI_HOME: path('elsewhere'),
    QWEN_HOME: path('elsewhere', 'qwen'),
    CLINE_DIR: path('elsewhere', 'cline'),
    CONTINUE_GLOBAL_DIR: path('elsewhere', 'continue'),
  });
  const files = (await tools.connections.list()).flatMap((tool) => tool.files);
  expect(files.filter((file) => !/\/home\/(elsewhere|xdg)\//.test(file))).toEqual([path('.aider.conf.yml')]);
});

test('a tool that has moved its files since is put back where it was and connected where it is', async () => {
  await connect('codex');
  tools.user.environment.CODEX_HOME = path('moved');
  await connect('codex');
  expect(existsSync(path('.codex', 'config.toml'))).toBe(false);
  expect(existsSync(path('moved', 'config.toml'))).toBe(true);
});

test('a tool that was pointed elsewhere is left alone when the port changes', async () => {
  await connect('codex');
  write(read('.codex', 'config.toml').replace('"llm-gateway"', '"openai"'), '.codex', 'config.toml');
  const before = read('.codex', 'config.toml');
  tools.url = 'http://127.0.0.1:5000';
  expect(await tools.connections.repoint()).toMatchObject([
    { done: true, notes: [expect.stringContaining('left alone')] },
  ]);
  expect(read('.codex', 'config.toml')).toBe(before);
});

test('a program with an SDK gets lines to copy, with a key that is shown once', async () => {
  const preview = await tools.connections.preview('openai-sdk', 'connect', 'keep');
  expect(preview).toMatchObject({ files: [], notes: expect.arrayContaining(['OPENAI_API_KEY=gw_…']) });
  const { steps, tool } = await connect('openai-sdk');
  expect(tool.state).toBe('connected');
  expect(steps.join('\n')).toMatch(/OPENAI_BASE_URL=http:\/\/127\.0\.0\.1:4556\/v1\nOPENAI_API_KEY=gw_[\w-]{43}/);
  await tools.connections.disconnect('openai-sdk');
  expect(tools.keys()).toEqual([]);
});

test('the database holds neither the files nor the keys in plain text', async () => {
  write('model: sonnet\nanthropic-api-key: sk-ant-OWN-KEY\n', '.aider.conf.yml');
  await connect('aider');
  const stored = tools.database.client.serialize().toString('latin1');
  expect(stored).not.toContain('OWN-KEY');
  expect(stored).not.toContain(Buffer.from('sk-ant-OWN-KEY').toString('base64').slice(4, -4));
  expect(stored).not.toMatch(/gw_[\w-]{43}/);
});

test('what was sealed and cannot be opened is said, and nothing is changed', async () => {
  await connect('codex');
  const before = read('.codex', 'config.toml');
  const { database, gatewayKeys, policies, user, host } = tools;
  const cipher = { ...host.cipher, open: () => Promise.reject(new Error('no')) };
  const other = createConnections({
    database,
    cipher,
    gatewayKeys,
    policies,
    user,
    url: () => tools.url,
    log: host.log,
  });
  await expect(other.disconnect('codex')).rejects.toMatchObject({ code: 'conflict' });
  expect(read('.codex', 'config.toml')).toBe(before);
});

test('listeners are told of every change', async () => {
  let told = 0;
  tools.connections.onChange(() => {
    told += 1;
  });
  await connect('codex');
  await tools.connections.disconnect('codex');
  expect(told).toBe(2);
});

test('two changes at once are made one after the other', async () => {
  const all = ['codex', 'aider', 'zed', 'opencode', 'codex'];
  await Promise.all(all.map((id) => connect(id)));
  expect(tools.keys().length).toBe(4);
  await Promise.all([tools.connections.disconnectAll(), tools.connections.disconnectAll()]);
  expect(existsSync(path('.codex'))).toBe(false);
  expect(tools.keys()).toEqual([]);
});
