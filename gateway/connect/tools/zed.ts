import { join } from 'node:path';
import type { Surroundings } from '../../host.ts';
import { CONTEXT_TOKENS, folderOf, MODELS, OUTPUT_TOKENS, type Tool } from '../tool.ts';

function folder(user: Surroundings): string {
  if (user.platform === 'win32') return join(folderOf(user, 'APPDATA', 'AppData', 'Roaming'), 'Zed');
  // On macOS the variable of freedesktop.org is not looked at.
  return user.platform === 'darwin'
    ? join(user.home, '.config', 'zed')
    : join(folderOf(user, 'XDG_CONFIG_HOME', '.config'), 'zed');
}

/**
 * Zed takes keys from the system's keychain or a variable named after the provider, never from its settings.
 * https://zed.dev/docs/ai/use-api-access and https://zed.dev/docs/configuring-zed (2026-11).
 */
export const zed: Tool = {
  id: 'zed',
  name: 'Zed',
  commands: ['zed', 'zeditor'],
  folders: (user) => [folder(user)],
  files: (user) => [
    {
      path: join(folder(user), 'settings.json'),
      format: 'jsonc',
      address: ['language_models', 'openai_compatible', 'LLM Gateway', 'api_url'],
      entries: ({ url }) => [
        {
          path: ['language_models', 'openai_compatible', 'LLM Gateway'],
          value: {
            api_url: `${url}/v1`,
            available_models: MODELS.map(({ id, name }) => ({
              name: id,
              display_name: name,
              max_tokens: CONTEXT_TOKENS,
              max_output_tokens: OUTPUT_TOKENS,
              capabilities: { tools: true, images: true, parallel_tool_calls: true, prompt_cache_key: false },
            })),
          },
        },
        { path: ['agent', 'default_model'], value: { provider: 'LLM Gateway', model: 'auto' } },
      ],
    },
  ],
  builtInNames: false,
  steps: ({ key }) => [
    `Give Zed the key: run "agent: open settings", choose LLM Gateway, enter ${key}. Or start it with LLM_GATEWAY_API_KEY=${key}.`,
  ],
};
