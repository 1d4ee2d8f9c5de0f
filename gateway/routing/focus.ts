import type { ChatRequest, Message, Part } from '../chat.ts';
import { HOUSEKEEPING, TOOL_NOTES } from './lexicon.ts';

/** The words of a request that decide how hard it is. */
export interface Focus {
  /** The last user turn without the notes of tools, sampled: at most `TURN` characters. */
  turn: string;
  /** Its length before sampling, in characters. */
  turnLength: number;
  /** The user turn before it, sampled. */
  context: string;
  /** Tool calls and results that followed the last user turn. */
  steps: number;
  /** The system prompt asks for a tool's own small job, such as a title. */
  housekeeping: boolean;
}

/** Characters looked at of the last turn, and of the one before. */
const TURN = 12_000;
const CONTEXT = 2_000;
/** Messages looked at, from the end, to find the last user turn and the one before; and parts of one message. */
const MESSAGES = 400;
const PARTS = 64;

/** Finds what the user last asked. System and developer messages never count as the user's words. */
export function readFocus(request: ChatRequest): Focus {
  const { messages } = request;
  const stop = Math.max(0, messages.length - MESSAGES);
  let turn = '';
  let turnLength = 0;
  let steps = 0;
  for (let index = messages.length - 1; index >= stop; index--) {
    const message = messages[index];
    if (message === undefined) continue;
    if (message.role === 'user') {
      const words = readWords(message, turn === '' ? TURN : CONTEXT);
      if (words.text !== '') {
        if (turn !== '')
          return { turn, turnLength, context: words.text, steps, housekeeping: isHousekeeping(messages) };
        turn = words.text;
        turnLength = words.length;
      }
    }
    if (turn === '') steps += countSteps(message);
  }
  return { turn, turnLength, context: '', steps, housekeeping: isHousekeeping(messages) };
}

/** Head, middle and tail of a text within `limit` characters: instructions stand at its ends. */
export function sample(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const middle = Math.floor(limit / 6);
  const tail = Math.floor(limit / 3);
  const from = Math.floor((text.length - middle) / 2);
  const head = text.slice(0, limit - middle - tail);
  return `${head}\n${text.slice(from, from + middle)}\n${text.slice(text.length - tail)}`;
}

function readWords(message: Message, limit: number): { text: string; length: number } {
  let text = '';
  let length = 0;
  // Of many parts the last ones are kept: a client puts files first and the question behind them.
  for (const part of message.parts.slice(-PARTS)) {
    if (part.type !== 'text' || part.text === '') continue;
    const own = withoutNotes(sample(part.text, limit));
    if (own === '') continue;
    length += part.text.length;
    text = text === '' ? own : sample(`${text}\n${own}`, limit);
  }
  return { text, length };
}

/** Cuts what a coding tool wrapped in its own tags. An unclosed tag cuts to the end. */
function withoutNotes(text: string): string {
  if (!text.includes('<')) return text.trim();
  let rest = text;
  for (const tag of TOOL_NOTES) {
    for (let open = rest.indexOf(`<${tag}`); open >= 0; open = rest.indexOf(`<${tag}`)) {
      const close = rest.indexOf(`</${tag}>`, open);
      rest = rest.slice(0, open) + (close < 0 ? '' : rest.slice(close + tag.length + 3));
    }
  }
  return rest.trim();
}

function countSteps(message: Message): number {
  let steps = 0;
  for (let index = Math.min(message.parts.length, PARTS) - 1; index >= 0; index--) {
    const type = message.parts[index]?.type;
    if (type === 'toolResult') steps++;
  }
  return steps;
}

function isHousekeeping(messages: readonly Message[]): boolean {
  for (const message of messages.slice(0, 3)) {
    if (message.role !== 'system' && message.role !== 'developer') continue;
    for (const part of message.parts.slice(0, 4)) {
      if (isSmallJob(part)) return true;
    }
  }
  return false;
}

function isSmallJob(part: Part): boolean {
  if (part.type !== 'text') return false;
  const start = part.text.slice(0, 600).toLowerCase();
  return HOUSEKEEPING.some((phrase) => start.includes(phrase));
}
