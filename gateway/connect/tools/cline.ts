import { join } from 'node:path';
import type { Surroundings } from '../../host.ts';
import { folderOf, type Tool } from '../tool.ts';

const folder = (user: Surroundings) => folderOf(user, 'CLINE_DIR', '.cline');

/**
 * One file for its command and its editors' extensions since version 3; older extensions keep the key in the editor's own safe, where
 * only a person can put it. https://docs.cline.bot/getting-started/config and its `provider-settings-manager.ts` (2026-11).
 */
export const cline: Tool = {
  id: 'cline',
  name: 'Cline',
  commands: ['cline'],
  folders: (user) => [folder(user)],
  files: (user) => [
    {
      path: join(user.environment.CLINE_DATA_DIR || join(folder(user), 'data'), 'settings', 'providers.json'),
      format: 'jsonc',
      fresh: '{\n  "version": 1\n}\n',
      address: ['providers', 'openai-compatible', 'settings', 'baseUrl'],
      selects: { path: ['lastUsedProvider'], value: 'openai-compatible' },
      entries: ({ url, key }) => [
        {
          path: ['providers', 'openai-compatible'],
          value: {
            settings: { provider: 'openai-compatible', apiKey: key, model: 'auto', baseUrl: `${url}/v1` },
            updatedAt: '2026-11-25T00:00:00.000Z',
            tokenSource: 'manual',
          },
        },
        { path: ['lastUsedProvider'], value: 'openai-compatible' },
      ],
    },
  ],
  builtInNames: false,
  steps: ({ url, key }) => [
    `An extension older than version 3: choose the provider "OpenAI Compatible" in its settings, base URL ${url}/v1, API key ${key}, model auto.`,
  ],
};
