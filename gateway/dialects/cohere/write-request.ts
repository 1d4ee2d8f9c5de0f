import type { ChatRequest, JsonObject } from '../../chat.ts';
import { GatewayError } from '../../errors.ts';
import type { TargetModel, WrittenRequest } from '../dialect.ts';
import { termOf } from '../terms.ts';
import { writeSchema } from './schema.ts';
import { writeTools } from './tools.ts';
import { createLosses, type Writing } from './wire.ts';
import { writeMessages } from './write-messages.ts';

const MOST_STOPS = 5;

/** Budgets in tokens that stand for efforts; `high` and above think as long as they like. */
const BUDGETS: Record<string, number> = { minimal: 512, low: 2048, medium: 8192 };

/** Tokens of the limit that a budget leaves for the answer. */
const ANSWER_ROOM = 1000;

/** Hub → the body for `/v2/chat`. Conflicts: tools win over a format, the output limit over a thinking budget; each is a loss. */
export function writeRequest(request: ChatRequest, target: TargetModel): WrittenRequest {
  if (request.count !== undefined && request.count > 1) {
    const field = termOf(request.dialect, 'count');
    throw new GatewayError('unsupported', `${field}: Cohere gives one answer to a request.`, { field });
  }
  const { lose, list } = createLosses();
  const writing: Writing = { request, target, lose };
  const body: JsonObject = { model: target.name, messages: writeMessages(writing), ...writeTools(writing) };
  const limit = writeLimit(writing);
  if (limit !== undefined) body.max_tokens = limit;
  Object.assign(
    body,
    writeSampling(writing),
    writeFormat(writing, body.tools !== undefined),
    writeThinking(writing, limit),
  );
  for (const key of ['logprobs', 'user', 'serviceTier', 'verbosity'] as const)
    if (request[key] !== undefined) lose(termOf(request.dialect, key), 'Cohere has no such parameter');
  for (const key in request.extra?.fields) lose(key, 'Cohere has no such parameter');
  // It has to be said either way.
  body.stream = request.stream;
  return { path: '/v2/chat', body, losses: list };
}

function writeLimit({ request, target, lose }: Writing): number | undefined {
  const { maxOutputTokens: wanted, dialect } = request;
  const most = target.maxOutputTokens;
  if (wanted === undefined || most === undefined || wanted <= most) return wanted;
  lose(termOf(dialect, 'maxOutputTokens'), `the model writes at most ${most} tokens`);
  return most;
}

/** Ranges: https://docs.cohere.com/reference/chat. What lies outside is brought to the nearest end. */
function writeSampling({ request, target, lose }: Writing): JsonObject {
  const body: JsonObject = {};
  const ranges = [
    ['temperature', 'temperature', 0, 1],
    ['topP', 'p', 0.01, 0.99],
    ['topK', 'k', 0, 500],
    ['frequencyPenalty', 'frequency_penalty', 0, 1],
    ['presencePenalty', 'presence_penalty', 0, 1],
  ] as const;
  for (const [key, field, least, most] of ranges) {
    const wanted = request[key];
    if (wanted === undefined) continue;
    if (target.sampling === false) lose(termOf(request.dialect, key), 'the model takes no sampling parameters');
    else {
      body[field] = Math.min(most, Math.max(least, wanted));
      if (body[field] !== wanted)
        lose(termOf(request.dialect, key), `Cohere's range is ${least} to ${most}: sent as ${body[field]}`);
    }
  }
  if (request.seed !== undefined) {
    if (Number.isSafeInteger(request.seed) && request.seed >= 0) body.seed = request.seed;
    else lose(termOf(request.dialect, 'seed'), 'Cohere takes whole seeds from 0 on');
  }
  const { stop = [] } = request;
  if (stop.length > 0) body.stop_sequences = stop.slice(0, MOST_STOPS);
  if (stop.length > MOST_STOPS)
    lose(termOf(request.dialect, 'stop'), `Cohere takes ${MOST_STOPS} stop sequences: the first ones are sent`);
  return body;
}

/** A format beside tools is a 400. */
function writeFormat({ request, lose }: Writing, hasTools: boolean): JsonObject {
  const { format, dialect } = request;
  if (format === undefined || format.type === 'text') return {};
  const term = termOf(dialect, 'format');
  if (hasTools) {
    lose(term, 'Cohere cannot keep to a format while it has tools');
    return {};
  }
  if (format.type === 'json') return { response_format: { type: 'json_object' } };
  const { schema, dropped } = writeSchema(format.schema);
  if (dropped.length > 0) lose(term, `Cohere does not enforce ${dropped.join(', ')}`);
  return { response_format: { type: 'json_object', json_schema: schema } };
}

/** `thinking` is on or off, with a budget where one was asked for. */
function writeThinking({ request, target, lose }: Writing, limit: number | undefined): JsonObject {
  const { reasoning, dialect } = request;
  if (reasoning === undefined) return {};
  const term = termOf(dialect, 'reasoning');
  const { effort, budgetTokens, adaptive } = reasoning;
  const asked = effort !== undefined || budgetTokens !== undefined || adaptive === true;
  if (target.reasons === false) {
    if (asked && effort !== 'none') lose(term, 'the model does not think');
    return {};
  }
  if (effort === 'none') return { thinking: { type: 'disabled' } };
  if (!asked) return {};
  const wanted = budgetTokens ?? BUDGETS[effort ?? ''];
  if (wanted === undefined) return { thinking: { type: 'enabled' } };
  const most = (limit ?? target.maxOutputTokens ?? Number.POSITIVE_INFINITY) - ANSWER_ROOM;
  if (most <= 0) {
    lose(term, `thinking is off for this turn: an output limit of ${limit} tokens leaves no room for it`);
    return { thinking: { type: 'disabled' } };
  }
  const budget = Math.min(wanted, most);
  if (budget < wanted) lose(term, `the thinking budget was lowered to ${budget} tokens to fit the output limit`);
  else if (budgetTokens === undefined) lose(term, `Cohere knows no effort: sent as a budget of ${budget} tokens`);
  return { thinking: { type: 'enabled', token_budget: budget } };
}
