import type { Count } from '../dialect.ts';

/** What `POST /v1/responses/input_tokens` takes of a request (https://platform.openai.com/docs/api-reference/responses/input-tokens, read 2026-11). */
const FIELDS = ['model', 'input', 'instructions', 'tools', 'tool_choice', 'parallel_tool_calls', 'text', 'reasoning'];

export const responsesCount: Count = {
  writeRequest: (body) => ({
    path: '/responses/input_tokens',
    body: Object.fromEntries(FIELDS.map((name) => [name, body[name]])),
  }),
  read: (body) => (typeof body.input_tokens === 'number' ? body.input_tokens : undefined),
};
