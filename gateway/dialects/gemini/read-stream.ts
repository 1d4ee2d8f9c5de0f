import { randomUUID } from 'node:crypto';
import type { ChatEvent, JsonObject, Part, Signature, Usage } from '../../chat.ts';
import type { StreamReader } from '../dialect.ts';
import { readError } from './error.ts';
import { field, isObject, restOf } from './fields.ts';
import { createPartialArguments, type PartialArguments } from './partial-arguments.ts';
import { readCall, readPart, readSigned } from './parts.ts';
import { countSearches, readUsage } from './usage.ts';
import { readFinishReason } from './wire.ts';

const REPLY = new Set(['candidates', 'usageMetadata', 'modelVersion', 'responseId', 'createTime']);
const CANDIDATE = new Set(['content', 'index', 'finishReason', 'logprobsResult']);

interface ChoiceState {
  choice: number;
  next: number;
  /** The text or thinking part that further chunks go on with. */
  open?: { index: number; type: 'text' | 'thinking' };
  /** A call whose arguments arrive in pieces. */
  call?: { index: number; args: PartialArguments };
  calls: number;
  finished: boolean;
  /** Members of the candidate that the hub has no place for, the last of each. */
  rest: JsonObject;
}

/** Reads `GenerateContentResponse`s: the chunks of a stream, or a whole answer as the only chunk. */
interface ReplyReader {
  read(body: JsonObject): ChatEvent[];
  end(): ChatEvent[];
}

export function createReplyReader(): ReplyReader {
  const choices = new Map<number, ChoiceState>();
  let started = false;
  let model = '';
  let rest: JsonObject = {};
  let restChanged = false;

  function stateOf(choice: number): ChoiceState {
    let state = choices.get(choice);
    if (state === undefined) {
      state = { choice, next: 0, calls: 0, finished: false, rest: {} };
      choices.set(choice, state);
    }
    return state;
  }

  function readCandidate(candidate: JsonObject, state: ChoiceState, events: ChatEvent[]): void {
    const content = isObject(candidate.content) ? candidate.content : {};
    for (const part of Array.isArray(content.parts) ? content.parts : []) {
      if (isObject(part)) readReplyPart(part, state, events);
    }
    if (candidate.logprobsResult !== undefined) {
      events.push({ type: 'logprobs', choice: state.choice, dialect: 'gemini', value: candidate.logprobsResult });
    }
    const unknown = restOf(candidate, CANDIDATE);
    if (unknown !== undefined) {
      Object.assign(state.rest, unknown);
      restChanged = true;
    }
    const word = candidate.finishReason;
    if (typeof word !== 'string' || state.finished) return;
    closeParts(state, events);
    state.finished = true;
    events.push({
      type: 'finish',
      choice: state.choice,
      finish: { reason: readFinishReason(word, state.calls > 0), raw: word },
    });
  }

  function readBlock(body: JsonObject, events: ChatEvent[]): void {
    const feedback = body.promptFeedback;
    if (!isObject(feedback) || typeof feedback.blockReason !== 'string' || choices.size > 0) return;
    stateOf(0).finished = true;
    events.push({ type: 'finish', choice: 0, finish: { reason: 'contentFilter', raw: feedback.blockReason } });
  }

  function usageOf(body: JsonObject): Usage | undefined {
    const usage = readUsage(body.usageMetadata);
    if (usage === undefined) return undefined;
    let searches = 0;
    for (const state of choices.values()) searches += countSearches(state.rest.groundingMetadata, model);
    return searches === 0 ? usage : { ...usage, hostedCalls: { webSearch: searches } };
  }

  /** Everything kept so far, again and again: whoever takes the last one has all. */
  function extraOf(): ChatEvent[] {
    if (!restChanged) return [];
    restChanged = false;
    const candidates = [...choices.values()]
      .filter((state) => Object.keys(state.rest).length > 0)
      .map((state) => ({ index: state.choice, ...state.rest }));
    const fields = candidates.length === 0 ? { ...rest } : { ...rest, candidates };
    return [{ type: 'extra', extra: { dialect: 'gemini', fields } }];
  }

  return {
    read(body) {
      if (body.error !== undefined) return [{ type: 'error', error: readError(0, body) }];
      const events: ChatEvent[] = [];
      if (!started) {
        started = true;
        if (typeof body.modelVersion === 'string') model = body.modelVersion;
        events.push(startOf(body));
      }
      const unknown = restOf(body, REPLY);
      if (unknown !== undefined) {
        rest = { ...rest, ...unknown };
        restChanged = true;
      }
      const candidates = Array.isArray(body.candidates) ? body.candidates : [];
      for (const [place, candidate] of candidates.entries()) {
        if (isObject(candidate))
          readCandidate(candidate, stateOf(typeof candidate.index === 'number' ? candidate.index : place), events);
      }
      readBlock(body, events);
      if ([...choices.values()].some((state) => state.finished)) events.push(...extraOf());
      const usage = usageOf(body);
      if (usage !== undefined) events.push({ type: 'usage', usage });
      return events;
    },
    end() {
      const events: ChatEvent[] = [];
      for (const state of choices.values()) closeParts(state, events);
      return [...events, ...extraOf()];
    },
  };
}

/** Each SSE message is one `GenerateContentResponse`, or `{error}`. */
export function createStreamReader(): StreamReader {
  const reader = createReplyReader();
  return {
    read(message) {
      let body: unknown;
      try {
        body = JSON.parse(message.data);
      } catch {
        body = undefined;
      }
      if (isObject(body)) return reader.read(body);
      return [
        { type: 'error', error: { code: 'bad_chunk', message: 'Gemini sent a chunk that is not a JSON object.' } },
      ];
    },
    end: () => reader.end(),
  };
}

function startOf(body: JsonObject): ChatEvent {
  const { responseId: id, modelVersion: model, createTime } = body;
  const createdAtMs = typeof createTime === 'string' ? Date.parse(createTime) : Number.NaN;
  return {
    type: 'start',
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof model === 'string' ? { model } : {}),
    ...(Number.isNaN(createdAtMs) ? {} : { createdAtMs }),
  };
}

function readReplyPart(part: JsonObject, state: ChoiceState, events: ChatEvent[]): void {
  const call = field(part, 'functionCall');
  if (isObject(call)) {
    readReplyCall(call, readSigned(part)?.signature, { state, events });
    return;
  }
  for (const piece of readPart(part, 'part')) emitPiece(piece, state, events);
}

function emitPiece(piece: Part, state: ChoiceState, events: ChatEvent[]): void {
  const { choice } = state;
  if (piece.type !== 'text' && piece.type !== 'thinking') {
    closeParts(state, events);
    const index = state.next++;
    events.push(
      { type: 'open', choice, index, part: { type: 'whole', part: piece } },
      { type: 'close', choice, index },
    );
    return;
  }
  const signature = piece.type === 'thinking' ? piece.signature : undefined;
  if (piece.text === '' && signature === undefined) return;
  if (state.open?.type !== piece.type) {
    closeParts(state, events);
    const index = state.next++;
    state.open = { index, type: piece.type };
    events.push({ type: 'open', choice, index, part: { type: piece.type } });
  }
  const { index } = state.open;
  if (piece.text !== '') events.push({ type: 'delta', choice, index, text: piece.text });
  if (signature === undefined) return;
  // A signed part must not run into the next one: the signature vouches for this text alone.
  events.push({ type: 'signature', choice, index, signature });
  closeParts(state, events);
}

interface CallPlace {
  state: ChoiceState;
  events: ChatEvent[];
}

/** Calls arrive whole, or named first and then in pieces, until a piece says no more of going on. */
function readReplyCall(call: JsonObject, signature: Signature | undefined, { state, events }: CallPlace): void {
  const { choice } = state;
  if (typeof call.name === 'string' && call.name !== '') {
    closeParts(state, events);
    const { id = `call_${randomUUID().replaceAll('-', '').slice(0, 24)}`, name } = readCall(call);
    const index = state.next++;
    state.calls += 1;
    state.call = { index, args: createPartialArguments(call.args) };
    events.push({ type: 'open', choice, index, part: { type: 'toolCall', id, name, kind: 'function' } });
  }
  if (state.call === undefined) return;
  if (signature !== undefined) events.push({ type: 'signature', choice, index: state.call.index, signature });
  state.call.args.add(call.partialArgs);
  if (call.willContinue !== true) closeParts(state, events);
}

function closeParts(state: ChoiceState, events: ChatEvent[]): void {
  const { choice, open, call } = state;
  if (open !== undefined) events.push({ type: 'close', choice, index: open.index });
  if (call !== undefined) {
    events.push(
      { type: 'delta', choice, index: call.index, text: call.args.end() },
      { type: 'close', choice, index: call.index },
    );
  }
  delete state.open;
  delete state.call;
}
