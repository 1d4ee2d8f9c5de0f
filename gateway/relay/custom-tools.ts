import type { ChatEvent, ChatReply, ChatRequest } from '../chat.ts';

/** The tools that were offered, by the client's names. */
type Offer = Pick<ChatRequest, 'tools'>;

/** Turns events of a provider's stream into those that the client is told. */
export interface Unwrap {
  read(event: ChatEvent): ChatEvent[];
}

/**
 * Tools that take free text are declared as functions of one string, `input`, where a provider knows no others. Their calls come back as
 * JSON, which has to be whole before it can be read: it is held back until the call closes. Undefined where the client has none such.
 */
export function createUnwrap(request: Offer): Unwrap | undefined {
  const names = namesOf(request);
  if (names.size === 0) return undefined;
  const held = new Map<string, string>();
  return {
    read(event) {
      if (event.type !== 'open' && event.type !== 'delta' && event.type !== 'close') return [event];
      const key = `${event.choice} ${event.index}`;
      if (event.type === 'open') {
        const { part } = event;
        if (part.type !== 'toolCall' || part.kind !== 'function' || !names.has(part.name)) return [event];
        held.set(key, '');
        return [{ ...event, part: { ...part, kind: 'custom' } }];
      }
      const text = held.get(key);
      if (text === undefined) return [event];
      if (event.type === 'delta') {
        held.set(key, text + event.text);
        return [];
      }
      held.delete(key);
      const { choice, index } = event;
      return [{ type: 'delta', choice, index, text: textIn(text) }, event];
    },
  };
}

/** The same for a whole reply. */
export function unwrapReply(request: Offer, reply: ChatReply): ChatReply {
  const names = namesOf(request);
  if (names.size === 0) return reply;
  const choices = reply.choices.map((choice) => ({
    ...choice,
    parts: choice.parts.map((part) =>
      part.type === 'toolCall' && part.kind === 'function' && names.has(part.name)
        ? { ...part, kind: 'custom' as const, input: textIn(part.input) }
        : part,
    ),
  }));
  return { ...reply, choices };
}

const namesOf = ({ tools }: Offer): Set<string> =>
  new Set(tools.flatMap(({ kind, name }) => (kind === 'custom' ? [name] : [])));

/** What the model wrote badly goes to the tool as it is: the tool says best what is wrong. */
function textIn(json: string): string {
  try {
    const value = JSON.parse(json) as { input?: unknown } | null;
    if (typeof value?.input === 'string') return value.input;
  } catch {
    // As it is.
  }
  return json;
}
