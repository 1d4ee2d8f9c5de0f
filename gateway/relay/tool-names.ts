import { createHash } from 'node:crypto';
import type { ChatEvent, ChatReply, ChatRequest, DialectName, Message } from '../chat.ts';

/** Names of the provider's → the client's own. */
export type ToolNames = ReadonlyMap<string, string>;

interface Rule {
  fits: RegExp;
  /** Characters that are replaced. */
  alien: RegExp;
  most: number;
}

const plain = (most: number): Rule => ({ fits: new RegExp(`^[\\w-]{1,${most}}$`), alien: /[^\w-]/g, most });

/**
 * Names of tools that providers take: OpenAI's error says 64 ("string_above_max_length"), Anthropic's documentation 128, Gemini's 64 with dots
 * and colons, beginning with a letter or underscore; Cohere's letters, digits and underscores (read 2026-11). Tools of MCP servers go beyond all of them.
 */
const RULES: Record<DialectName, Rule> = {
  'openai-chat': plain(64),
  'openai-responses': plain(64),
  anthropic: plain(128),
  gemini: { fits: /^[a-zA-Z_][\w.:-]{0,63}$/, alien: /[^\w.:-]/g, most: 64 },
  cohere: { fits: /^[a-zA-Z_]\w{0,63}$/, alien: /\W/g, most: 64 },
};

/**
 * The request with names that the provider takes, and the way back; the same request where all fit. A name always becomes the same other
 * one, so that the conversation, and the provider's prompt cache, hold from turn to turn.
 */
export function fitNames(request: ChatRequest, dialect: DialectName): { request: ChatRequest; names?: ToolNames } {
  const rule = RULES[dialect];
  if (allFit(request, rule)) return { request };
  const known = new Map<string, string>();
  const names = new Map<string, string>();
  const nameFor = (name: string): string => {
    if (rule.fits.test(name)) return name;
    const fitted = known.get(name) ?? shorten(name, rule);
    known.set(name, fitted);
    names.set(fitted, name);
    return fitted;
  };
  const tools = request.tools.map((tool) => (tool.kind === 'hosted' ? tool : { ...tool, name: nameFor(tool.name) }));
  const messages = request.messages.map((message) => fitMessage(message, nameFor));
  const { toolChoice: choice } = request;
  const fitted: ChatRequest = { ...request, tools, messages };
  if (choice?.mode === 'tool') fitted.toolChoice = { ...choice, name: nameFor(choice.name) };
  else if (choice?.mode === 'allowed') fitted.toolChoice = { ...choice, names: choice.names.map(nameFor) };
  return { request: fitted, names };
}

/** Told without making anything: it is so for nearly all requests. */
function allFit({ tools, messages }: ChatRequest, { fits }: Rule): boolean {
  for (const { kind, name } of tools) if (kind !== 'hosted' && !fits.test(name)) return false;
  for (const { parts } of messages) {
    for (const part of parts) {
      if (part.type === 'toolCall' && !fits.test(part.name)) return false;
      if (part.type === 'toolResult' && part.name !== undefined && !fits.test(part.name)) return false;
    }
  }
  return true;
}

function fitMessage(message: Message, nameFor: (name: string) => string): Message {
  const isNamed = message.parts.some((part) => part.type === 'toolCall' || part.type === 'toolResult');
  if (!isNamed) return message;
  const parts = message.parts.map((part) => {
    if (part.type === 'toolCall') return { ...part, name: nameFor(part.name) };
    return part.type === 'toolResult' && part.name !== undefined ? { ...part, name: nameFor(part.name) } : part;
  });
  return { ...message, parts };
}

function shorten(name: string, { alien, most }: Rule): string {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  const start = name.replaceAll(alien, '_').slice(0, most - hash.length - 1);
  return `${/^[a-zA-Z_]/.test(start) ? start : `_${start.slice(1)}`}_${hash}`;
}

/** The event with the client's own name of the tool. */
export function renameEvent(event: ChatEvent, names: ToolNames): ChatEvent {
  if (event.type !== 'open') return event;
  const { part } = event;
  if (part.type === 'toolCall') return { ...event, part: { ...part, name: names.get(part.name) ?? part.name } };
  if (part.type !== 'whole' || part.part.type !== 'toolCall') return event;
  const call = part.part;
  return { ...event, part: { ...part, part: { ...call, name: names.get(call.name) ?? call.name } } };
}

export function renameReply(reply: ChatReply, names: ToolNames | undefined): ChatReply {
  if (names === undefined) return reply;
  const choices = reply.choices.map((choice) => ({
    ...choice,
    parts: choice.parts.map((part) =>
      part.type === 'toolCall' ? { ...part, name: names.get(part.name) ?? part.name } : part,
    ),
  }));
  return { ...reply, choices };
}
