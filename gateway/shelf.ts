import type { Finish, Loss, Usage } from './chat.ts';
import { type Ending, type Flow, type Room, wholeFlow } from './flow.ts';

/** What is kept of a reply beside its bytes, and last what the keeper wants to find again. As JSON without names: there is one a reply. */
type Label<More> = [
  status: number,
  contentType: string,
  streaming: boolean,
  room: [from: number, to: number, open: string, close: string] | null,
  usage: Usage | null,
  usageIsEstimated: boolean,
  finish: Finish | null,
  losses: readonly Loss[],
  more: More,
];

/** Where a kept reply lies: its label, then its chunks, then its closing. */
export interface Place {
  slab: Buffer;
  start: number;
  chunksAt: number;
  closingAt: number;
  end: number;
}

const SLAB_BYTES = 1024 * 1024;

/**
 * Keeps whole replies as bytes in slabs of a mebibyte. As objects they would be copied and marked by one garbage collection after
 * the other, which costs more than making them. A slab goes when nobody holds a place on it.
 */
export function createShelf<More>(): {
  keep(flow: Flow, ending: Ending, rest: { losses: readonly Loss[]; more: More }): Place;
  take(place: Place): { flow: Flow; losses: readonly Loss[]; more: More };
} {
  let slab = Buffer.alloc(0);
  let used = 0;

  function room(bytes: number): { slab: Buffer; start: number } {
    if (bytes > SLAB_BYTES / 4) return { slab: Buffer.allocUnsafeSlow(bytes), start: 0 };
    if (used + bytes > slab.length) {
      slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      used = 0;
    }
    const start = used;
    used += bytes;
    return { slab, start };
  }

  return {
    keep({ status, contentType, streaming, chunks }, { closing, usage, usageIsEstimated, finish }, { losses, more }) {
      const label: Label<More> = [
        status,
        contentType,
        streaming,
        writeRoom(closing.room),
        usage ?? null,
        usageIsEstimated,
        finish ?? null,
        losses,
        more,
      ];
      const text = JSON.stringify(label);
      const labelBytes = Buffer.byteLength(text);
      let chunkBytes = 0;
      for (const chunk of chunks) chunkBytes += chunk.length;
      const place = room(labelBytes + chunkBytes + closing.bytes.length);
      place.slab.write(text, place.start);
      const chunksAt = place.start + labelBytes;
      let position = chunksAt;
      for (const bytes of [...chunks, closing.bytes]) {
        place.slab.set(bytes, position);
        position += bytes.length;
      }
      return { slab: place.slab, start: place.start, chunksAt, closingAt: chunksAt + chunkBytes, end: position };
    },
    take({ slab: from, start, chunksAt, closingAt, end }) {
      const label = JSON.parse(from.toString('utf8', start, chunksAt)) as Label<More>;
      const [status, contentType, streaming, space, usage, usageIsEstimated, finish, losses, more] = label;
      const ending: Ending = { closing: { bytes: from.subarray(closingAt, end) }, usageIsEstimated };
      if (space !== null) ending.closing.room = readRoom(space);
      if (usage !== null) ending.usage = usage;
      if (finish !== null) ending.finish = finish;
      const chunks = closingAt === chunksAt ? [] : [from.subarray(chunksAt, closingAt)];
      return { flow: wholeFlow({ status, contentType, streaming }, chunks, ending), losses, more };
    },
  };
}

function writeRoom(room: Room | undefined): [number, number, string, string] | null {
  return room === undefined ? null : [room.from, room.to, room.open, room.close];
}

function readRoom([from, to, open, close]: [number, number, string, string]): Room {
  return { from, to, open, close };
}
