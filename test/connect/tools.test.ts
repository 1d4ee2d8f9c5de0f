import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTools, type Tools } from './tools.ts';

/** Configuration files as people have them: comments, other settings, keys that are theirs. */
const FILES: Record<string, Record<string, string>> = {
  'claude-code': {
    '.claude/settings.json': `{
  "permissions": {
    "allow": ["Bash(npm run test:*)"],
    "deny": []
  },
  "env": {
    "ANTHROPIC_API_KEY": "sk-ant-api03-OWN-KEY-0123456789abcdef",
    "DISABLE_TELEMETRY": "1"
  },
  "model": "opus"
}
`,
  },
  codex: {
    '.codex/config.toml': `#:schema https://example.com/codex.json
# Mine, do not touch.

# the best one
model = "gpt-5.2-codex"   # 2026
approval_policy = "on-request"
notify = [
  "notify-send",  # [not a table]
  "model_provider = 'trap'",
]

[mcp_servers.docs]
command = "npx"
env = { "DOCS_TOKEN" = "tok_OWN_SECRET_0123456789" }
motto = """
[model_providers.llm-gateway]
model_provider = "still a trap"
"""

# where I work
[projects."/home/me/work"]
trust_level = "trusted"
`,
  },
  'gemini-cli': {
    '.gemini/.env': `# from the console
GEMINI_API_KEY="AIzaSyOWN-KEY-0123456789abcdefghijklmn"
export GOOGLE_CLOUD_PROJECT=mine
`,
    '.gemini/settings.json': `{
  // signed in with Google
  "security": { "auth": { "selectedType": "oauth-personal" } },
  "ui": { "theme": "GitHub" },
}
`,
  },
  opencode: {
    '.config/opencode/opencode.json': `{
	"$schema": "https://opencode.ai/config.json",
	"model": "anthropic/claude-sonnet-4-5", // daily driver
	"provider": {
		"anthropic": { "options": { "apiKey": "{env:ANTHROPIC_API_KEY}" } } /* work */
	}
}
`,
  },
  'qwen-code': {
    '.qwen/settings.json': `{
    "$version": 3,
    "modelProviders": {
        "openai": [
            { "id": "qwen3-coder-plus", "envKey": "DASHSCOPE_API_KEY" } // mine
        ]
    },
    "env": { "DASHSCOPE_API_KEY": "sk-OWN-dashscope-0123456789" }
}
`,
  },
  continue: {
    '.continue/config.yaml': `name: My Config
version: 1.0.0
schema: v1

models:
  # local first
  - name: Llama
    provider: ollama
    model: llama3.1:8b   # small
  - name: "Claude"
    provider: anthropic
    model: claude-sonnet-4-5
    apiKey: sk-ant-OWN-KEY-0123456789   # mine

# what it may read
context:
  - provider: file
rules:
    - Be brief and never explain what was not asked for, even where the line is so long that a writer of YAML would fold it in two.
`,
  },
  cline: {
    '.cline/data/settings/providers.json': `{
  "version": 1,
  "lastUsedProvider": "anthropic",
  "providers": {
    "anthropic": {
      "settings": { "provider": "anthropic", "apiKey": "sk-ant-OWN-KEY-0123456789" },
      "updatedAt": "2026-10-01T08:00:00.000Z",
      "tokenSource": "manual"
    }
  }
}
`,
  },
  aider: {
    '.aider.conf.yml': `##########
# aider
##########
## the model
model: sonnet   # for now

anthropic-api-key: sk-ant-OWN-KEY-0123456789
dark-mode:  true
read: [CONVENTIONS.md,   README.md]
`,
  },
  zed: {
    '.config/zed/settings.json': `// Zed settings
//
// For information on how to configure Zed, see the documentation.
{
  "theme": "One Dark",
  "agent": {
    "default_model": { "provider": "zed.dev", "model": "claude-sonnet-4" },
    "version": "2", // from Zed
  },
  "languages": { "Python": { "tab_size": 4 } }, // trailing comma and comment
}
`,
  },
};

const IDS = Object.keys(FILES);
const SECRETS = /OWN[-_](?:KEY|SECRET|dashscope)/;

let tools: Tools;
beforeEach(() => {
  tools = openTools();
});
afterEach(() => tools.close());

function put(id: string, change: (text: string) => string = (text) => text): void {
  for (const [path, text] of Object.entries(FILES[id] ?? {})) {
    mkdirSync(dirname(join(tools.home, path)), { recursive: true });
    writeFileSync(join(tools.home, path), change(text), { mode: 0o640 });
  }
}

/** Every entry under the home: folders as such, files with bytes and mode. */
function snapshot(): Record<string, string> {
  const entries = readdirSync(tools.home, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const shown = entry.isFile() ? `${statSync(path).mode.toString(8)} ${readFileSync(path, 'base64')}` : 'folder';
      return [relative(tools.home, path), shown];
    }),
  );
}

const read = (path: string) => readFileSync(join(tools.home, path), 'utf8');
const stateOf = async (id: string) => (await tools.connections.list()).find((tool) => tool.id === id)?.state;

describe.each(IDS)('%s', (id) => {
  test('is connected in a fresh home, and disconnecting leaves no trace', async () => {
    const before = snapshot();
    expect(await stateOf(id)).toBe('notInstalled');
    const { tool } = await tools.connections.connect(id, { models: 'keep' });
    expect(tool.state).toBe('connected');
    for (const path of tool.files) expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await tools.connections.disconnect(id)).toMatchObject({ done: true, notes: [] });
    expect(snapshot()).toEqual(before);
  });

  test.each([
    ['as it is', (text: string) => text],
    ['with CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ['with a byte order mark', (text: string) => `\uFEFF${text}`],
    ['without a last line end', (text: string) => text.trimEnd()],
    ['with mixed line ends', (text: string) => text.replace('\n', '\r\n')],
  ])('%s, every line of the file stays, and disconnecting restores each byte', async (_, change) => {
    put(id, change);
    const before = snapshot();
    expect(await stateOf(id)).toBe('available');
    await tools.connections.connect(id, { models: 'keep' });
    expect(await stateOf(id)).toBe('connected');
    const own = Object.entries(FILES[id] ?? {}).map(([path, text]) => [change(text), read(path)] as const);
    for (const [was, now] of own) {
      expect(now).not.toBe(was);
      expect(now.startsWith('\uFEFF')).toBe(was.startsWith('\uFEFF'));
      if (!was.replaceAll('\r\n', '').includes('\n')) expect(now.replaceAll('\r\n', '')).not.toContain('\n');
      const lost = was.split('\n').filter((line) => !now.split('\n').includes(line));
      // Lines that gave way to a value of ours, or got a comma behind them.
      expect(lost.length).toBeLessThanOrEqual(4);
      for (const comment of was.match(/(?:#|\/\/|\/\*) [^\n\r]+/g) ?? []) expect(now).toContain(comment);
    }
    expect(await tools.connections.disconnect(id)).toMatchObject({ done: true, notes: [] });
    expect(snapshot()).toEqual(before);
  });

  test('what is shown before is what is written, and shows no secret', async () => {
    put(id);
    const preview = await tools.connections.preview(id, 'connect', 'keep');
    const lines = preview.files.flatMap((file) => file.lines);
    expect(lines.map(({ text }) => text).join('\n')).not.toMatch(SECRETS);
    const before = Object.fromEntries(Object.keys(FILES[id] ?? {}).map((path) => [path, read(path)]));
    await tools.connections.connect(id, { models: 'keep', plan: preview.plan });
    for (const { path, lines: shown } of preview.files) {
      const now = readFileSync(path, 'utf8').split('\n');
      const was = (before[relative(tools.home, path)] ?? '').split('\n');
      expect(now.length - was.length).toBe(
        shown.filter(({ kind }) => kind === 'added').length - shown.filter(({ kind }) => kind === 'removed').length,
      );
      const whole = shown.filter(({ kind, text }) => kind === 'added' && !/gw_…|••/.test(text));
      for (const { text } of whole) expect(now.map((line) => line.replace('\r', ''))).toContain(text);
    }
    const undo = await tools.connections.preview(id, 'disconnect', 'keep');
    expect(JSON.stringify(undo)).not.toMatch(SECRETS);
    expect(JSON.stringify(undo)).not.toMatch(/gw_[\w-]{43}/);
  });

  test('a plan no longer holds once the file has changed, and nothing is written', async () => {
    put(id);
    const { plan } = await tools.connections.preview(id, 'connect', 'keep');
    const [path = ''] = Object.keys(FILES[id] ?? {});
    writeFileSync(join(tools.home, path), `${read(path)}\n`);
    const before = snapshot();
    await expect(tools.connections.connect(id, { models: 'keep', plan })).rejects.toMatchObject({ code: 'conflict' });
    expect(snapshot()).toEqual(before);
    expect(tools.keys()).toEqual([]);
  });

  test('changed meanwhile by somebody else, only what is ours is taken out', async () => {
    put(id);
    await tools.connections.connect(id, { models: 'keep' });
    const paths = Object.keys(FILES[id] ?? {});
    for (const path of paths) writeFileSync(join(tools.home, path), addOwnSetting(path, read(path)));
    expect(await stateOf(id)).toBe('changed');
    expect(await tools.connections.disconnect(id)).toMatchObject({ done: true, notes: [] });
    for (const path of paths) {
      const now = read(path);
      expect(now).toContain('mine_since');
      expect(now).not.toMatch(/gw_[\w-]{43}|127\.0\.0\.1:4556/);
      const kept = (FILES[id]?.[path] ?? '').split('\n').filter((line) => !now.includes(line.trim().replace(/,$/, '')));
      expect(kept).toEqual([]);
    }
  });

  test('a file that is broken is refused and stays as it is', async () => {
    put(id, (text) => (text.includes('{\n') && !text.startsWith('#') ? text.replace('{', '{{') : `${text}\n[ : = {\n`));
    const before = snapshot();
    await expect(tools.connections.connect(id, { models: 'keep' })).rejects.toMatchObject({ code: 'conflict' });
    expect(snapshot()).toEqual(before);
    expect(tools.keys()).toEqual([]);
  });

  test('a read-only file is refused and stays as it is', async () => {
    put(id);
    for (const path of Object.keys(FILES[id] ?? {})) tools.setMode(path, 0o440);
    const before = snapshot();
    await expect(tools.connections.connect(id, { models: 'keep' })).rejects.toThrow('read-only');
    expect(snapshot()).toEqual(before);
    expect(await stateOf(id)).toBe('available');
  });

  test('a link stays a link, and the file behind it is what changes', async () => {
    put(id);
    const [path = ''] = Object.keys(FILES[id] ?? {});
    const dotfiles = join(tools.home, 'dotfiles');
    tools.move(path, dotfiles);
    symlinkSync(dotfiles, join(tools.home, path));
    const before = readFileSync(dotfiles);
    await tools.connections.connect(id, { models: 'keep' });
    expect(lstatSync(join(tools.home, path)).isSymbolicLink()).toBe(true);
    expect(readFileSync(dotfiles).equals(before)).toBe(false);
    await tools.connections.disconnect(id);
    expect(lstatSync(join(tools.home, path)).isSymbolicLink()).toBe(true);
    expect(readFileSync(dotfiles).equals(before)).toBe(true);
  });

  test('gets the new address with the key that it has, and is restored all the same', async () => {
    put(id);
    const before = snapshot();
    await tools.connections.connect(id, { models: 'keep' });
    const keys = tools.keys();
    tools.url = 'http://127.0.0.1:5000';
    expect(await stateOf(id)).toBe('wrongPort');
    expect(await tools.connections.repoint()).toMatchObject([{ id, done: true, notes: [] }]);
    expect(await stateOf(id)).toBe('connected');
    const [path = ''] = Object.keys(FILES[id] ?? {});
    expect(read(path)).toContain('127.0.0.1:5000');
    expect(tools.keys()).toEqual(keys);
    await tools.connections.disconnect(id);
    expect(snapshot()).toEqual(before);
  });

  test('is put back when the gateway quits and connected again when it starts, if the owner wants that', async () => {
    put(id);
    const before = snapshot();
    await tools.connections.connect(id, { models: 'keep' });
    const connected = snapshot();
    await tools.connections.restore();
    expect(snapshot()).toEqual(before);
    expect(await stateOf(id)).toBe('restored');
    await tools.connections.resume();
    expect(snapshot()).toEqual(connected);
    await tools.connections.disconnect(id);
    expect(snapshot()).toEqual(before);
  });
});

/** As its owner, or the tool itself, would add something. */
function addOwnSetting(path: string, text: string): string {
  if (path.endsWith('.env')) return `${text}MINE_SINCE=mine_since\n`;
  if (path.endsWith('.toml')) return `${text}\n[mine_since]\nyes = true\n`;
  if (/\.ya?ml$/.test(path)) return `${text}mine_since: true\n`;
  return text.replace(/^\{/m, '{\n  "mine_since": true,');
}
