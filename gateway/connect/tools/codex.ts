import { join } from 'node:path';
import type { Surroundings } from '../../host.ts';
import { folderOf, type Tool } from '../tool.ts';

const folder = (user: Surroundings) => folderOf(user, 'CODEX_HOME', '.codex');

/**
 * A provider of its own, as the built-in one cannot be redirected whole; `responses` is the only wire there is, and since 0.149 a key
 * outside the provider's table is not sent. https://developers.openai.com/codex/config-reference and
 * https://github.com/openai/codex/issues/11698 (2026-11).
 */
export const codex: Tool = {
  id: 'codex',
  name: 'Codex',
  commands: ['codex'],
  folders: (user) => [folder(user)],
  files: (user) => [
    {
      path: join(folder(user), 'config.toml'),
      format: 'toml',
      address: ['model_providers', 'llm-gateway', 'base_url'],
      selects: { path: ['model_provider'], value: 'llm-gateway' },
      entries: ({ url, key }) => [
        { path: ['model_provider'], value: 'llm-gateway' },
        {
          path: ['model_providers', 'llm-gateway'],
          value: {
            name: 'LLM Gateway',
            base_url: `${url}/v1`,
            wire_api: 'responses',
            experimental_bearer_token: key,
          },
        },
      ],
    },
  ],
  builtInNames: true,
  steps: () => ['Start Codex again: it reads its configuration when it starts.'],
};
