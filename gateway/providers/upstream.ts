import { join } from '../body/join.ts';
import { GatewayError } from '../errors.ts';
import { together } from '../together.ts';
import type { Call, Caller, CallReader, RunningCall, Timeouts } from './http.ts';

export type Headers = Record<string, string | string[] | undefined>;

/** A provider's answer of which at least the first byte is here. */
export type Upstream =
  | { kind: 'whole'; status: number; headers: Headers; body: Buffer }
  | {
      kind: 'stream';
      status: number;
      headers: Headers;
      first: Buffer;
      follow(reader: UpstreamReader): RunningCall;
      abort(): void;
    };

interface UpstreamReader {
  /** The pieces of one turn of the event loop. */
  data(pieces: readonly Buffer[]): void;
  end(): void;
  fail(error: GatewayError): void;
}

/** Whole answers of one turn of the event loop go on together: see `together`. A stream would be held up by it. */
const goOn = together((all: (() => void)[]) => {
  for (const answer of all) answer();
});

/** An answer that is not a stream is held in memory whole; beyond this it is refused. */
const MAX_WHOLE_BYTES = 64 * 1024 * 1024;
/** A stream whose first event is longer than this is committed to before that event is whole. */
const MAX_OPENING_BYTES = 4 * 1024;

/**
 * Calls a provider and waits until there is something to commit to: the whole body, or the first event of a stream. Until then
 * a failure rejects, and the caller is free to try again elsewhere. `onAbort` is given the way to give up.
 */
export function openUpstream(
  caller: Caller,
  { call, timeouts }: { call: Call; timeouts: Timeouts },
  onAbort: (abort: () => void) => void,
): Promise<Upstream> {
  return new Promise((resolve, reject) => {
    let status = 0;
    let headers: Headers = {};
    let isStream = false;
    let committed = false;
    let whole = false;
    let follower: UpstreamReader | undefined;
    /** Pieces of this turn of the event loop: undici tells each HTTP chunk alone, and one write for all is far cheaper. */
    let burst: Buffer[] = [];
    /** What arrives between committing and being followed. */
    const waiting: ((reader: UpstreamReader) => void)[] = [];
    const pieces: Buffer[] = [];
    let length = 0;

    function tell(word: (reader: UpstreamReader) => void): void {
      if (follower === undefined) waiting.push(word);
      else word(follower);
    }

    function flush(): void {
      const pieces = burst;
      burst = [];
      if (pieces.length > 0) tell((later) => later.data(pieces));
    }

    function collect(chunk: Buffer): void {
      length += chunk.length;
      if (length <= MAX_WHOLE_BYTES) {
        pieces.push(chunk);
        return;
      }
      running.abort();
      reject(new GatewayError('provider_bad_reply', `${call.provider} sent an answer of more than 64 MiB.`));
    }

    /** Comments and half an event promise nothing yet. */
    function opening(chunk: Buffer): void {
      length += chunk.length;
      pieces.push(chunk);
      const first = join(pieces);
      if (length >= MAX_OPENING_BYTES || holdsEvent(first)) commit(first);
    }

    function commit(first: Buffer): void {
      committed = true;
      running.pause();
      const follow = (reader: UpstreamReader): RunningCall => {
        follower = reader;
        for (const word of waiting) word(reader);
        running.resume();
        return running;
      };
      resolve({ kind: 'stream', status, headers, first, follow, abort: running.abort });
    }

    const reader: CallReader = {
      head(code, fields) {
        status = code;
        headers = fields;
        isStream = code < 300 && String(fields['content-type']).startsWith('text/event-stream');
      },
      waiting() {
        // It has said that all is well, and thinks: the client is to get signs of life from now on.
        if (isStream && !committed) commit(join(pieces));
      },
      data(chunk) {
        if (committed) {
          if (burst.push(chunk) === 1) process.nextTick(flush);
        } else if (isStream) opening(chunk);
        else collect(chunk);
      },
      end() {
        flush();
        if (!committed && isStream && length > 0) commit(join(pieces));
        if (committed) tell((later) => later.end());
        else {
          whole = true;
          goOn(() => resolve({ kind: 'whole', status, headers, body: join(pieces) }));
        }
      },
      fail(error) {
        flush();
        if (committed) tell((later) => later.fail(error));
        else reject(error);
      },
    };
    const running = caller.call(call, timeouts, reader);
    onAbort(() => {
      // What is here is paid for, and whoever takes it sees that its client has left.
      if (whole) return;
      running.abort();
      reject(new GatewayError('client_closed', 'The client left before there was an answer.'));
    });
  });
}

/** Whether the first event that says something is whole. */
function holdsEvent(bytes: Buffer): boolean {
  const text = bytes.toString('latin1', 0, MAX_OPENING_BYTES);
  const data = text.startsWith('data:') ? 0 : text.search(/[\r\n]data:/);
  return data >= 0 && /\n\n|\r\n\r\n|\r\r/.test(text.slice(data));
}
