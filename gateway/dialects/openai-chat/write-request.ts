import type { ChatRequest, JsonObject, Reasoning } from '../../chat.ts';
import type { TargetModel, WrittenRequest } from '../dialect.ts';
import { endUser } from '../end-user.ts';
import { strictFor } from '../strict-schema.ts';
import { markBeginning, obstacleOf, separateTools, writeCount } from './calls.ts';
import { dropRefused } from './taken.ts';
import { writeToolFields } from './tools.ts';
import { createLossList, NAME, put, type Target, writeExtra } from './wire.ts';
import { writeMessages } from './write-messages.ts';

/** Hub → the body for `/chat/completions`. Streams always ask for usage. */
export function writeRequest(request: ChatRequest, model: TargetModel): WrittenRequest {
  const losses = createLossList();
  const quirks = new Set<string>(model.quirks);
  const target: Target = { model, has: (quirk) => quirks.has(quirk), lose: losses.add };
  const messages = writeMessages(request, target);
  markBeginning(messages, target);
  const body: JsonObject = {
    model: model.name,
    messages: target.has('answerAfterTools') ? separateTools(messages, target) : messages,
  };
  writeToolFields(body, request, target);
  writeLimit(body, request, target);
  writeSampling(body, request, target);
  if (request.format !== undefined) writeFormat(body, request, target);
  const obstacle = obstacleOf(request, target);
  if (obstacle !== undefined) {
    target.lose('reasoning', `thinking is off for this turn: ${obstacle}`);
    if (target.has('reasoningObject')) body.reasoning = { enabled: false };
    else body.thinking = { type: 'disabled' };
  } else if (request.reasoning !== undefined) writeReasoning(body, request.reasoning, target);
  if (request.user !== undefined) body.user = endUser(request.user, request.dialect);
  writeTier(body, request, target);
  put(body, 'verbosity', request.verbosity);
  if (request.stream) {
    body.stream = true;
    if (!target.has('noStreamOptions')) body.stream_options = { include_usage: true };
  }
  writeExtra(body, request.extra, '', losses.add);
  dropRefused(body, target);
  return { path: '/chat/completions', body, losses: losses.list() };
}

const TIERS = new Set(['auto', 'default', 'flex', 'scale', 'priority']);

/** Anthropic's words for its standard tier mean the default here; other tiers of another dialect have no counterpart. */
function writeTier(body: JsonObject, { serviceTier, dialect }: ChatRequest, { lose }: Target): void {
  if (serviceTier === undefined) return;
  const tier = serviceTier === 'standard_only' || serviceTier === 'standard' ? 'default' : serviceTier;
  if (dialect === NAME || dialect === 'openai-responses' || TIERS.has(tier)) body.service_tier = tier;
  else lose('service_tier', `there is no tier "${serviceTier}" here`);
}

function writeLimit(body: JsonObject, { maxOutputTokens }: ChatRequest, { model, has, lose }: Target): void {
  if (maxOutputTokens === undefined) return;
  const limit = Math.min(maxOutputTokens, model.maxOutputTokens ?? maxOutputTokens);
  if (limit < maxOutputTokens) lose('max_tokens', `the model writes at most ${limit} tokens`);
  body[has('maxTokens') ? 'max_tokens' : 'max_completion_tokens'] = limit;
}

function writeSampling(body: JsonObject, request: ChatRequest, target: Target): void {
  const { model, has, lose } = target;
  const sampled: [field: string, value: number | undefined, unset: number][] = [
    ['temperature', request.temperature, 1],
    ['top_p', request.topP, 1],
    ['frequency_penalty', request.frequencyPenalty, 0],
    ['presence_penalty', request.presencePenalty, 0],
  ];
  for (const [field, value, unset] of sampled) {
    if (model.sampling !== false) put(body, field, value);
    else if (value !== undefined && value !== unset) lose(field, 'the model takes no sampling parameters');
  }
  if (request.topK !== undefined) {
    if (has('topK') || request.dialect === NAME) body.top_k = request.topK;
    else lose('top_k', 'the provider has no such parameter');
  }
  put(body, has('randomSeed') ? 'random_seed' : 'seed', request.seed);
  const refused = 'models that reason do not take it';
  // https://platform.openai.com/docs/api-reference/chat: not supported with the latest reasoning models (read 2026-11).
  if (model.sampling !== false) put(body, 'stop', request.stop);
  else if (request.stop !== undefined && request.stop.length > 0) lose('stop', refused);
  writeCount(body, request.count, target);
  if (request.logprobs === undefined) return;
  if (model.sampling === false) lose('logprobs', refused);
  else {
    body.logprobs = true;
    put(body, 'top_logprobs', request.logprobs.top);
  }
}

function writeFormat(body: JsonObject, { format, dialect }: ChatRequest, { has, lose }: Target): void {
  if (format === undefined) return;
  if (format.type === 'json' && has('schemaOnly')) {
    body.response_format = { type: 'json_schema', json_schema: { name: 'reply', schema: { type: 'object' } } };
  } else if (format.type !== 'schema') body.response_format = { type: format.type === 'json' ? 'json_object' : 'text' };
  else if (has('noJsonSchema')) {
    lose('response_format.json_schema', 'the provider promises JSON, but not by a schema');
    body.response_format = { type: 'json_object' };
  } else {
    const inner: JsonObject = { name: format.name ?? 'reply', schema: format.schema };
    put(inner, 'description', format.description);
    put(
      inner,
      'strict',
      strictFor(format, dialect, (why) => lose('response_format.json_schema.strict', why)),
    );
    body.response_format = { type: 'json_schema', json_schema: inner };
  }
}

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** Efforts that a budget of thinking tokens stands for, by its upper end: coarse, and said as a loss. */
const BUDGETS: [upTo: number, effort: string][] = [
  [0, 'none'],
  [2048, 'low'],
  [12288, 'medium'],
];

function writeReasoning(body: JsonObject, reasoning: Reasoning, target: Target): void {
  const { has, lose } = target;
  if (has('reasoningObject')) {
    writeReasoningObject(body, reasoning, target);
    return;
  }
  if (has('thinkingSwitch') && (reasoning.effort !== undefined || reasoning.adaptive)) {
    body.thinking = { type: reasoning.effort === 'none' ? 'disabled' : 'enabled' };
  }
  const isOff = has('thinkingSwitch') && reasoning.effort === 'none';
  const effort = isOff ? undefined : chooseEffort(reasoning, target);
  if (effort !== undefined) body.reasoning_effort = effort;
  const shows = has('reasoningContent') || has('reasoning') || has('thinkingParts');
  if (reasoning.visible && !shows) lose('reasoning', 'the provider does not show its reasoning here');
}

/** Tokens of the output limit that a budget leaves for the answer. */
const ANSWER_ROOM = 1024;

function writeReasoningObject(body: JsonObject, reasoning: Reasoning, { has, lose }: Target): void {
  const written: JsonObject = {};
  // Effort and budget exclude each other (https://openrouter.ai/docs/use-cases/reasoning-tokens, 2026-11-23).
  if (reasoning.effort !== undefined) written.effort = reasoning.effort;
  else if (reasoning.budgetTokens !== undefined) {
    const limit = body[has('maxTokens') ? 'max_tokens' : 'max_completion_tokens'];
    const most = typeof limit === 'number' ? limit - ANSWER_ROOM : reasoning.budgetTokens;
    if (most < reasoning.budgetTokens)
      lose('reasoning.max_tokens', `lowered to ${most} tokens to fit the output limit`);
    if (most > 0) written.max_tokens = Math.min(most, reasoning.budgetTokens);
    else written.effort = 'none';
  }
  if (reasoning.adaptive) written.enabled = true;
  if (reasoning.visible !== undefined) written.exclude = !reasoning.visible;
  body.reasoning = written;
}

function chooseEffort({ effort, budgetTokens }: Reasoning, { model, lose }: Target): string | undefined {
  const wanted =
    effort ??
    (budgetTokens === undefined ? undefined : (BUDGETS.find(([upTo]) => budgetTokens <= upTo)?.[1] ?? 'high'));
  if (wanted === undefined) return undefined;
  const taken = nearestEffort(wanted, model.reasoningEfforts);
  if (taken === undefined) {
    // A model that does not reason does as it was told when it was told not to.
    if (wanted !== 'none') lose('reasoning_effort', 'the model takes no reasoning effort');
  } else if (effort === undefined)
    lose('reasoning.max_tokens', `a budget of ${budgetTokens} tokens was sent as effort ${taken}`);
  else if (taken !== wanted) lose('reasoning_effort', `sent as ${taken}, the nearest that the model takes`);
  return taken;
}

/**
 * The word itself where the model takes it or nothing is known of it; else the nearest on the scale, the lower of two. More than
 * `minimal` never becomes `none`. Models that think at one pace call it `default` (Qwen at Groq).
 */
function nearestEffort(wanted: string, taken: string[] | undefined): string | undefined {
  if (taken === undefined || taken.includes(wanted)) return wanted;
  if (wanted !== 'none' && taken.includes('default')) return 'default';
  const place = EFFORTS.indexOf(wanted);
  const distance = (effort: string): number => Math.abs(EFFORTS.indexOf(effort) - place);
  const known =
    place === -1
      ? []
      : EFFORTS.filter((effort) => taken.includes(effort) && (effort !== 'none' || wanted === 'minimal'));
  return known.reduce<string | undefined>(
    (best, each) => (best === undefined || distance(each) < distance(best) ? each : best),
    undefined,
  );
}
