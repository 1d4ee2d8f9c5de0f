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

/**
 * Where a kept reply lies, as one number: which slab, and where on it. There its three lengths stand first, then its label, its chunks
 * and its closing. Objects, one a reply, would be copied and marked by one garbage collection after the other.
 */
export type Place = number;

const SLAB_BYTES = 1024 * 1024;
const LENGTHS_BYTES = 12;

interface Slab {
  bytes: Buffer;
  used: number;
  /** Replies on it that are still kept. */
  kept: number;
}

export interface Shelf<More> {
  keep(flow: Flow, ending: Ending, rest: { losses: readonly Loss[]; more: More }): Place;
  take(place: Place): { flow: Flow; losses: readonly Loss[]; more: More };
  /** Bytes that the reply takes. */
  sizeOf(place: Place): number;
  /** To be called once for each place. A slab goes when nothing on it is kept; who still reads from it keeps its bytes. */
  release(place: Place): void;
}

/** Keeps whole replies as bytes in slabs of a mebibyte. */
export function createShelf<More>(): Shelf<More> {
  const slabs: (Slab | undefined)[] = [];
  const free: number[] = [];
  let open = -1;

  function addSlab(length: number): number {
    const index = free.pop() ?? slabs.length;
    slabs[index] = { bytes: Buffer.allocUnsafeSlow(length), used: 0, kept: 0 };
    return index;
  }

  function indexFor(bytes: number): number {
    if (bytes > SLAB_BYTES / 4) return addSlab(bytes);
    const slab = slabs[open];
    if (slab === undefined || slab.used + bytes > slab.bytes.length) {
      const full = open;
      open = addSlab(SLAB_BYTES);
      if (slab?.kept === 0) drop(full);
    }
    return open;
  }

  function drop(index: number): void {
    slabs[index] = undefined;
    free.push(index);
  }

  function find(place: Place): { bytes: Buffer; start: number } {
    const start = place % SLAB_BYTES;
    const slab = slabs[(place - start) / SLAB_BYTES];
    if (slab === undefined) throw new Error('A reply was taken from its shelf after it had been released.');
    return { bytes: slab.bytes, start };
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
      const length = LENGTHS_BYTES + labelBytes + chunkBytes + closing.bytes.length;
      const index = indexFor(length);
      const slab = slabs[index] as Slab;
      const start = slab.used;
      slab.used += length;
      slab.kept += 1;
      slab.bytes.writeUInt32LE(labelBytes, start);
      slab.bytes.writeUInt32LE(chunkBytes, start + 4);
      slab.bytes.writeUInt32LE(closing.bytes.length, start + 8);
      slab.bytes.write(text, start + LENGTHS_BYTES);
      let position = start + LENGTHS_BYTES + labelBytes;
      for (const chunk of chunks) {
        slab.bytes.set(chunk, position);
        position += chunk.length;
      }
      slab.bytes.set(closing.bytes, position);
      return index * SLAB_BYTES + start;
    },
    take(place) {
      const { bytes, start } = find(place);
      const chunksAt = start + LENGTHS_BYTES + bytes.readUInt32LE(start);
      const closingAt = chunksAt + bytes.readUInt32LE(start + 4);
      const label = JSON.parse(bytes.toString('utf8', start + LENGTHS_BYTES, chunksAt)) as Label<More>;
      const [status, contentType, streaming, space, usage, usageIsEstimated, finish, losses, more] = label;
      const closing = bytes.subarray(closingAt, closingAt + bytes.readUInt32LE(start + 8));
      const ending: Ending = { closing: { bytes: closing }, usageIsEstimated };
      if (space !== null) ending.closing.room = readRoom(space);
      if (usage !== null) ending.usage = usage;
      if (finish !== null) ending.finish = finish;
      const chunks = closingAt === chunksAt ? [] : [bytes.subarray(chunksAt, closingAt)];
      return { flow: wholeFlow({ status, contentType, streaming }, chunks, ending), losses, more };
    },
    sizeOf(place) {
      const { bytes, start } = find(place);
      let length = LENGTHS_BYTES;
      for (let at = 0; at < LENGTHS_BYTES; at += 4) length += bytes.readUInt32LE(start + at);
      return length;
    },
    release(place) {
      const index = (place - (place % SLAB_BYTES)) / SLAB_BYTES;
      const slab = slabs[index];
      if (slab === undefined) return;
      slab.kept -= 1;
      if (slab.kept === 0 && index !== open) drop(index);
    },
  };
}

function writeRoom(room: Room | undefined): [number, number, string, string] | null {
  return room === undefined ? null : [room.from, room.to, room.open, room.close];
}

function readRoom([from, to, open, close]: [number, number, string, string]): Room {
  return { from, to, open, close };
}
