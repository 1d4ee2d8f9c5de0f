import { advance, startScan } from '../../body/scan.ts';
import type { JsonObject } from '../../chat.ts';
import type { Closing } from '../../flow.ts';
import { asObject, dataOf } from './events.ts';

/** Where the gateway's metadata goes in what a client of Chat Completions gets. */

/** In a whole reply: as its last member, or among those of a `metadata` that the provider sent. */
export function closeReply(bytes: Buffer, json: JsonObject): Closing {
  const own = json.metadata;
  if (own === undefined) {
    const end = bytes.lastIndexOf(0x7d);
    return { bytes, room: { from: end, to: end, open: ',"metadata":{', close: '}' } };
  }
  const scan = startScan();
  advance(scan, bytes, bytes.length);
  const span = scan.members.get('metadata') ?? { start: 0, end: 0 };
  if (typeof own !== 'object' || own === null || Array.isArray(own)) {
    return { bytes, room: { from: span.start, to: span.end, open: '{', close: '}' } };
  }
  const end = span.end - 1;
  return { bytes, room: { from: end, to: end, open: Object.keys(own).length === 0 ? '' : ',', close: '' } };
}

/**
 * In the last events of a stream: in the usage chunk where the client wants that, else in a chunk of its own before them. `template`
 * is the data of another chunk of the stream, whose id, time and model that one repeats.
 */
export function closeStream(
  held: readonly Buffer[],
  { usageEvent, template }: { usageEvent: Buffer | undefined; template: string | undefined },
): Closing {
  const bytes = Buffer.concat(held);
  const position = usageEvent === undefined ? -1 : held.indexOf(usageEvent);
  if (usageEvent !== undefined && position >= 0) {
    const start = held.slice(0, position).reduce((sum, event) => sum + event.length, 0);
    const end = start + usageEvent.lastIndexOf(0x7d);
    const has = asObject(JSON.parse(dataOf(usageEvent))).metadata;
    return has === undefined ? { bytes, room: { from: end, to: end, open: ',"metadata":{', close: '}' } } : { bytes };
  }
  if (template === undefined) return { bytes };
  const { id, created, model } = asObject(JSON.parse(template));
  const head = JSON.stringify({ id, object: 'chat.completion.chunk', created, model, choices: [] });
  return { bytes, room: { from: 0, to: 0, open: `data: ${head.slice(0, -1)},"metadata":{`, close: '}}\n\n' } };
}
