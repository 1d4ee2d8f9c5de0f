import type { ChatRequest, DialectName, JsonObject, Reasoning, ReplyFormat } from '../../chat.ts';
import type { TargetModel, WrittenRequest } from '../dialect.ts';
import { endUser } from '../end-user.ts';
import { strictFor } from '../strict-schema.ts';
import { termOf } from '../terms.ts';
import { ENCRYPTED_REASONING, LOGPROBS } from './read-request.ts';
import { writeToolChoice, writeTools } from './tools.ts';
import { createLossList, NAME, put, unsupported, type Writing, writeExtra } from './wire.ts';
import { writeInput } from './write-input.ts';

interface Target extends Writing {
  model: TargetModel;
}

/** Smallest `max_output_tokens` that OpenAI takes. */
const MIN_OUTPUT_TOKENS = 16;

/** What Chat Completions and Responses call by the same name and mean alike. */
const SHARED_WITH_CHAT = new Set([
  ...['metadata', 'prompt_cache_key', 'prompt_cache_retention', 'prompt_cache_options', 'safety_identifier', 'store'],
]);

/**
 * Hub → the body for `/responses`. Nothing is stored unless the client asked for it, so reasoning comes back encrypted. Throws
 * `unsupported` where the client wants several answers, or sends media that the API does not take.
 */
export function writeRequest(request: ChatRequest, model: TargetModel): WrittenRequest {
  if (request.count !== undefined && request.count > 1)
    throw unsupported(termOf(request.dialect, 'count'), 'the chosen provider gives one answer to a request.');
  const losses = createLossList();
  const quirks = new Set<string>(model.quirks);
  const target: Target = {
    model,
    dialect: request.dialect,
    has: (quirk) => quirks.has(quirk),
    lose: losses.add,
  };
  const body: JsonObject = { model: model.name, ...writeInput(request, target) };
  writeToolFields(body, request, target);
  writeLimit(body, request, target);
  writeSampling(body, request, target);
  writeText(body, request, target);
  if (request.reasoning !== undefined) writeReasoning(body, request.reasoning, target);
  const include = writeInclude(request, target);
  if (include.length > 0) body.include = include;
  if (request.user !== undefined) body.user = endUser(request.user, request.dialect);
  writeTier(body, request, target);
  if (request.stream) body.stream = true;
  writeRest(body, request, target);
  return { path: '/responses', body, losses: losses.list() };
}

function writeToolFields(body: JsonObject, request: ChatRequest, target: Target): void {
  // Those of this dialect's own conversation are declared there.
  const tools = writeTools(
    request.dialect === NAME ? request.tools.filter(({ added }) => !added) : request.tools,
    target,
  );
  const choice = request.toolChoice;
  if (tools.length > 0) {
    body.tools = tools;
    if (choice !== undefined) body.tool_choice = writeToolChoice(choice, request);
    put(body, 'parallel_tool_calls', request.parallelToolCalls);
  } else if (choice !== undefined && choice.mode !== 'auto' && choice.mode !== 'none') {
    target.lose(termOf(request.dialect, 'toolChoice'), 'there is no tool to choose');
  }
}

function writeLimit(body: JsonObject, { maxOutputTokens, dialect }: ChatRequest, { model, lose }: Target): void {
  if (maxOutputTokens === undefined) return;
  const highest = model.maxOutputTokens ?? maxOutputTokens;
  const limit = Math.max(MIN_OUTPUT_TOKENS, Math.min(maxOutputTokens, highest));
  const term = termOf(dialect, 'maxOutputTokens');
  if (limit < maxOutputTokens) lose(term, `the model writes at most ${limit} tokens`);
  else if (limit > maxOutputTokens) lose(term, `the smallest limit is ${limit} tokens`);
  body.max_output_tokens = limit;
}

function writeSampling(body: JsonObject, request: ChatRequest, { model, lose }: Target): void {
  const { dialect } = request;
  const sampled = [
    ['temperature', 'temperature'],
    ['topP', 'top_p'],
  ] as const;
  for (const [key, field] of sampled) {
    if (model.sampling !== false) put(body, field, request[key]);
    else if (request[key] !== undefined && request[key] !== 1)
      lose(termOf(dialect, key), 'the model takes no sampling parameters');
  }
  for (const key of ['topK', 'seed', 'stop', 'frequencyPenalty', 'presencePenalty'] as const) {
    const value = request[key];
    const says = Array.isArray(value) ? value.length > 0 : value !== undefined && (value !== 0 || key === 'seed');
    if (says) lose(termOf(dialect, key), 'the Responses API has no such parameter');
  }
  if (request.logprobs === undefined) return;
  if (model.sampling === false) lose(termOf(dialect, 'logprobs'), 'the model gives no log probabilities');
  else put(body, 'top_logprobs', request.logprobs.top);
}

function writeText(body: JsonObject, { format, verbosity, dialect }: ChatRequest, { lose }: Target): void {
  const text: JsonObject = {};
  if (format !== undefined) text.format = writeFormat(format, dialect, lose);
  put(text, 'verbosity', verbosity);
  if (Object.keys(text).length > 0) body.text = text;
}

function writeFormat(format: ReplyFormat, dialect: DialectName, lose: Writing['lose']): JsonObject {
  if (format.type !== 'schema') return { type: format.type === 'json' ? 'json_object' : 'text' };
  const written: JsonObject = { type: 'json_schema', name: format.name ?? 'reply', schema: format.schema };
  put(written, 'description', format.description);
  put(
    written,
    'strict',
    strictFor(format, dialect, (why) => lose(termOf(dialect, 'format'), why)),
  );
  return written;
}

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** Efforts that a budget of thinking tokens stands for, by its upper end: coarse, and said as a loss. */
const BUDGETS: [upTo: number, effort: string][] = [
  [0, 'none'],
  [2048, 'low'],
  [12_288, 'medium'],
  [Number.POSITIVE_INFINITY, 'high'],
];

/** A summary is asked for where the client wants to read the reasoning: said so, or implied by a budget for it. */
function writeReasoning(body: JsonObject, reasoning: Reasoning, { lose, dialect, model }: Target): void {
  const { effort, budgetTokens, visible } = reasoning;
  const term = termOf(dialect, 'reasoning');
  const written: JsonObject = {};
  const wanted =
    effort ?? (budgetTokens === undefined ? undefined : BUDGETS.find(([upTo]) => budgetTokens <= upTo)?.[1]);
  if (wanted !== undefined) {
    const taken = nearestEffort(wanted, model.reasoningEfforts);
    if (taken === undefined) {
      if (wanted !== 'none') lose(term, 'the model takes no reasoning effort');
    } else if (effort === undefined) lose(term, `a budget of ${budgetTokens} tokens was sent as effort ${taken}`);
    else if (taken !== wanted) lose(term, `sent as ${taken}, the nearest that the model takes`);
    put(written, 'effort', taken);
  }
  const shows = visible ?? (effort === undefined && budgetTokens !== undefined && budgetTokens > 0);
  if (shows && reasons(model)) written.summary = 'auto';
  if (Object.keys(written).length > 0) body.reasoning = written;
}

/** The word itself where the model takes it or nothing is known of it; else the nearest on the scale, the lower of two; more than `minimal` never becomes `none`. */
function nearestEffort(wanted: string, taken: string[] | undefined): string | undefined {
  if (taken === undefined || taken.includes(wanted)) return wanted;
  const place = EFFORTS.indexOf(wanted);
  const isSlight = wanted === 'none' || wanted === 'minimal';
  const known =
    place === -1 ? [] : EFFORTS.filter((effort) => taken.includes(effort) && (effort !== 'none' || isSlight));
  const distance = (effort: string): number => Math.abs(EFFORTS.indexOf(effort) - place);
  return known.sort((one, other) => distance(one) - distance(other))[0];
}

/** Models before GPT-5 that do not reason refuse to be asked for it; of other unknown models the answer is likely. */
function reasons({ name, reasoningEfforts }: TargetModel): boolean {
  if (reasoningEfforts !== undefined) return reasoningEfforts.length > 0;
  return !/(?:^|[/:])(?:gpt-[34]|chatgpt)/.test(name);
}

function writeInclude({ logprobs, extra }: ChatRequest, { model, has }: Target): string[] {
  const include: string[] = [];
  if (!has('noEncryptedReasoning') && reasons(model)) include.push(ENCRYPTED_REASONING);
  if (logprobs !== undefined && model.sampling !== false) include.push(LOGPROBS);
  const kept = extra?.dialect === NAME ? extra.fields.include : undefined;
  if (Array.isArray(kept)) include.push(...(kept as string[]));
  return include;
}

/** Words of other dialects that have the same meaning here. */
const TIERS: Record<string, string> = { standard_only: 'default', standard: 'default' };
const OPENAI_TIERS = new Set(['auto', 'default', 'flex', 'scale', 'priority']);

function writeTier(body: JsonObject, { serviceTier, dialect }: ChatRequest, { lose }: Target): void {
  if (serviceTier === undefined) return;
  const tier = TIERS[serviceTier] ?? serviceTier;
  if (dialect === NAME || dialect === 'openai-chat' || OPENAI_TIERS.has(tier)) body.service_tier = tier;
  else lose(termOf(dialect, 'serviceTier'), `OpenAI has no tier "${serviceTier}"`);
}

function writeRest(body: JsonObject, { extra }: ChatRequest, { lose }: Target): void {
  if (extra?.dialect === NAME) {
    const { include: _, reasoning, ...fields } = extra.fields;
    // The client's own word for the summary wins over ours.
    if (reasoning !== undefined) body.reasoning = { ...(body.reasoning as JsonObject), ...(reasoning as JsonObject) };
    writeExtra(body, { dialect: NAME, fields }, '', lose);
  } else if (extra?.dialect === 'openai-chat') {
    const shared: JsonObject = {};
    const rest: JsonObject = {};
    for (const key in extra.fields) (SHARED_WITH_CHAT.has(key) ? shared : rest)[key] = extra.fields[key];
    Object.assign(body, shared);
    writeExtra(body, { dialect: extra.dialect, fields: rest }, '', lose);
  } else writeExtra(body, extra, '', lose);
  body.store ??= false;
}
