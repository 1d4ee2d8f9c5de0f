import type { ChatRequest, Message } from '../chat.ts';
import { HOUSEKEEPING, TOOL_NOTES } from './lexicon.ts';

/** Length in bytes of a text as it was received, where the string at hand holds only its two ends. */
export type LengthOf = (text: string) => number;

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
  /** The system prompt asks for a tool's own small job, such as a title, and no tools are offered for it. */
  housekeeping: boolean;
}

/** Characters looked at of the last turn, and of the one before. */
const TURN = 4_000;
const CONTEXT = 2_000;
/** Characters of one text that are searched for notes of tools. */
const SEARCHED = 12_000;
/** Messages looked at, from the end, to find the last user turn and the one before; and parts of one message. */
const MESSAGES = 400;
const PARTS = 64;
/** No string is folded that would be shorter than this at hand: 768 bytes of JSON around the mark hold more, even all in `\u` escapes. */
const SHORTEST_FOLDED = 140;
const MARK_OPENS = '\uE0F0';
const MARK_CLOSES = '\uE0F1';

const NOTE_LETTERS: ReadonlySet<number> = new Set(TOOL_NOTES.map((tag) => tag.charCodeAt(0)));
const SMALL_JOB = new RegExp(HOUSEKEEPING.join('|'), 'i');

/** Finds what the user last asked. System and developer messages never count as the user's words. */
export function readFocus(request: ChatRequest, lengthOf: LengthOf): Focus {
  const { messages } = request;
  const stop = Math.max(0, messages.length - MESSAGES);
  let turn = '';
  let turnLength = 0;
  let steps = 0;
  for (let index = messages.length - 1; index >= stop; index--) {
    const message = messages[index];
    if (message === undefined) continue;
    if (message.role === 'user') {
      const words = readWords(message, turn === '' ? TURN : CONTEXT, lengthOf);
      if (words.text !== '') {
        if (turn !== '') return { turn, turnLength, context: words.text, steps, housekeeping: isHousekeeping(request) };
        turn = words.text;
        turnLength = words.length;
      }
    }
    if (turn === '') steps += countSteps(message);
  }
  return { turn, turnLength, context: '', steps, housekeeping: isHousekeeping(request) };
}

/** Head, middle and tail of a text within `limit` characters: instructions stand at its ends. */
function sample(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const middle = Math.floor(limit / 6);
  const tail = Math.floor(limit / 3);
  const from = Math.floor((text.length - middle) / 2);
  const head = text.slice(0, limit - middle - tail);
  return `${head}\n${text.slice(from, from + middle)}\n${text.slice(text.length - tail)}`;
}

/** Where the mark of a folded text stands, and how many characters the whole text has, told from the bytes of its first letters. */
export function foldAt(text: string, lengthOf: LengthOf): { at: number; length: number } | undefined {
  if (text.length < SHORTEST_FOLDED) return undefined;
  const bytes = lengthOf(text);
  if (bytes === text.length) return undefined;
  const at = text.indexOf(MARK_OPENS);
  const head = text.slice(0, 200);
  return { at: at < 0 ? text.length : at, length: (bytes * head.length) / Buffer.byteLength(head) };
}

function withoutMark(text: string, at: number): string {
  const end = text.indexOf(MARK_CLOSES, at);
  return end < 0 ? text : `${text.slice(0, at)}\n${text.slice(end + 1)}`;
}

function readWords(message: Message, limit: number, lengthOf: LengthOf): { text: string; length: number } {
  const { parts } = message;
  let text = '';
  let length = 0;
  // Of many parts the last ones are kept: a client puts files first and the question behind them.
  for (let index = Math.max(0, parts.length - PARTS); index < parts.length; index++) {
    const part = parts[index];
    if (part?.type !== 'text' || part.text === '') continue;
    const fold = foldAt(part.text, lengthOf);
    const whole = fold === undefined ? part.text : withoutMark(part.text, fold.at);
    // First what tools added: the end of a long note must not be sampled away, or all behind it would count as note.
    const searched = sample(whole, SEARCHED);
    const own = withoutNotes(searched);
    if (own === '') continue;
    length += (own.length / searched.length) * (fold?.length ?? whole.length);
    text = sample(text === '' ? own : `${text}\n${own}`, limit);
  }
  return { text, length };
}

/** Cuts what a coding tool wrapped in its own tags. An unclosed tag cuts to the end. */
function withoutNotes(text: string): string {
  let open = text.indexOf('<');
  if (open < 0) return text.trim();
  let kept = '';
  let from = 0;
  for (; open >= 0; open = text.indexOf('<', open + 1)) {
    const tag = noteAt(text, open + 1);
    if (tag === undefined) continue;
    kept += text.slice(from, open);
    const close = text.indexOf(`</${tag}>`, open);
    if (close < 0) return kept.trim();
    from = close + tag.length + 3;
    open = from - 1;
  }
  return (kept + text.slice(from)).trim();
}

function noteAt(text: string, at: number): string | undefined {
  const first = text.charCodeAt(at);
  // Nearly every sign behind a `<` in code is none of these.
  if (!NOTE_LETTERS.has(first)) return undefined;
  return TOOL_NOTES.find((tag) => text.startsWith(tag, at));
}

function countSteps(message: Message): number {
  let steps = 0;
  for (let index = Math.min(message.parts.length, PARTS) - 1; index >= 0; index--) {
    const type = message.parts[index]?.type;
    if (type === 'toolResult') steps++;
  }
  return steps;
}

function isHousekeeping({ messages, tools }: ChatRequest): boolean {
  if (tools.length > 0) return false;
  for (let index = 0; index < Math.min(messages.length, 3); index++) {
    const message = messages[index];
    if (message === undefined || (message.role !== 'system' && message.role !== 'developer')) continue;
    for (let place = 0; place < Math.min(message.parts.length, 4); place++) {
      const part = message.parts[place];
      if (part?.type === 'text' && SMALL_JOB.test(part.text.slice(0, 600))) return true;
    }
  }
  return false;
}
