import type { ChatRequest, JsonObject } from '../../chat.ts';
import type { TargetModel, WrittenRequest } from '../dialect.ts';
import { createLosses, isObject, type Losses } from './fields.ts';
import { writeThinking } from './thinking.ts';
import { carrySchema, writeToolConfig, writeTools } from './tools.ts';
import { generationOf, pathOf } from './wire.ts';
import { writeContents } from './write-contents.ts';

const MOST_STOPS = 5;
const MOST_ALTERNATIVES = 20;
const LARGEST_SEED = 2 ** 31;

/**
 * The hub's request for a Gemini model. Conflicts are resolved by these rules, each reported as a loss: before Gemini 3, function tools
 * win over a JSON format; the first five stop sequences count; limits of the model win over greater wishes.
 */
export function writeRequest(request: ChatRequest, target: TargetModel): WrittenRequest {
  const losses = createLosses();
  const own = request.extra?.dialect === 'gemini' ? request.extra.fields : {};
  losses.addExtra(request.extra);
  const { systemInstruction, contents } = writeContents(request, generationOf(target.name), losses);
  const tools = writeTools(request, losses);
  const calling = writeToolConfig(request, target, losses);
  const config = { ...memberOf(own, 'generationConfig'), ...writeConfig(request, target, losses) };
  const ownTools = memberOf(own, 'toolConfig');
  const toolConfig =
    calling === undefined
      ? ownTools
      : { ...ownTools, functionCallingConfig: { ...memberOf(ownTools, 'functionCallingConfig'), ...calling } };
  const tier = writeTier(request, losses);
  const { toolConfig: _toolConfig, generationConfig: _config, ...unknown } = own;
  const body: JsonObject = {
    ...unknown,
    ...(systemInstruction === undefined ? {} : { systemInstruction }),
    contents,
    ...(tools.length === 0 ? {} : { tools }),
    ...(Object.keys(toolConfig).length === 0 ? {} : { toolConfig }),
    ...(Object.keys(config).length === 0 ? {} : { generationConfig: config }),
    ...(tier === undefined ? {} : { serviceTier: tier }),
  };
  if (request.user !== undefined) losses.add('user', 'Gemini takes no name of the end user');
  if (request.verbosity !== undefined) losses.add('verbosity', 'Gemini has no such setting');
  return { path: pathOf(target.name, request.stream), body, losses: losses.list };
}

function writeConfig(request: ChatRequest, target: TargetModel, losses: Losses): JsonObject {
  const config: JsonObject = writeSampling(request, target, losses);
  const { count, logprobs, presencePenalty, frequencyPenalty } = request;
  const limit = writeLimit(request, target, losses);
  if (limit !== undefined) config.maxOutputTokens = limit;
  if (request.stop !== undefined && request.stop.length > 0) {
    if (request.stop.length > MOST_STOPS)
      losses.add('stop', `Gemini takes ${MOST_STOPS} stop sequences: the first ones are sent`);
    config.stopSequences = request.stop.slice(0, MOST_STOPS);
  }
  if (count !== undefined && (count !== 1 || request.dialect === 'gemini')) config.candidateCount = count;
  if (presencePenalty !== undefined) config.presencePenalty = presencePenalty;
  if (frequencyPenalty !== undefined) config.frequencyPenalty = frequencyPenalty;
  if (logprobs !== undefined) {
    config.responseLogprobs = true;
    if (logprobs.top !== undefined && logprobs.top > 0) config.logprobs = Math.min(logprobs.top, MOST_ALTERNATIVES);
  }
  const thinking = writeThinking(request, target, losses);
  if (thinking !== undefined) config.thinkingConfig = thinking;
  return { ...config, ...writeFormat(request, target, losses) };
}

function writeSampling(request: ChatRequest, target: TargetModel, losses: Losses): JsonObject {
  const config: JsonObject = {};
  for (const [name, field] of [
    ['temperature', 'temperature'],
    ['topP', 'top_p'],
    ['topK', 'top_k'],
  ] as const) {
    if (request[name] === undefined) continue;
    if (target.sampling === false) losses.add(field, 'the model takes no sampling parameters');
    else config[name] = request[name];
  }
  if (request.seed !== undefined) {
    const fits = Number.isInteger(request.seed) && request.seed >= -LARGEST_SEED && request.seed < LARGEST_SEED;
    if (fits) config.seed = request.seed;
    else losses.add('seed', 'Gemini takes seeds of 32 bits');
  }
  return config;
}

function writeLimit(request: ChatRequest, target: TargetModel, losses: Losses): number | undefined {
  const { maxOutputTokens: wanted } = request;
  const most = target.maxOutputTokens;
  if (wanted === undefined || most === undefined || wanted <= most) return wanted;
  losses.add('max_tokens', `the model writes ${most} tokens at most`);
  return most;
}

/** Before Gemini 3 a JSON format next to function declarations is a 400 ("Function calling with a response mime type … is unsupported"). */
function writeFormat(request: ChatRequest, target: TargetModel, losses: Losses): JsonObject {
  const { format } = request;
  if (format === undefined || format.type === 'text') return {};
  const calls = request.tools.some((tool) => tool.kind !== 'hosted');
  if (calls && generationOf(target.name) < 3 && request.dialect !== 'gemini') {
    losses.add('response_format', 'the model cannot keep to a format while it has tools');
    return {};
  }
  if (format.type === 'json') return { responseMimeType: 'application/json' };
  return {
    responseMimeType: 'application/json',
    responseJsonSchema: carrySchema(format.schema, 'response_format.json_schema.schema', { request, losses }),
  };
}

/** `auto` and `default` are what Gemini does unasked. */
function writeTier(request: ChatRequest, losses: Losses): string | undefined {
  const tier = request.serviceTier;
  if (tier === undefined || tier === 'auto' || tier === 'default') return undefined;
  if (request.dialect === 'gemini' || tier === 'flex' || tier === 'priority') return tier;
  losses.add('service_tier', `Gemini has no tier ${tier}`);
  return undefined;
}

function memberOf(object: JsonObject, name: string): JsonObject {
  const value = object[name];
  return isObject(value) ? value : {};
}
