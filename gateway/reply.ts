import type { ChatEvent, ChatReply, Choice, Extra, JsonObject, OpeningPart, Part } from './chat.ts';

/** Folds a stream of events into a reply, one event at a time. */
export interface Collector {
  add(event: ChatEvent): void;
  /** What has come so far. A choice without `finish` is not whole. */
  reply(): ChatReply;
}

interface OpenChoice {
  choice: Choice;
  parts: Map<number, Part>;
}

type Logprobs = NonNullable<Choice['logprobs']>;

/** A reply as the fold of its events; `emit` is its inverse. */
export function collect(events: Iterable<ChatEvent>): ChatReply {
  const collector = createCollector();
  for (const event of events) collector.add(event);
  return collector.reply();
}

/** Events that contradict the stream so far (text for a part that was never opened) change nothing. */
export function createCollector(): Collector {
  const head: Omit<ChatReply, 'choices'> = {};
  const choices = new Map<number, OpenChoice>();

  function at(index: number): OpenChoice {
    let open = choices.get(index);
    if (open === undefined) {
      open = { choice: { index, parts: [] }, parts: new Map() };
      choices.set(index, open);
    }
    return open;
  }

  function add(event: ChatEvent): void {
    switch (event.type) {
      case 'start': {
        const { type: _, ...said } = event;
        Object.assign(head, said);
        break;
      }
      case 'open':
        at(event.choice).parts.set(event.index, openPart(event.part));
        break;
      case 'delta':
        appendText(at(event.choice).parts.get(event.index), event.text);
        break;
      case 'signature': {
        const part = at(event.choice).parts.get(event.index);
        if (part?.type === 'thinking' || part?.type === 'toolCall') part.signature = event.signature;
        break;
      }
      case 'close':
        break;
      case 'logprobs': {
        const { choice } = at(event.choice);
        choice.logprobs = mergeLogprobs(choice.logprobs, event);
        break;
      }
      case 'finish':
        at(event.choice).choice.finish = event.finish;
        break;
      case 'usage':
        head.usage = { ...head.usage, ...event.usage };
        break;
      case 'error':
        // What comes after the first error is its consequence.
        head.error ??= event.error;
        break;
      case 'extra':
        head.extra = mergeExtra(head.extra, event.extra);
        break;
    }
  }

  const byIndex = (one: OpenChoice, other: OpenChoice): number => one.choice.index - other.choice.index;
  return {
    add,
    reply: () => ({
      ...head,
      choices: [...choices.values()].sort(byIndex).map(({ choice, parts }) => ({
        ...choice,
        parts: [...parts].sort(([one], [other]) => one - other).map(([, part]) => part),
      })),
    }),
  };
}

function openPart(opening: OpeningPart): Part {
  switch (opening.type) {
    case 'toolCall':
      return { ...opening, input: '' };
    case 'whole':
      return opening.part;
    default:
      return { ...opening, text: '' };
  }
}

function appendText(part: Part | undefined, text: string): void {
  if (part?.type === 'toolCall') part.input += text;
  else if (part?.type === 'text' || part?.type === 'refusal' || part?.type === 'thinking') part.text += text;
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Pieces of one choice's log probabilities: lists grow, anything else is replaced. */
function mergeLogprobs(known: Logprobs | undefined, { dialect, value }: Logprobs): Logprobs {
  if (known === undefined || !isObject(known.value) || !isObject(value)) return { dialect, value: copyLists(value) };
  const merged = known.value;
  for (const key in value) {
    const list = merged[key];
    const piece = value[key];
    if (Array.isArray(list) && Array.isArray(piece)) for (const each of piece) list.push(each);
    else if (piece !== null || list === undefined) merged[key] = Array.isArray(piece) ? [...piece] : piece;
  }
  return known;
}

/** The lists will grow, and they are the event's own. */
function copyLists(value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, Array.isArray(each) ? [...each] : each]));
}

const mergeExtra = (known: Extra | undefined, extra: Extra): Extra =>
  known?.dialect === extra.dialect ? { ...extra, fields: { ...known.fields, ...extra.fields } } : extra;

/** A reply as the events that it is the fold of, part after part. */
export function emit(reply: ChatReply): ChatEvent[] {
  const { id, model, createdAtMs, choices, usage, error, extra } = reply;
  const start: ChatEvent = { type: 'start' };
  if (id !== undefined) start.id = id;
  if (model !== undefined) start.model = model;
  if (createdAtMs !== undefined) start.createdAtMs = createdAtMs;
  const events: ChatEvent[] = [start];
  if (extra !== undefined) events.push({ type: 'extra', extra });
  for (const choice of choices) emitChoice(choice, events);
  if (usage !== undefined) events.push({ type: 'usage', usage });
  if (error !== undefined) events.push({ type: 'error', error });
  return events;
}

function emitChoice({ index: choice, parts, finish, logprobs }: Choice, events: ChatEvent[]): void {
  parts.forEach((part, index) => {
    const opening = openingOf(part);
    events.push({ type: 'open', choice, index, part: opening });
    if (opening.type !== 'whole') {
      const text = textOf(part);
      if (text !== '') events.push({ type: 'delta', choice, index, text });
      const signature = part.type === 'thinking' || part.type === 'toolCall' ? part.signature : undefined;
      if (signature !== undefined) events.push({ type: 'signature', choice, index, signature });
    }
    events.push({ type: 'close', choice, index });
  });
  if (logprobs !== undefined) events.push({ type: 'logprobs', choice, ...logprobs });
  if (finish !== undefined) events.push({ type: 'finish', choice, finish });
}

const textOf = (part: Part): string =>
  part.type === 'toolCall'
    ? part.input
    : part.type === 'text' || part.type === 'refusal' || part.type === 'thinking'
      ? part.text
      : '';

/** How a part opens. What carries a cache mark or fields of its dialect has no other place for them than the whole part. */
function openingOf(part: Part): OpeningPart {
  if (part.type === 'opaque' || part.cache !== undefined || part.extra !== undefined) return { type: 'whole', part };
  switch (part.type) {
    case 'text':
    case 'refusal':
      return { type: part.type };
    case 'thinking':
      return part.redacted === undefined ? { type: 'thinking' } : { type: 'thinking', redacted: part.redacted };
    case 'toolCall':
      return { type: 'toolCall', id: part.id, name: part.name, kind: part.kind };
    default:
      return { type: 'whole', part };
  }
}
