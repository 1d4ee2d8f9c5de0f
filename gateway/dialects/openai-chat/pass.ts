import type { Body } from '../../body/read.ts';
import { setMembers } from '../../body/splice.ts';
import type { Pass, TargetModel } from '../dialect.ts';
import { conflicts } from './conflict.ts';
import { asObject, dataOf, isUsageOnly, splitEvents } from './events.ts';
import { chooseId, readReply } from './reply.ts';
import { closeReply, closeStream } from './room.ts';
import { createTap } from './tap.ts';
import { readUsage } from './usage.ts';
import { readFinishReason } from './wire.ts';

/** Chat Completions from client to provider and back with their bytes as they came. */
export const openaiChatPass: Pass = {
  suits,
  accepts: ({ json }, target) => !conflicts(json, target),
  passRequest(body, request, target) {
    const values: Record<string, string> = {};
    if (body.json.model !== target.name) values.model = JSON.stringify(target.name);
    // Usage on a stream is always asked for: without it there is no exact cost. The tap takes it out where it was not wanted.
    const sendsUsage = target.quirks?.includes('noStreamOptions') ?? false;
    if (request.stream && !request.streamUsage && !sendsUsage) {
      values.stream_options = JSON.stringify({ ...asObject(body.json.stream_options), include_usage: true });
    }
    return { path: '/chat/completions', body: setMembers(body, values) };
  },
  replyClosing: closeReply,
  readSummary(json) {
    if (json.error !== undefined && json.error !== null) return { error: readReply(json).error };
    const tier = json.service_tier;
    const choices: unknown = json.choices;
    const last = asObject(Array.isArray(choices) ? choices.at(-1) : undefined).finish_reason;
    return {
      usage: readUsage(json.usage, typeof tier === 'string' ? tier : undefined),
      finish: typeof last === 'string' ? { reason: readFinishReason(last) } : undefined,
    };
  },
  streamClosing(bytes, context, id) {
    const { model, createdAtMs, streamUsage } = context;
    const events = splitEvents(bytes);
    const usageEvent = streamUsage ? events.find((event) => isUsageOnly(dataOf(event))) : undefined;
    const template = JSON.stringify({ id: chooseId(id, context), created: Math.floor(createdAtMs / 1000), model });
    return closeStream(events, { usageEvent, template });
  },
  createTap,
};

const SAMPLING = ['max_tokens', 'temperature', 'top_p', 'stop', 'logprobs', 'presence_penalty', 'frequency_penalty'];

/**
 * Whether the body can go to the model as it is. A client that did not name the model could not know that it takes `max_completion_tokens`
 * in place of `max_tokens`, refuses sampling parameters, or has other words for effort: such a body is written anew.
 */
function suits({ json }: Body, { sampling, reasoningEfforts, maxOutputTokens }: TargetModel): boolean {
  const { reasoning_effort: effort, max_tokens: old, max_completion_tokens: limit = old } = json;
  if (typeof effort === 'string' && reasoningEfforts?.includes(effort) === false) return false;
  if (typeof limit === 'number' && limit > (maxOutputTokens ?? limit)) return false;
  return sampling !== false || SAMPLING.every((field) => json[field] === undefined);
}
