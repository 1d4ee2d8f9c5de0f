import type { ChatRequest, JsonObject, Message } from '../../chat.ts';
import { createIdMap } from './ids.ts';
import type { LossLog } from './losses.ts';
import { invalid } from './wire.ts';
import { type BlockContext, reportExtra, writeBlock } from './write-block.ts';

interface Turn {
  role: 'user' | 'assistant' | 'system';
  /** Tool results: the API wants them before anything else in their message. */
  results: JsonObject[];
  blocks: JsonObject[];
}

export interface WrittenMessages {
  system: JsonObject[];
  messages: { role: Turn['role']; content: JsonObject[] }[];
}

/**
 * The conversation as Anthropic wants it: leading system and developer messages apart, neighbours of one role in one
 * message, all results of a turn in the one user message after their calls. A later system message stays where the model
 * takes it there (after a user message, before an assistant's or the end), and else becomes the user's text.
 */
export function writeMessages(request: ChatRequest, systemInMessages: boolean, losses: LossLog): WrittenMessages {
  const context: BlockContext = { ids: createIdMap(), losses };
  const { messages } = request;
  const start = messages.findIndex((message) => !isSystem(message));
  const leading = start < 0 ? messages : messages.slice(0, start);
  const system = leading.flatMap((message, index) => writeParts(message, index, context));
  const turns: Turn[] = [];
  const followers = followersOf(messages);
  for (const [index, message] of messages.entries()) {
    if (index < leading.length) continue;
    const role = roleOf(message, { turns, systemInMessages, next: followers[index] });
    if (role === 'user' && isSystem(message)) losses.add('messages[].role', 'a later system message became user text');
    addBlocks(turns, role, writeParts(message, index, context), losses);
  }
  const written = turns
    .map(({ role, results, blocks }) => ({ role, content: [...results, ...blocks] }))
    .filter(({ content }) => content.length > 0);
  if (written.length > 0) return { system, messages: written };
  if (system.length === 0) throw invalid('messages', 'must hold at least one message with content.');
  losses.add('messages', 'there is no user message: the system message was sent as the user’s');
  return { system: [], messages: [{ role: 'user', content: system }] };
}

/**
 * Whether thinking would be refused because the turn that is being continued lacks its thinking block: the last assistant
 * message, when it called tools or ends the conversation, has to begin with one.
 */
export function lacksThinking(messages: WrittenMessages['messages']): boolean {
  const index = messages.findLastIndex((message) => message.role === 'assistant');
  const last = messages[index];
  if (last === undefined) return false;
  const continued = index === messages.length - 1 || last.content.some((block) => block.type === 'tool_use');
  if (!continued) return false;
  const first = last.content[0]?.type;
  return first !== 'thinking' && first !== 'redacted_thinking';
}

function isSystem(message: Message): boolean {
  return message.role === 'system' || message.role === 'developer';
}

/** For each message the role of the next one that is no system message. */
function followersOf(messages: Message[]): (Message['role'] | undefined)[] {
  let next: Message['role'] | undefined;
  return messages.reduceRight<(Message['role'] | undefined)[]>((followers, message, index) => {
    followers[index] = next;
    if (!isSystem(message)) next = message.role;
    return followers;
  }, new Array(messages.length));
}

interface Place {
  turns: Turn[];
  systemInMessages: boolean;
  /** Role of the next message that is no system message; undefined at the end. */
  next: Message['role'] | undefined;
}

function roleOf(message: Message, { turns, systemInMessages, next }: Place): Turn['role'] {
  if (message.role === 'assistant') return 'assistant';
  if (!isSystem(message)) return 'user';
  const before = turns.at(-1)?.role;
  const fits = (before === 'user' || before === 'system') && (next === undefined || next === 'assistant');
  return systemInMessages && fits ? 'system' : 'user';
}

function writeParts(message: Message, index: number, context: BlockContext): JsonObject[] {
  const { losses } = context;
  if (message.name !== undefined) losses.add('messages[].name', 'Anthropic knows no names of speakers');
  if (message.extra) reportExtra('messages[]', message.extra, losses);
  const blocks: JsonObject[] = [];
  for (const [position, part] of message.parts.entries()) {
    if (part.type === 'media' && message.role !== 'user' && message.role !== 'tool') {
      losses.add('messages[].content', `Anthropic takes no ${part.kind} from ${message.role} messages`);
      continue;
    }
    const block = writeBlock(part, `messages[${index}].content[${position}]`, context);
    if (block !== undefined) blocks.push(block);
  }
  return blocks;
}

function addBlocks(turns: Turn[], role: Turn['role'], blocks: JsonObject[], losses: LossLog): void {
  if (blocks.length === 0) return;
  let turn = turns.at(-1);
  if (turn?.role !== role) {
    turn = { role, results: [], blocks: [] };
    turns.push(turn);
  }
  for (const block of blocks) {
    if (block.type !== 'tool_result') turn.blocks.push(block);
    else {
      if (turn.blocks.length > 0) losses.add('messages[]', 'tool results were moved before the text of their turn');
      turn.results.push(block);
    }
  }
}
