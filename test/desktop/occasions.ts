import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Message } from '../dashboard/pages.ts';
import { ownerOf } from '../dashboard/seed.ts';
import { type AppState, openWindow, type Window } from './dashboard.ts';
import { packagedAt, publish } from './releases.ts';

/** A state of the app that only its window shows. */
export interface Occasion {
  name: string;
  path: string;
  /** Starts the app and brings it there. */
  start(): Promise<Window>;
  /** What is to be seen on the page once it has loaded. */
  show?(page: Page, words: Record<Message, string>): Promise<void>;
}

const keys = ['openai', 'anthropic'] as const;

function open(state: AppState, given: { rows?: number; keys?: typeof keys } = {}): Promise<Window> {
  return openWindow({ rows: 0, longNames: false, keys: [], ...given }, state);
}

/** Some tools, as they lie in the home of whoever uses them. */
async function haveTools(home: string): Promise<Record<string, string>> {
  const files = {
    '.codex/config.toml': '# mine\nmodel = "gpt-5"\napproval_policy = "never"\n',
    '.claude/settings.json': '{\n  "permissions": { "allow": ["Bash(ls)"] }\n}\n',
    '.config/zed/settings.json': '// Zed\n{\n  "theme": "One Dark", // at night\n}\n',
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(home, name)), { recursive: true });
    await writeFile(join(home, name), text);
  }
  return {};
}

const crashed = [
  "TypeError: Cannot read properties of undefined (reading 'port')",
  '    at answer (app://main/run.js:1:20417)',
  '    at ~/llm-gateway/resources/app.asar/dist/main/index.js:3:1180',
].join('\n');

/** After looking for new versions where one of a version lies. */
function update(name: string, version: string): Occasion {
  return {
    name,
    path: '/settings',
    async start() {
      const window = await open({ prepare: async (home) => packagedAt(home, await publish(version)) }, { keys });
      await ownerOf(window).desktop.checkForUpdate();
      return window;
    },
  };
}

export const occasions: readonly Occasion[] = [
  { name: 'welcome', path: '/', start: () => open({ welcomed: false }) },
  {
    name: 'welcome-found',
    path: '/',
    start: () =>
      open({
        welcomed: false,
        async prepare(home) {
          await haveTools(home);
          return { OPENAI_API_KEY: 'sk-proj-0123456789abcdef', ANTHROPIC_API_KEY: 'sk-ant-0123456789f00d' };
        },
      }),
  },
  {
    name: 'welcome-done',
    path: '/',
    async start() {
      const window = await open({ welcomed: false, prepare: haveTools }, { keys });
      await ownerOf(window).connections.connect({ id: 'codex' });
      await askOnce(window);
      return window;
    },
    async show(page, words) {
      await page.getByRole('button', { name: words['connect.makeKey'] }).click();
      await page.getByRole('region', { name: words['snippet.environment'] }).waitFor();
    },
  },
  {
    name: 'crash',
    path: '/',
    start: () =>
      open(
        {
          async prepare(home) {
            await mkdir(join(home, 'app'));
            const crash = { atMs: Date.now() - 4 * 60_000, message: crashed };
            await writeFile(join(home, 'app', 'crash.json'), JSON.stringify(crash));
            return {};
          },
        },
        { rows: 20_000, keys },
      ),
  },
  {
    name: 'weak-keychain',
    path: '/settings',
    start: () => open({ keychain: 'none' }, { keys }),
  },
  update('update-ready', '9.9.9'),
  update('update-none', '0.0.1'),
  {
    name: 'key-unreadable',
    path: '/providers',
    async start() {
      const window = await open({}, { keys });
      await window.app.evaluate(({ safeStorage }) => {
        safeStorage.decryptStringAsync = () => Promise.reject(new Error('The keychain is locked.'));
      }, null);
      await askOnce(window);
      return window;
    },
  },
  {
    name: 'tool-connected',
    path: '/connect',
    async start() {
      const window = await open({ prepare: haveTools }, { keys });
      for (const id of ['codex', 'claude-code']) await ownerOf(window).connections.connect({ id });
      return window;
    },
  },
  {
    name: 'connect-diff',
    path: '/connect',
    start: () => open({ prepare: haveTools }, { keys }),
    async show(page, words) {
      await page
        .getByRole('button', { name: words['tools.connectOne'].replace('{name}', 'Codex'), exact: true })
        .click();
      await page.getByRole('dialog').getByText('+ model_provider').waitFor();
    },
  },
];

async function askOnce({ url, gatewayKey }: Window): Promise<void> {
  await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${gatewayKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'openai/gpt-5-mini', messages: [{ role: 'user', content: 'Why is the sky blue?' }] }),
  });
}
