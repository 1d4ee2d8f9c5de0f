import type { Framing } from '../dialects/dialect.ts';
import type { FlowHead } from '../flow.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const EVENT_STREAM = 'text/event-stream; charset=utf-8';

const WHOLE: FlowHead = { status: 200, streaming: false, contentType: JSON_TYPE };
const STREAM: FlowHead = { status: 200, streaming: true, contentType: EVENT_STREAM };

export function headOf(streaming: boolean, framing?: Framing): FlowHead {
  if (streaming && framing !== undefined) return { ...STREAM, contentType: framing.contentType };
  return streaming ? STREAM : WHOLE;
}
