import { join } from 'node:path';
import type { Surroundings } from '../../host.ts';
import { folderOf, type Tool } from '../tool.ts';

/** `GEMINI_CLI_HOME` stands for the home, not for the folder in it. */
const folder = (user: Surroundings) => join(folderOf(user, 'GEMINI_CLI_HOME'), '.gemini');

/**
 * The address is read from the environment alone, and only where an API key is the way to sign in.
 * https://geminicli.com/docs/reference/configuration and https://github.com/google-gemini/gemini-cli/pull/25357 (2026-11).
 */
export const geminiCli: Tool = {
  id: 'gemini-cli',
  name: 'Gemini CLI',
  commands: ['gemini'],
  folders: (user) => [folder(user)],
  files: (user) => [
    {
      path: join(folder(user), '.env'),
      format: 'dotenv',
      address: ['GOOGLE_GEMINI_BASE_URL'],
      entries: ({ url, key }) => [
        { path: ['GOOGLE_GEMINI_BASE_URL'], value: url },
        { path: ['GEMINI_API_KEY'], value: key },
      ],
    },
    {
      path: join(folder(user), 'settings.json'),
      format: 'jsonc',
      selects: { path: ['security', 'auth', 'selectedType'], value: 'gemini-api-key' },
      entries: () => [{ path: ['security', 'auth', 'selectedType'], value: 'gemini-api-key' }],
    },
  ],
  builtInNames: true,
  steps: () => [
    'A project that has a .gemini/.env or .env of its own hides this one: put the two lines there as well.',
  ],
};
