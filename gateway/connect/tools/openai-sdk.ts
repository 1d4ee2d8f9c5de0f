import type { Tool } from '../tool.ts';

/** Programs that use an SDK of OpenAI, in any language. https://github.com/openai/openai-python and openai-node, READMEs (2026-11). */
export const openaiSdk: Tool = {
  id: 'openai-sdk',
  name: 'Any OpenAI SDK',
  commands: [],
  folders: () => [],
  files: () => [],
  builtInNames: false,
  steps: ({ url, key }) => [
    'Set these in the environment of the program.',
    `OPENAI_BASE_URL=${url}/v1`,
    `OPENAI_API_KEY=${key}`,
    'Ask for the model "auto".',
  ],
};
