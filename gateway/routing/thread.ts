import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { ChatRequest, Message, Part, ThinkingPart, ToolCallPart } from '../chat.ts';
import type { Boundary } from './route.ts';

/** Where a request stands in its conversation. */
export interface Thread {
  /** The same for all requests of a conversation of a client: a hash, never words. */
  key: string;
  boundary: Boundary;
  messages: number;
  /** A hash of the user's last turn in this conversation: the same question asked again has the same one, "go on" elsewhere has not. */
  turn: string;
}

/** Headers in which tools say which session a request belongs to: Claude Code, Codex, OpenCode, and names that are in common use. */
const SESSION_HEADERS = [
  'x-claude-code-session-id',
  'session_id',
  'session-id',
  'x-opencode-session',
  'x-session-affinity',
  'x-session-id',
  'conversation_id',
  'x-conversation-id',
  'x-litellm-session-id',
  'x-task-id',
];
/** Fields of a body that say the same, beside Anthropic's `metadata.user_id`. */
const SESSION_FIELDS = ['prompt_cache_key', 'session_id', 'conversation_id'];

const LONGEST_ID = 256;
/**
 * Characters at the ends of a text that are hashed. A text is folded once its conversation is long, and of its JSON 512 and 256 bytes stay then: what
 * is hashed must lie within them before and after, and a character outside ASCII may take six of them.
 */
const ENDS = { ascii: { head: 240, tail: 100 }, other: { head: 80, tail: 36 } } as const;
/** Parts of a message that are hashed, messages and parts that are searched. */
const PARTS = 8;
const MESSAGES = 400;
const SEARCHED = 1_500;
const BEYOND_ASCII = /[\u0080-\uffff]/;

/** Reads the thread of a request, within a bounded number of steps. */
export function readThread(
  request: ChatRequest,
  { headers, clientId }: { headers: IncomingHttpHeaders; clientId: string },
): Thread {
  const { messages } = request;
  const session = sessionOf(request, headers);
  const opening = messages.find(({ role }) => role === 'user');
  // Without a session the system prompt helps to tell conversations apart that begin with the same words; only its head, as dates follow.
  const start = session ?? headOf(messages.find(({ role }) => role === 'system' || role === 'developer'));
  const key = digest(`${clientId}\n${start}\n${opening === undefined ? '' : ends(opening)}`);
  return {
    key,
    boundary: boundaryOf(messages),
    messages: messages.length,
    turn: digest(`${key}\n${messages.length}\n${endsOfLast(messages)}`),
  };
}

function digest(text: string): string {
  return hash('sha1', text, 'base64url').slice(0, 16);
}

function sessionOf(request: ChatRequest, headers: IncomingHttpHeaders): string | undefined {
  for (const name of SESSION_HEADERS) {
    const value = headers[name];
    if (typeof value === 'string' && isId(value)) return value;
  }
  const fields = request.extra?.fields;
  if (fields !== undefined) {
    for (const name of SESSION_FIELDS) if (isId(fields[name])) return fields[name];
    const metadata = fields.metadata;
    if (typeof metadata === 'object' && metadata !== null && 'session_id' in metadata && isId(metadata.session_id))
      return metadata.session_id;
  }
  return request.user === undefined ? undefined : sessionOfUser(request.user);
}

/** Claude Code writes `user_…_account_…_session_UUID`, in newer versions JSON with a `session_id`. Other users are no sessions. */
function sessionOfUser(user: string): string | undefined {
  const text = user.slice(-LONGEST_ID * 2);
  const [, id] = /_session_([\w-]{8,})$/.exec(text) ?? /"session_id"\s*:\s*"([\w-]{8,})"/.exec(text) ?? [];
  return id;
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_ID;
}

function headOf(message: Message | undefined): string {
  const part = message?.parts.find(({ type }) => type === 'text');
  return part?.type === 'text' ? endsOf(part.text).head : '';
}

/** What is hashed of a message: of each text its ends, of all else its kind. */
function ends({ parts }: Message): string {
  let text = '';
  for (let index = 0; index < Math.min(parts.length, PARTS); index++) {
    const part = parts[index];
    if (part?.type === 'text') {
      const { head, tail } = endsOf(part.text);
      text += head + tail;
    } else text += part?.type;
    text += '\n';
  }
  return text;
}

function endsOf(text: string): { head: string; tail: string } {
  const { head, tail } = ENDS.ascii;
  const ascii = { head: text.slice(0, head), tail: text.slice(-tail) };
  if (!BEYOND_ASCII.test(ascii.head + ascii.tail)) return ascii;
  return { head: text.slice(0, ENDS.other.head), tail: text.slice(-ENDS.other.tail) };
}

function endsOfLast(messages: readonly Message[]): string {
  const last = messages.at(-1);
  return last === undefined ? '' : ends({ ...last, parts: last.parts.slice(-PARTS) });
}

/**
 * Only a new turn of the user may go to another model, and what was signed in the conversation stays with its maker. Claude models read
 * each other's thinking or pass over it without an error
 * (https://platform.claude.com/docs/en/build-with-claude/preserved-thinking#switching-models); nobody else says what another model does with theirs.
 */
function boundaryOf(messages: readonly Message[]): Boundary {
  const last = messages.at(-1);
  if (last === undefined) return 'fresh';
  if (last.role !== 'user' || last.parts.some(({ type }) => type === 'toolResult')) {
    return last.role === 'system' || last.role === 'developer' ? 'fresh' : 'openTools';
  }
  let bound: Boundary = 'fresh';
  let left = SEARCHED;
  for (let index = messages.length - 1; index >= Math.max(0, messages.length - MESSAGES) && left > 0; index--) {
    const message = messages[index];
    if (message?.role !== 'assistant') continue;
    for (const part of message.parts) {
      if (isSigned(part)) {
        if (part.signature?.by !== 'anthropic') return 'boundThinking';
        bound = 'boundProvider';
      }
      if (--left <= 0) break;
    }
  }
  return bound;
}

function isSigned(part: Part): part is ThinkingPart | ToolCallPart {
  if (part.type === 'thinking') return part.signature !== undefined || part.redacted === true;
  return part.type === 'toolCall' && part.signature !== undefined;
}
