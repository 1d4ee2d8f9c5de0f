import type { CapturedPart, CaptureInfo } from '../../contract/index.ts';
import type { Capture, Captured } from '../capture/index.ts';
import type { ChatRequest, Part } from '../chat.ts';
import { dialects } from '../dialects/index.ts';
import { GatewayError } from '../errors.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Base } from './base.ts';
import type { View } from './view.ts';

export interface CaptureDependencies {
  capture: Capture;
  ledger: Pick<Ledger, 'one'>;
}

export function captureCalls({ captures }: Base, { capture, ledger }: CaptureDependencies) {
  async function check(id: string, view: View): Promise<void> {
    if (view.caller.role !== 'owner' && !view.sees((await ledger.one(id))?.clientId ?? null)) throw missing();
  }

  return {
    size: captures.size.handler(() => capture.size()),
    one: captures.one.handler(async ({ input: { id }, context: { view } }) => {
      await check(id, view);
      const kept = await capture.read(id);
      if (kept === null) throw missing();
      return show(kept);
    }),
    remove: captures.remove.handler(async ({ input: { id }, context: { view } }) => {
      await check(id, view);
      if (!(await capture.remove(id))) throw missing();
      return { id };
    }),
    removeAll: captures.removeAll.handler(async () => ({ removed: await capture.removeAll() })),
  };
}

function missing(): GatewayError {
  return new GatewayError('not_found', 'Prompt and reply of this request are not kept.', { field: 'id' });
}

function show({ id, atMs, dialect, request, reply, leftOut }: Captured): CaptureInfo {
  const read = request === null ? undefined : tryRead(dialect, request);
  return {
    id,
    startedAtMs: atMs,
    dialect,
    body: request,
    messages: read?.messages.map(({ role, parts }) => ({ role, parts: parts.map(showPart) })) ?? null,
    tools: read?.tools.map(({ name }) => name) ?? [],
    reply: reply?.choices.flatMap(({ parts }) => parts.map(showPart)) ?? null,
    leftOut,
  };
}

/** A prompt that was refused may have been refused because nobody can read it. */
function tryRead(dialect: Captured['dialect'], body: Record<string, unknown>): ChatRequest | undefined {
  try {
    return dialects[dialect].readRequest(body);
  } catch {
    return undefined;
  }
}

function showPart(part: Part): CapturedPart {
  const shown: CapturedPart = { type: 'other', text: '', name: null, image: null };
  switch (part.type) {
    case 'text':
    case 'thinking':
    case 'refusal':
      return { ...shown, type: part.type, text: part.text };
    case 'toolCall':
      return { ...shown, type: 'toolCall', text: part.input, name: part.name };
    case 'toolResult':
      return {
        ...shown,
        type: 'toolResult',
        text: part.parts.map((each) => showPart(each).text).join('\n'),
        name: part.name ?? null,
      };
    case 'media': {
      const { kind, source, mime } = part;
      const image = kind !== 'image' ? null : source.from === 'url' ? source.url : dataUrl(source, mime);
      const text = source.from === 'text' ? source.text : '';
      return { ...shown, type: 'media', text, name: part.name ?? kind, image };
    }
    default:
      return { ...shown, text: JSON.stringify(part.value), name: part.label };
  }
}

function dataUrl(source: { from: string; data?: string }, mime: string | undefined): string | null {
  return source.data === undefined ? null : `data:${mime ?? 'image/png'};base64,${source.data}`;
}
