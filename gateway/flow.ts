import type { Finish, Usage } from './chat.ts';
import type { GatewayError } from './errors.ts';

/**
 * The last bytes of a reply, held back until the exchange is settled and written down. Where the client's dialect has room for the
 * gateway's metadata, `room` says where.
 */
export interface Closing {
  bytes: Buffer;
  room?: Room;
}

/** Metadata's members go in the place of the bytes from `from` to `to`, with `open` before them and `close` behind. */
export interface Room {
  from: number;
  to: number;
  open: string;
  close: string;
}

/** How a reply ended: what its provider said of it, as far as it got. */
export interface Ending {
  /** Absent: the reply is whole. */
  error?: GatewayError;
  closing: Closing;
  usage?: Usage;
  /** True where the tokens were counted by the gateway, because the provider never said them. */
  usageIsEstimated: boolean;
  finish?: Finish;
}

/** One client's hold on a flow. `chunk` returns false where the client cannot take more for now. */
export interface FlowReader {
  chunk(bytes: Buffer): boolean;
  end(ending: Ending): void;
}

/** What a flow needs of its maker. */
export interface FlowSource {
  pause(): void;
  resume(): void;
  /** Nobody reads any more. Answers with what is known of the reply so far. */
  abandon(): Ending;
}

/**
 * A reply in the client's own wire format, made once and read by whoever waits for it: the client who asked, others
 * who asked the same at the same time, and later ones from the cache.
 */
export interface Flow {
  readonly status: number;
  readonly contentType: string;
  readonly streaming: boolean;
  readonly chunks: readonly Buffer[];
  readonly bytes: number;
  readonly ending: Ending | undefined;
  /** Replays what is there, then follows. */
  attach(reader: FlowReader): void;
  /** Returns what is known of a reply that goes no further, where this was its last reader. */
  detach(reader: FlowReader): Ending | undefined;
  /** The reader that could not take more now can. */
  drained(reader: FlowReader): void;
}

export interface FlowHead {
  status: number;
  contentType: string;
  streaming: boolean;
}

/** The maker's side. After `end` nothing more is taken. */
export interface FlowWriter {
  flow: Flow;
  push(bytes: Buffer): void;
  end(ending: Ending): void;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

export function createFlow(head: FlowHead, source: FlowSource): FlowWriter {
  const readers = new Set<FlowReader>();
  const blocked = new Set<FlowReader>();
  const chunks: Buffer[] = [];
  const flow: Writable<Flow> = {
    ...head,
    chunks,
    bytes: 0,
    ending: undefined,
    attach(reader) {
      for (const chunk of chunks) reader.chunk(chunk);
      if (flow.ending !== undefined) {
        reader.end(flow.ending);
        return;
      }
      const wasStuck = readers.size > 0 && blocked.size >= readers.size;
      readers.add(reader);
      if (wasStuck) source.resume();
    },
    detach(reader) {
      if (!readers.delete(reader)) return undefined;
      flow.drained(reader);
      if (readers.size > 0 || flow.ending !== undefined) return undefined;
      flow.ending = source.abandon();
      return flow.ending;
    },
    drained(reader) {
      // The flow waits only while every reader is blocked: the fastest sets the pace, the others buffer at most one reply.
      const wasStuck = blocked.size > 0 && blocked.size >= readers.size;
      if (blocked.delete(reader) && wasStuck) source.resume();
    },
  };

  return {
    flow,
    push(chunk) {
      if (flow.ending !== undefined) return;
      chunks.push(chunk);
      flow.bytes += chunk.length;
      for (const reader of readers) if (!reader.chunk(chunk)) blocked.add(reader);
      if (blocked.size > 0 && blocked.size >= readers.size) source.pause();
    },
    end(whole) {
      if (flow.ending !== undefined) return;
      flow.ending = whole;
      for (const reader of readers) reader.end(whole);
      readers.clear();
      blocked.clear();
    },
  };
}

/** A reply that is all there. */
export function wholeFlow(head: FlowHead, chunks: readonly Buffer[], ending: Ending): Flow {
  let bytes = ending.closing.bytes.length;
  for (const chunk of chunks) bytes += chunk.length;
  return { ...head, chunks, bytes, ending, attach: attachWhole, detach: detachWhole, drained: nothing };
}

function attachWhole(this: Flow, reader: FlowReader): void {
  for (const chunk of this.chunks) reader.chunk(chunk);
  if (this.ending !== undefined) reader.end(this.ending);
}

function detachWhole(): undefined {
  return undefined;
}

function nothing(): void {}
