import type { ChatReply, Choice, JsonObject, Part, ThinkingPart } from '../../chat.ts';
import { collect } from '../../reply.ts';
import type { ReplyContext, WrittenReply } from '../dialect.ts';
import { writeMediaUrl } from './media.ts';
import { createChunkReader } from './read-stream.ts';
import { joinThinking } from './thinking.ts';
import { writeUsage } from './usage.ts';
import { createLossList, isObject, NAME, type Writing, writeExtra, writeFinishReason } from './wire.ts';

/** A provider's body → hub. A whole reply is read as a stream of one chunk, so both forms mean the same. */
export function readReply(body: JsonObject): ChatReply {
  const reader = createChunkReader();
  const choices = Array.isArray(body.choices) ? body.choices.map(numberCalls) : body.choices;
  const events = reader.read(choices === undefined ? body : { ...body, choices });
  return collect([...events, ...reader.end()]);
}

/** In a whole message each call stands alone, whatever index or id it has. */
function numberCalls(choice: unknown): unknown {
  const message = isObject(choice) ? choice.message : undefined;
  if (!isObject(choice) || !isObject(message) || !Array.isArray(message.tool_calls)) return choice;
  const calls = message.tool_calls.map((call: unknown, index) => (isObject(call) ? { ...call, index } : call));
  return { ...choice, message: { ...message, tool_calls: calls } };
}

/** The id that clients see: the provider's own where it looks like one of the dialect's, else the gateway's in that form. */
export function chooseId(id: string | undefined, { id: own }: Pick<ReplyContext, 'id'>): string {
  if (id?.startsWith('chatcmpl')) return id;
  return own.startsWith('chatcmpl') ? own : `chatcmpl-${own}`;
}

/** Hub → the body for a client. Reasoning goes out as `reasoning_content`, media that the model made as `images`. */
export function writeReply(reply: ChatReply, context: ReplyContext): WrittenReply {
  const losses = createLossList();
  const body: JsonObject = {
    id: chooseId(reply.id, context),
    object: 'chat.completion',
    created: Math.floor((reply.createdAtMs ?? context.createdAtMs) / 1000),
    model: context.model,
    choices: reply.choices.map((choice) => writeChoice(choice, losses.add)),
  };
  if (reply.usage !== undefined) {
    body.usage = writeUsage(reply.usage);
    if (reply.usage.serviceTier !== undefined) body.service_tier = reply.usage.serviceTier;
  }
  writeReplyExtra(body, reply, losses.add);
  return { body, losses: losses.list() };
}

/** Unknown fields go back to where they stood: those of a choice lie under `choices`, each with its index. */
function writeReplyExtra(body: JsonObject, { extra }: ChatReply, lose: Writing['lose']): void {
  if (extra === undefined) return;
  const { choices: kept, ...fields } = extra.fields;
  writeExtra(body, { dialect: extra.dialect, fields }, '', lose);
  if (extra.dialect !== NAME || !Array.isArray(kept) || !Array.isArray(body.choices)) return;
  for (const { index, ...choiceFields } of kept.filter(isObject)) {
    const choice: unknown = body.choices.find((each: unknown) => isObject(each) && each.index === index);
    if (isObject(choice)) writeExtra(choice, { dialect: NAME, fields: choiceFields }, '', lose);
  }
}

function writeChoice(choice: Choice, lose: Writing['lose']): JsonObject {
  const at = `choices[${choice.index}]`;
  const calls = choice.parts.flatMap((part) => (part.type === 'toolCall' ? [writeCall(part)] : []));
  const text = joined(choice.parts, 'text');
  const message: JsonObject = {
    role: 'assistant',
    content: text ?? (calls.length > 0 || choice.parts.some((part) => part.type === 'refusal') ? null : ''),
    refusal: joined(choice.parts, 'refusal') ?? null,
  };
  const reasoning = joinThinking(choice.parts.filter((part): part is ThinkingPart => part.type === 'thinking'));
  if (reasoning !== '') message.reasoning_content = reasoning;
  const images = choice.parts.flatMap((part) => writeImage(part) ?? []);
  if (images.length > 0) message.images = images;
  if (calls.length > 0) message.tool_calls = calls;
  for (const part of choice.parts) loseOf(part, at, lose);
  const reason = writeFinishReason(choice.finish?.reason ?? 'stop', calls.length > 0);
  return { index: choice.index, message, logprobs: writeLogprobs(choice.logprobs, at, lose), finish_reason: reason };
}

function joined(parts: Part[], type: 'text' | 'refusal'): string | undefined {
  const texts = parts.flatMap((part) => (part.type === type ? [part.text] : []));
  return texts.length > 0 ? texts.join('') : undefined;
}

/** Empty arguments become `{}`: clients parse them. */
function writeCall(part: Extract<Part, { type: 'toolCall' }>): JsonObject {
  if (part.kind === 'custom') return { id: part.id, type: 'custom', custom: { name: part.name, input: part.input } };
  return {
    id: part.id,
    type: 'function',
    function: { name: part.name, arguments: part.input === '' ? '{}' : part.input },
  };
}

/** As OpenRouter spells images that the model made, which clients read (https://openrouter.ai/docs, 2026-11-23). */
export function writeImage(part: Part): JsonObject | undefined {
  const url = part.type === 'media' && part.kind === 'image' ? writeMediaUrl(part) : undefined;
  return url === undefined ? undefined : { type: 'image_url', image_url: { url } };
}

export function writeLogprobs(logprobs: Choice['logprobs'], at: string, lose: Writing['lose']): unknown {
  if (logprobs === undefined) return null;
  if (logprobs.dialect === NAME) return logprobs.value;
  lose(`${at}.logprobs`, `log probabilities of ${logprobs.dialect} have another shape`);
  return null;
}

/** Says what of a part of a reply does not reach the client. */
export function loseOf(part: Part, at: string, lose: Writing['lose']): void {
  if (part.type === 'opaque') lose(`${at}.${part.label}`, `known to ${part.dialect} only`);
  else if (part.type === 'toolResult') lose(`${at}.toolResult`, 'a result of a tool that the provider ran');
  else if (part.type === 'media' && writeImage(part) === undefined)
    lose(`${at}.${part.kind}`, `no place for ${part.kind} here`);
  else if ((part.type === 'thinking' || part.type === 'toolCall') && part.signature !== undefined) {
    lose(`${at}.signature`, 'a signature has no place here');
  }
}
