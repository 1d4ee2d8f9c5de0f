import { join } from 'node:path';
import type { Tool } from '../tool.ts';

/**
 * The file in the home holds for every repository, unless one has its own. `openai/` is how aider is told to speak OpenAI's dialect.
 * https://aider.chat/docs/config/aider_conf.html and https://aider.chat/docs/llms/openai-compat.html (2026-11).
 */
export const aider: Tool = {
  id: 'aider',
  name: 'aider',
  commands: ['aider'],
  folders: ({ home }) => [join(home, '.aider')],
  files: ({ home }) => [
    {
      path: join(home, '.aider.conf.yml'),
      format: 'yaml',
      address: ['openai-api-base'],
      entries: ({ url, key }) => [
        { path: ['openai-api-base'], value: `${url}/v1` },
        { path: ['openai-api-key'], value: key },
        { path: ['model'], value: 'openai/auto' },
      ],
    },
  ],
  builtInNames: false,
  steps: () => [
    'aider warns that it does not know the model; that is harmless ("show-model-warnings: false" hides it).',
  ],
};
