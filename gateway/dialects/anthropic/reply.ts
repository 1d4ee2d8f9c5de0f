import type { ChatReply, Choice, JsonObject, Part } from '../../chat.ts';
import { GatewayError } from '../../errors.ts';
import type { ReplyContext, WrittenReply } from '../dialect.ts';
import { readBlock } from './blocks.ts';
import { readError } from './error.ts';
import { readFinish, writeFinish } from './finish.ts';
import { createLossLog } from './losses.ts';
import { readUsage, writeUsage } from './usage.ts';
import { isObject, leftover } from './wire.ts';
import { awaitsResult, replyId, reportReplyExtra, writeContainer, writeReplyBlock } from './write-reply-block.ts';

const MESSAGE = new Set(['id', 'type', 'role', 'model', 'content', 'stop_reason', 'stop_sequence', 'usage']);

/** A message as a reply with one choice. Throws `provider_bad_reply` for a body that is none. */
export function readReply(body: JsonObject): ChatReply {
  if (body.type === 'error') return { choices: [], error: readError(200, body) };
  if (!Array.isArray(body.content)) throw badReply('the message has no content');
  const choice: Choice = { index: 0, parts: body.content.map(readPart) };
  const finish = readFinish(body.stop_reason, body.stop_sequence);
  if (finish) choice.finish = finish;
  const reply: ChatReply = { choices: [choice] };
  if (typeof body.id === 'string') reply.id = body.id;
  if (typeof body.model === 'string') reply.model = body.model;
  if (isObject(body.usage)) reply.usage = readUsage(body.usage);
  const extra = leftover(body, MESSAGE);
  if (extra) reply.extra = extra;
  return reply;
}

function readPart(block: unknown, index: number): Part {
  try {
    return readBlock(block, `content[${index}]`);
  } catch (cause) {
    throw badReply(`content block ${index} cannot be read`, cause);
  }
}

function badReply(what: string, cause?: unknown): GatewayError {
  return new GatewayError('provider_bad_reply', `The provider's answer cannot be understood: ${what}.`, { cause });
}

/** The first choice as a message with every field that the official SDK's `Message` has. */
export function writeReply(reply: ChatReply, context: ReplyContext): WrittenReply {
  const losses = createLossLog();
  const [choice] = reply.choices;
  if (reply.choices.length > 1) losses.add('choices', 'Anthropic has one choice: the others were left out');
  if (choice?.logprobs) losses.add('choices[].logprobs', 'Anthropic has no log probabilities');
  const content: JsonObject[] = [];
  for (const part of choice?.parts ?? []) {
    const block = writeReplyBlock(part, losses);
    if (block) content.push(block);
  }
  const called = content.some(awaitsResult);
  const body: JsonObject = {
    ...emptyMessage(reply.id, context),
    content,
    ...(choice?.finish && writeFinish(choice.finish, called)),
    usage: writeUsage(reply.usage),
  };
  if (reply.extra?.dialect === 'anthropic') Object.assign(body, reply.extra.fields);
  body.container = writeContainer(body.container);
  reportReplyExtra(reply.extra, losses);
  return { body, losses: losses.list };
}

/** A message before its first block: what `message_start` carries. */
export function emptyMessage(id: string | undefined, context: ReplyContext): JsonObject {
  return {
    id: replyId(id, context.id),
    type: 'message',
    role: 'assistant',
    model: context.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
  };
}
