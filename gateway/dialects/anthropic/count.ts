import type { Count, InboundCount } from '../dialect.ts';
import { anthropicPass } from './pass.ts';

/** What `POST /v1/messages/count_tokens` takes of a request; it refuses anything else (SDK 1.14, MessageCountTokensParams). */
const FIELDS = ['model', 'messages', 'system', 'tools', 'tool_choice', 'thinking', 'output_config', 'cache_control'];
const PATH = '/messages/count_tokens';

export const anthropicCount: Count & InboundCount = {
  writeRequest: (body) => ({ path: PATH, body: Object.fromEntries(FIELDS.map((name) => [name, body[name]])) }),
  read: (body) => (typeof body.input_tokens === 'number' ? body.input_tokens : undefined),
  pass: (body, request, target) => ({ ...anthropicPass.passRequest(body, request, target), path: PATH }),
  writeReply: (tokens) => ({ input_tokens: tokens }),
};
