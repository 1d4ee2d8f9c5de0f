import { join } from 'node:path';
import type { Surroundings } from '../../host.ts';
import { folderOf, type Tool } from '../tool.ts';

const folder = (user: Surroundings) => folderOf(user, 'CLAUDE_CONFIG_DIR', '.claude');

/**
 * `env` of the user's settings stands before the shell's variables; the token goes as Bearer, which the gateway reads before an
 * `x-api-key`. https://code.claude.com/docs/en/llm-gateway and /settings (2026-11).
 */
export const claudeCode: Tool = {
  id: 'claude-code',
  name: 'Claude Code',
  commands: ['claude'],
  folders: (user) => [folder(user)],
  files: (user) => [
    {
      path: join(folder(user), 'settings.json'),
      format: 'jsonc',
      address: ['env', 'ANTHROPIC_BASE_URL'],
      entries: ({ url, key }) => [
        { path: ['env', 'ANTHROPIC_BASE_URL'], value: url },
        { path: ['env', 'ANTHROPIC_AUTH_TOKEN'], value: key },
      ],
    },
  ],
  builtInNames: true,
  steps: () => ['Start Claude Code again: it reads its settings when it starts.'],
};
