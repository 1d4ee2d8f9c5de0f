import type { Finish, JsonObject, Usage } from '../../chat.ts';
import type { ReplyContext } from '../dialect.ts';
import { writeTier, writeUsage } from './usage.ts';
import { objectsIn } from './wire.ts';

interface Said {
  id: string;
  createdAtMs: number | undefined;
  output: readonly JsonObject[];
  finish: Finish | undefined;
  usage: Usage | undefined;
}

/** What ids of the reply are made of: letters and digits of the gateway's own id. */
const baseOf = (id: string): string => id.replace(/^[a-z]+_/, '').replace(/\W/g, '') || '0';

/** Makes ids of items, such as `msg_3f…00`: unique, because the reply's own is. */
export function createItemIds(id: string): (prefix: string, count: number) => string {
  const base = baseOf(id);
  return (prefix, count) => `${prefix}_${base}${count.toString(16).padStart(2, '0')}`;
}

/** The id that clients see: the provider's own where it looks like one of the dialect's, else the gateway's in that form. */
export function responseId(id: string | undefined, context: Pick<ReplyContext, 'id'>): string {
  return id?.startsWith('resp_') ? id : `resp_${baseOf(context.id)}`;
}

/** A `Response` as far as it is known. What only repeats the request is null or its default: nothing is stored here. */
export function createResponse(
  { model, createdAtMs: ownMs }: ReplyContext,
  { id, createdAtMs = ownMs, output, finish, usage }: Said,
): JsonObject {
  const reason = finish && incompleteReason(finish, output);
  const body: JsonObject = {
    id,
    object: 'response',
    created_at: Math.floor(createdAtMs / 1000),
    status: reason === undefined ? 'completed' : 'incomplete',
    background: false,
    completed_at: reason === undefined ? Math.floor(Math.max(createdAtMs, Date.now()) / 1000) : null,
    error: null,
    incomplete_details: reason === undefined ? null : { reason },
    instructions: null,
    max_output_tokens: null,
    metadata: {},
    model,
    output,
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: false,
    temperature: null,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: null,
    truncation: 'disabled',
    access_programs: null,
  };
  if (usage === undefined) return body;
  const tier = writeTier(usage);
  if (tier !== undefined) body.service_tier = tier;
  body.usage = writeUsage(usage);
  return body;
}

/** Why a response is not whole; undefined where it is. A refusal in words is an answer, one without is a filter. */
function incompleteReason({ reason }: Finish, output: readonly JsonObject[]): string | undefined {
  if (reason === 'length') return 'max_output_tokens';
  if (reason === 'contentFilter') return 'content_filter';
  if (reason !== 'refusal') return undefined;
  const isSaid = output.some(({ content }) => objectsIn(content).some(({ type }) => type === 'refusal'));
  return isSaid ? undefined : 'content_filter';
}
