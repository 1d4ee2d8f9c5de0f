import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import tls from 'node:tls';
import { type Dispatcher, Pool } from 'undici';
import type { Settings } from '../../contract/settings.ts';
import { join } from '../body/join.ts';
import { GatewayError } from '../errors.ts';
import { createProxyAgent } from '../proxy.ts';
import { createWatch, type Watched } from './watch.ts';

/** One call to a provider. */
export interface Call {
  provider: string;
  /** `https://api.openai.com` */
  origin: string;
  path: string;
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  /** Slices, in order; null for none. */
  body: Buffer[] | null;
}

export interface Timeouts {
  connectMs: number;
  /** From sending the call to the first byte of the answer's body. */
  firstByteMs: number;
  /** Between two pieces of the answer. */
  silenceMs: number;
  /** After the head: `waiting` is told then. Absent: never. */
  holdMs?: number;
}

/** Told in order: `head`, `data`…, then `end` or `fail`. `fail` may come at any time and is the last. */
export interface CallReader {
  head(status: number, headers: Record<string, string | string[] | undefined>): void;
  /** Told once, some time after the head, whatever has come since. */
  waiting?(): void;
  data(chunk: Buffer): void;
  end(): void;
  fail(error: GatewayError): void;
}

/** A call under way. */
export interface RunningCall {
  pause(): void;
  resume(): void;
  /** Ends it without another word to the reader. */
  abort(): void;
}

export interface Caller {
  call(call: Call, timeouts: Timeouts, reader: CallReader): RunningCall;
  close(): Promise<void>;
}

/** Bodies up to this size are copied into one buffer: undici writes that with the headers in one go. */
const COPIED_BYTES = 64 * 1024;
/** Slices of larger bodies are copied together up to this size. */
const GATHERED_BYTES = 16 * 1024;
/** A larger buffer, given to a socket at once, is written in one go of many milliseconds. */
const SLICE_BYTES = 256 * 1024;
const SLICED_BYTES = 4 * 1024 * 1024;

/** What holds for connections. The objects are replaced, never changed. */
interface Connecting {
  timeouts: Pick<Settings['timeouts'], 'connectMs'>;
  proxy: Settings['proxy'];
}

/** Keeps one agent (and its open connections) a provider. The system's certificates are honoured. */
export function createCaller(connecting: () => Connecting): Caller {
  const agents = new Map<string, Dispatcher>();
  let { proxy } = connecting();
  const watch = createWatch();

  /** Agents of another way out close, each once its calls have ended. */
  function change(next: Settings['proxy']): void {
    const isAnother = JSON.stringify(next) !== JSON.stringify(proxy);
    proxy = next;
    if (!isAnother) return;
    for (const agent of agents.values()) void agent.close();
    agents.clear();
  }

  function agentFor(call: Call): Dispatcher {
    const present = connecting();
    if (present.proxy !== proxy) change(present.proxy);
    const timeoutMs = present.timeouts.connectMs;
    const key = `${call.provider} ${call.origin} ${timeoutMs}`;
    let agent = agents.get(key);
    if (agent === undefined) {
      agent = createAgent(call.origin, timeoutMs, proxy);
      agents.set(key, agent);
    }
    return agent;
  }

  return {
    call: (call, timeouts, reader) => runCall({ agent: agentFor(call), watch }, call, timeouts, reader),
    async close() {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}

function createAgent(origin: string, connectTimeoutMs: number, proxy: Settings['proxy']): Dispatcher {
  const connect = origin.startsWith('https:')
    ? { timeout: connectTimeoutMs, ca: trustedCertificates() }
    : { timeout: connectTimeoutMs };
  // Time limits are the call's own: undici's would speak of headers and bodies, not of first bytes and silence.
  const options = { connect, headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 30_000 };
  return createProxyAgent(origin, proxy, options) ?? new Pool(origin, options);
}

let certificates: string[] | undefined;

/** Node's own roots, NODE_EXTRA_CA_CERTS, and those that the operating system trusts (company proxies live there). */
function trustedCertificates(): string[] {
  certificates ??= [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])];
  return certificates;
}

interface Way {
  agent: Dispatcher;
  watch: ReturnType<typeof createWatch>;
}

function runCall({ agent, watch }: Way, call: Call, timeouts: Timeouts, reader: CallReader): RunningCall {
  let controller: Dispatcher.DispatchController | undefined;
  let over = false;
  let paused = false;
  let begun = false;
  /** Since the last check. Reading the clock for each piece would cost more than all else that is done with it here. */
  let heard = false;
  let lastByteAt = performance.now();
  let answered = false;
  /** When to tell that the head has been here for a while. */
  let waitingAt = Number.POSITIVE_INFINITY;
  const limits: Watched = {
    place: 0,
    check(now: number): void {
      const limit = begun ? timeouts.silenceMs : timeouts.firstByteMs;
      if (paused || heard) lastByteAt = now;
      else if (now - lastByteAt >= limit) fail(timeoutError(call.provider, begun, limit));
      heard = false;
      if (now < waitingAt || over) return;
      waitingAt = Number.POSITIVE_INFINITY;
      reader.waiting?.();
    },
  };

  function finish(): boolean {
    if (over) return false;
    over = true;
    watch.remove(limits);
    return true;
  }

  function fail(error: GatewayError): void {
    if (!finish()) return;
    controller?.abort(error);
    reader.fail(error);
  }

  watch.add(limits);
  agent.dispatch(requestOf(call), {
    onRequestStart(started) {
      controller = started;
      if (over) started.abort(new Error('aborted'));
    },
    onResponseStart(_controller, status, headers) {
      if (over || status < 200) return;
      answered = true;
      if (timeouts.holdMs !== undefined) waitingAt = performance.now() + timeouts.holdMs;
      reader.head(status, headers);
    },
    onResponseData(_controller, chunk) {
      begun = true;
      heard = true;
      if (!over) reader.data(chunk);
    },
    onResponseEnd() {
      if (finish()) reader.end();
    },
    onResponseError(_controller, error) {
      if (finish()) reader.fail(connectionError(call.provider, error, answered));
    },
  });

  return {
    pause() {
      paused = true;
      controller?.pause();
    },
    resume() {
      if (!paused) return;
      paused = false;
      lastByteAt = performance.now();
      controller?.resume();
    },
    abort() {
      if (finish()) controller?.abort(new Error('aborted'));
    },
  };
}

function requestOf({ origin, path, method, headers, body }: Call): Dispatcher.DispatchOptions {
  if (body === null) return { origin, path, method, headers };
  const [only] = body;
  if (only !== undefined && body.length === 1 && only.length <= SLICED_BYTES) {
    return { origin, path, method, headers, body: only };
  }
  const length = body.reduce((sum, slice) => sum + slice.length, 0);
  if (length <= COPIED_BYTES) return { origin, path, method, headers, body: Buffer.concat(body, length) };
  // undici takes any iterable of buffers; its types name only the common ones. Without the length it would send chunks.
  const slices = (length <= SLICED_BYTES ? gather(body) : sendInSlices(body)) as unknown as Readable;
  return { origin, path, method, headers: { ...headers, 'content-length': String(length) }, body: slices };
}

/** Small slices that stand side by side become one, as it is asked for: each is written, and arrives, by itself. */
function* gather(slices: Buffer[]): Generator<Buffer, void> {
  let small: Buffer[] = [];
  let length = 0;
  for (const slice of slices) {
    if (length + slice.length > GATHERED_BYTES && small.length > 0) {
      yield join(small);
      small = [];
      length = 0;
    }
    if (slice.length > GATHERED_BYTES) yield slice;
    else {
      small.push(slice);
      length += slice.length;
    }
  }
  if (small.length > 0) yield join(small);
}

/**
 * Slices let other work in between. Not after the last one: undici takes a body that has not ended when the answer comes as a reason
 * to give up the connection.
 */
async function* sendInSlices(body: Buffer[]): AsyncGenerator<Buffer> {
  let first = true;
  for (const part of gather(body)) {
    for (let start = 0; start < part.length; start += SLICE_BYTES) {
      if (!first) await nextTurn();
      first = false;
      yield part.subarray(start, start + SLICE_BYTES);
    }
  }
}

function timeoutError(provider: string, begun: boolean, limitMs: number): GatewayError {
  const seconds = limitMs / 1000;
  return new GatewayError(
    'provider_timeout',
    begun
      ? `${provider} went silent for ${seconds} s in the middle of its answer.`
      : `${provider} sent nothing for ${seconds} s. It may be overloaded: try again, or raise the first-byte limit in the settings.`,
    { provider },
  );
}

function connectionError(provider: string, error: Error, answered: boolean): GatewayError {
  const code = codeOf(error);
  if (answered) {
    return new GatewayError(
      'provider_truncated',
      `${provider} closed the connection in the middle of its answer (${code}).`,
      {
        provider,
        cause: error,
      },
    );
  }
  return new GatewayError(
    'provider_unreachable',
    `${provider} could not be reached (${code}). Check the network, the proxy, and the provider's base URL.`,
    { provider, providerCode: code, cause: error },
  );
}

/** The most telling code: undici wraps the socket's own error, and several addresses tried make an AggregateError. */
function codeOf(error: Error): string {
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  const source: unknown = inner instanceof Error ? inner : error;
  const code = typeof source === 'object' && source !== null && 'code' in source ? source.code : undefined;
  return typeof code === 'string' ? code : error.name;
}
