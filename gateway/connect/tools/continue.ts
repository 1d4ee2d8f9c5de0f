import { join } from 'node:path';
import type { Surroundings } from '../../host.ts';
import { MODELS, type Tool } from '../tool.ts';

const folder = ({ environment, home }: Surroundings) => environment.CONTINUE_GLOBAL_DIR || join(home, '.continue');

/** `name`, `version` and `schema` are required of a new file. https://docs.continue.dev/reference (2026-11). */
export const continueDev: Tool = {
  id: 'continue',
  name: 'Continue',
  commands: ['cn'],
  folders: (user) => [folder(user)],
  files: (user) => [
    {
      path: join(folder(user), 'config.yaml'),
      format: 'yaml',
      fresh: 'name: Local Config\nversion: 1.0.0\nschema: v1\n',
      address: ['models', { key: 'name', value: MODELS[0].name }, 'apiBase'],
      entries: ({ url, key }) =>
        MODELS.map(({ id, name }) => ({
          path: ['models', { key: 'name', value: name }],
          value: {
            name,
            provider: 'openai',
            model: id,
            apiBase: `${url}/v1`,
            apiKey: key,
            roles: ['chat', 'edit', 'apply'],
            capabilities: ['tool_use', 'image_input'],
          },
        })),
    },
  ],
  builtInNames: false,
  steps: () => [`Choose "${MODELS[0].name}" in Continue's list of models.`],
};
