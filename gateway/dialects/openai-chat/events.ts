import type { JsonObject } from '../../chat.ts';

/** Bytes of a stream as whole events, without parsing what they say. */

export function splitEvents(bytes: Buffer): Buffer[] {
  const events: Buffer[] = [];
  for (let position = 0; position < bytes.length; ) {
    const end = eventEnd(bytes, position);
    events.push(bytes.subarray(position, end));
    position = end;
  }
  return events;
}

/** Start of the event that `at` stands in. */
export function eventStart(bytes: Buffer, at: number): number {
  const feeds = bytes.subarray(0, at).lastIndexOf('\n\n');
  // Only what is nearer is of interest: a long run is not searched to its start for line ends that it does not have.
  const from = Math.max(feeds, 0);
  const returns = bytes.subarray(from, at).lastIndexOf('\n\r\n');
  return returns < 0 ? feeds + (feeds < 0 ? 1 : 2) : from + returns + 3;
}

/** End of the event that `at` stands in, its blank line included. */
export function eventEnd(bytes: Buffer, at: number): number {
  const feeds = bytes.indexOf('\n\n', at);
  const end = feeds < 0 ? bytes.length : feeds + 2;
  const returns = bytes.subarray(at, end).indexOf('\n\r\n');
  return returns < 0 ? end : at + returns + 3;
}

/** Where the last whole event ends; 0 where there is none. */
export function lastEventEnd(bytes: Buffer): number {
  const { length } = bytes;
  if (bytes[length - 1] === 0x0a && bytes[length - 2] === 0x0a) return length;
  return eventStart(bytes, length);
}

/** The data of one event, its lines joined. */
export function dataOf(event: Buffer): string {
  const text = event.toString().trim();
  if (text.startsWith('data:') && !text.includes('\n')) return text.slice(5).trim();
  return text
    .split(/\r?\n/)
    .flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trim()] : []))
    .join('\n');
}

/** The chunk that carries usage and nothing else. */
export function isUsageOnly(json: string): boolean {
  if (!json.includes('"usage"')) return false;
  try {
    const { choices, usage } = asObject(JSON.parse(json));
    return Array.isArray(choices) && choices.length === 0 && typeof usage === 'object' && usage !== null;
  } catch {
    return false;
  }
}

export function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}
