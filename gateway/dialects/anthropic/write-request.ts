import type { ChatRequest, JsonObject } from '../../chat.ts';
import type { TargetModel, WrittenRequest } from '../dialect.ts';
import { limitCacheMarks } from './cache-marks.ts';
import { createLossLog, type LossLog, termOf } from './losses.ts';
import { type Traits, traitsOf } from './model.ts';
import { writeSampling } from './sampling.ts';
import { narrowSchema } from './schema.ts';
import { planThinking } from './thinking.ts';
import { isObject, unsupported } from './wire.ts';
import { reportExtra } from './write-block.ts';
import { lacksThinking, writeMessages } from './write-messages.ts';
import { forcesTool, writeTools } from './write-tools.ts';

/**
 * A chat request as a body of `POST /messages`. Throws `unsupported` where dropping a field would
 * change what the client gets (several choices, media of a kind that Claude does not take, tools run by others), and
 * `invalid_request` where nothing is left to send.
 */
export function writeRequest(request: ChatRequest, target: TargetModel): WrittenRequest {
  if (request.count !== undefined && request.count > 1) {
    throw unsupported(termOf(request.dialect, 'count'), 'Anthropic gives one answer to a request.');
  }
  const log = createLossLog();
  const traits = traitsOf(target);
  const { system, messages } = writeMessages(request, traits.systemInMessages, log);
  const obstacle = obstacleOf(request, messages, traits);
  const plan = planThinking({ request, target, traits, obstacle, losses: log });
  const body: JsonObject = { model: target.name, max_tokens: plan.maxTokens };
  if (system.length > 0) body.system = system;
  body.messages = messages;
  Object.assign(body, writeTools(request, traits, log));
  Object.assign(body, writeSampling({ request, allowed: traits.sampling, thinking: plan.active, losses: log }));
  if (plan.thinking) body.thinking = plan.thinking;
  const config = { ...(plan.effort && { effort: plan.effort }), ...writeFormat(request, traits, log) };
  if (Object.keys(config).length > 0) body.output_config = config;
  writeRest(body, request, log);
  reportUnknown(request, log);
  addExtra(body, request, log);
  if (plan.off) dropClearing(body, log);
  if (request.stream) body.stream = true;
  limitCacheMarks(body, log);
  return { path: '/messages', body, losses: log.list };
}

function obstacleOf(
  request: ChatRequest,
  messages: Parameters<typeof lacksThinking>[0],
  { forcedTools }: Traits,
): string | undefined {
  if (forcesTool(request) && forcedTools) return 'a tool is forced';
  return lacksThinking(messages) ? 'the thinking block before the last tool calls is missing' : undefined;
}

/** `json_schema` in Anthropic's subset. There is no mode for JSON of any shape; nothing is added to the prompt instead. */
function writeFormat(request: ChatRequest, traits: Traits, losses: LossLog): JsonObject {
  const { format, dialect } = request;
  if (format === undefined || format.type === 'text') return {};
  const term = termOf(dialect, 'format');
  if (format.type === 'json') losses.add(term, 'Anthropic has no JSON mode without a schema');
  else if (!traits.structured) losses.add(term, 'this model has no structured outputs');
  else {
    const schema = narrowSchema(format.schema, term, losses);
    const described = isObject(schema) && schema.description === undefined && format.description !== undefined;
    const whole = described ? { ...schema, description: format.description } : schema;
    return { format: { type: 'json_schema', schema: whole } };
  }
  return {};
}

function writeRest(body: JsonObject, request: ChatRequest, losses: LossLog): void {
  const stop = request.stop?.filter((text) => text.trim() !== '');
  if (stop && stop.length > 0) body.stop_sequences = stop;
  if (stop && stop.length < (request.stop?.length ?? 0)) {
    losses.add(termOf(request.dialect, 'stop'), 'Anthropic refuses stop sequences of white space');
  }
  if (request.user !== undefined) body.metadata = { user_id: request.user };
  const tier = request.serviceTier;
  if (tier === undefined) return;
  if (request.dialect === 'anthropic') body.service_tier = tier;
  else if (tier === 'auto') body.service_tier = 'auto';
  else if (tier === 'default') body.service_tier = 'standard_only';
  else losses.add(termOf(request.dialect, 'serviceTier'), `Anthropic has no tier "${tier}"`);
}

function reportUnknown(request: ChatRequest, losses: LossLog): void {
  const why = 'Anthropic has no such parameter';
  for (const key of ['seed', 'frequencyPenalty', 'presencePenalty', 'verbosity', 'logprobs'] as const) {
    const value = request[key];
    if (value !== undefined && value !== 0) losses.add(termOf(request.dialect, key), why);
  }
}

/** Unknown fields of a client of the same dialect; where we wrote an object of that name, both go out as one. */
function addExtra(body: JsonObject, { extra }: ChatRequest, losses: LossLog): void {
  if (extra && extra.dialect !== 'anthropic') reportExtra('', extra, losses);
  if (extra?.dialect !== 'anthropic') return;
  for (const [key, value] of Object.entries(extra.fields)) {
    const written = body[key];
    body[key] = isObject(written) && isObject(value) ? { ...written, ...value } : value;
  }
}

/** Clearing old thoughts is refused where there is no thinking ("strategy requires `thinking` to be enabled or adaptive"); Claude Code asks for it. */
function dropClearing(body: JsonObject, losses: LossLog): void {
  const management = body.context_management;
  const edits: unknown = isObject(management) ? management.edits : undefined;
  if (!isObject(management) || !Array.isArray(edits)) return;
  const kept = edits.filter((edit) => !(isObject(edit) && String(edit.type).startsWith('clear_thinking')));
  if (kept.length === edits.length) return;
  losses.add('context_management', 'thoughts cannot be cleared in a turn without thinking');
  if (kept.length > 0) body.context_management = { ...management, edits: kept };
  else delete body.context_management;
}
