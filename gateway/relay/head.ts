import type { FlowHead } from '../flow.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const EVENT_STREAM = 'text/event-stream; charset=utf-8';

export function headOf(streaming: boolean): FlowHead {
  return { status: 200, streaming, contentType: streaming ? EVENT_STREAM : JSON_TYPE };
}
