import { join } from 'node:path';
import type { Surroundings } from '../../host.ts';
import { CONTEXT_TOKENS, folderOf, MODELS, type Tool } from '../tool.ts';

const folder = (user: Surroundings) => folderOf(user, 'QWEN_HOME', '.qwen');

/**
 * A provider's models name the variable that holds their key, and `env` of the settings holds the variable.
 * https://qwenlm.github.io/qwen-code-docs/en/users/configuration/model-providers/ and /settings (2026-11).
 */
export const qwenCode: Tool = {
  id: 'qwen-code',
  name: 'Qwen Code',
  commands: ['qwen'],
  folders: (user) => [folder(user)],
  files: (user) => [
    {
      path: join(folder(user), 'settings.json'),
      format: 'jsonc',
      address: ['modelProviders', 'openai', { key: 'name', value: MODELS[0].name }, 'baseUrl'],
      selects: { path: ['security', 'auth', 'selectedType'], value: 'openai' },
      entries: ({ url, key }) => [
        ...MODELS.map(({ id, name }) => ({
          path: ['modelProviders', 'openai', { key: 'name', value: name }],
          value: {
            id,
            name,
            baseUrl: `${url}/v1`,
            envKey: 'LLM_GATEWAY_API_KEY',
            generationConfig: { contextWindowSize: CONTEXT_TOKENS },
          },
        })),
        { path: ['env', 'LLM_GATEWAY_API_KEY'], value: key },
        { path: ['security', 'auth', 'selectedType'], value: 'openai' },
        { path: ['model', 'name'], value: 'auto' },
      ],
    },
  ],
  builtInNames: false,
  steps: () => ['Start Qwen Code again: it reads its settings when it starts.'],
};
