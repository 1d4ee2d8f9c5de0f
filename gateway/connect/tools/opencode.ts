import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Surroundings } from '../../host.ts';
import { CONTEXT_TOKENS, folderOf, MODELS, OUTPUT_TOKENS, type Tool } from '../tool.ts';

const folder = (user: Surroundings) => join(folderOf(user, 'XDG_CONFIG_HOME', '.config'), 'opencode');

function path(user: Surroundings): string {
  const commented = join(folder(user), 'opencode.jsonc');
  return user.environment.OPENCODE_CONFIG || (existsSync(commented) ? commented : join(folder(user), 'opencode.json'));
}

/**
 * The form of version 1, which version 2 reads as well. Without limits a conversation is never made shorter.
 * https://opencode.ai/docs/config and https://opencode.ai/docs/migrate-v1 (2026-11).
 */
export const opencode: Tool = {
  id: 'opencode',
  name: 'OpenCode',
  commands: ['opencode'],
  folders: (user) => [folder(user)],
  files: (user) => [
    {
      path: path(user),
      format: 'jsonc',
      address: ['provider', 'llm-gateway', 'options', 'baseURL'],
      entries: ({ url, key }) => [
        {
          path: ['provider', 'llm-gateway'],
          value: {
            npm: '@ai-sdk/openai-compatible',
            name: 'LLM Gateway',
            options: { baseURL: `${url}/v1`, apiKey: key },
            models: Object.fromEntries(MODELS.map(({ id, name }) => [id, { name, ...capabilities }])),
          },
        },
        { path: ['model'], value: 'llm-gateway/auto' },
      ],
    },
  ],
  builtInNames: false,
  steps: () => ['Start OpenCode again. Other models of the gateway can be added under "provider.llm-gateway.models".'],
};

const capabilities = {
  tool_call: true,
  attachment: true,
  limit: { context: CONTEXT_TOKENS, output: OUTPUT_TOKENS },
};
