import type { ChatEvent, Finish, JsonObject, Part, Signature, Usage } from '../../chat.ts';
import { writeSse } from '../../sse.ts';
import type { ReplyContext, StreamWriter } from '../dialect.ts';
import { createLosses } from './fields.ts';
import { writeParts } from './parts.ts';
import { clientPlace, ownOf, reportUsage } from './reply.ts';
import { writeUsage } from './usage.ts';
import { type GeminiPart, writeFinishReason } from './wire.ts';

interface OpenPart {
  type: 'text' | 'thinking' | 'toolCall';
  text: string;
  id: string;
  name: string;
  kind: 'function' | 'custom';
  redacted: boolean;
  signature?: Signature;
}

/** Text goes out as it comes; a call goes out whole once it is closed; the last chunk says how the answer ended and what it used. */
export function createStreamWriter(context: ReplyContext): StreamWriter {
  const losses = createLosses();
  const place = clientPlace(losses);
  const open = new Map<string, OpenPart>();
  const finishes = new Map<number, Finish>();
  const logprobs = new Map<number, unknown>();
  let usage: Usage | undefined;
  let own: JsonObject = {};
  let responseId = context.id;

  function frame(body: JsonObject): string {
    return writeSse({ data: JSON.stringify(body) });
  }

  function writePart(part: GeminiPart, choice: number): string {
    return frame({
      candidates: [{ content: { parts: [part], role: 'model' }, index: choice }],
      modelVersion: context.model,
      responseId,
    });
  }

  function writeWhole(part: Part, choice: number): string {
    return writeParts([part], place)
      .map((written) => writePart(written, choice))
      .join('');
  }

  function openPart(event: Extract<ChatEvent, { type: 'open' }>): string {
    const { part, choice } = event;
    if (part.type === 'whole') return writeWhole(part.part, choice);
    if (part.type === 'refusal')
      losses.add(`${place.path}.refusal`, 'Gemini has no refusal apart from text: sent as text');
    const type = part.type === 'refusal' ? 'text' : part.type;
    const call = part.type === 'toolCall' ? part : { id: '', name: '', kind: 'function' as const };
    open.set(keyOf(event), {
      type,
      text: '',
      id: call.id,
      name: call.name,
      kind: call.kind,
      redacted: part.type === 'thinking' && part.redacted === true,
    });
    return '';
  }

  function addText(event: Extract<ChatEvent, { type: 'delta' }>): string {
    const part = open.get(keyOf(event));
    if (part === undefined || event.text === '') return '';
    if (part.type === 'toolCall') {
      part.text += event.text;
      return '';
    }
    // The text itself has gone out; what a signature still needs to know is whether there was any.
    part.text = 'sent';
    return writePart(
      part.type === 'thinking' ? { text: event.text, thought: true } : { text: event.text },
      event.choice,
    );
  }

  function closePart(event: Extract<ChatEvent, { type: 'close' }>): string {
    const part = open.get(keyOf(event));
    open.delete(keyOf(event));
    if (part === undefined) return '';
    const signature = part.signature === undefined ? {} : { signature: part.signature };
    if (part.type === 'toolCall') {
      const { id, name, kind, text: input } = part;
      return writeWhole({ type: 'toolCall', id, name, kind, input, ...signature }, event.choice);
    }
    if (part.signature === undefined) return '';
    const [written] = writeParts([{ type: 'thinking', text: '', redacted: part.redacted, ...signature }], place);
    if (written === undefined) return '';
    return writePart(part.text === '' ? written : { ...written, thought: true }, event.choice);
  }

  function lastChunk(): string {
    if (finishes.size === 0) return '';
    const { candidates: ownCandidates, ...rest } = own;
    const candidates = [...finishes].map(([index, finish]) => ({
      ...ownOf(ownCandidates, index),
      content: { parts: [{ text: '' }], role: 'model' },
      finishReason: writeFinishReason(finish.reason, finish.raw),
      index,
      ...(logprobs.has(index) ? { logprobsResult: logprobs.get(index) } : {}),
    }));
    const counted = usage === undefined ? {} : { usageMetadata: writeUsage(usage) };
    if (usage !== undefined) reportUsage(usage, losses);
    return frame({ ...rest, candidates, ...counted, modelVersion: context.model, responseId });
  }

  return {
    terminal: () => '',
    losses: () => losses.list,
    write(event) {
      switch (event.type) {
        case 'start':
          responseId = event.id ?? responseId;
          return '';
        case 'open':
          return openPart(event);
        case 'delta':
          return addText(event);
        case 'signature': {
          const part = open.get(keyOf(event));
          if (part !== undefined) part.signature = event.signature;
          return '';
        }
        case 'close':
          return closePart(event);
        case 'logprobs':
          if (event.dialect === 'gemini') logprobs.set(event.choice, event.value);
          else losses.add('logprobs', 'log probabilities of another dialect are not translated');
          return '';
        case 'finish':
          finishes.set(event.choice, event.finish);
          return '';
        case 'usage':
          usage = { ...usage, ...event.usage };
          return '';
        case 'extra':
          losses.addExtra(event.extra);
          if (event.extra.dialect === 'gemini') own = { ...own, ...event.extra.fields };
          return '';
        default:
          // An error is told by whoever ends the stream.
          return '';
      }
    },
    end: lastChunk,
  };
}

function keyOf(event: { choice: number; index: number }): string {
  return `${event.choice}:${event.index}`;
}
