import { Agent, fetch } from 'undici';
import type { Settings } from '../../contract/settings.ts';
import { createProxyAgent } from '../proxy.ts';

const TIMEOUT_MS = 60_000;
const MOST_BYTES = 32 * 1024 * 1024;

/** Marks by which a server tells that nothing has changed. */
export interface Marks {
  etag?: string | undefined;
  lastModified?: string | undefined;
}

export type Fetched =
  | { state: 'new'; json: unknown; marks: Marks }
  | { state: 'unchanged' }
  /** `why` ends a sentence that begins with the address; `retryAfterMs` where the server said when to come again. */
  | { state: 'failed'; why: string; retryAfterMs?: number };

/** Asks for a list, by condition where it was read before. Never throws: whatever goes wrong is told. */
export async function fetchList(url: string, marks: Marks, proxy: Settings['proxy']): Promise<Fetched> {
  const dispatcher = createProxyAgent(url, proxy) ?? new Agent();
  try {
    const response = await fetch(url, {
      dispatcher,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        accept: 'application/json, text/plain',
        'user-agent': 'llm-gateway',
        ...(marks.etag !== undefined && { 'if-none-match': marks.etag }),
        ...(marks.lastModified !== undefined && { 'if-modified-since': marks.lastModified }),
      },
    });
    const { status, headers } = response;
    if (status === 304) return { state: 'unchanged' };
    if (status === 429 || status >= 500) {
      const retryAfterMs = readRetryAfter(headers.get('retry-after'));
      const why = status === 429 ? 'is asked too often at the moment (429)' : `has trouble of its own (${status})`;
      return { state: 'failed', why, ...(retryAfterMs !== undefined && { retryAfterMs }) };
    }
    if (status !== 200) return { state: 'failed', why: `answered with status ${status}` };
    const text = await readText(response);
    if (text === undefined) return { state: 'failed', why: `sent more than ${MOST_BYTES / 1024 / 1024} MiB` };
    const named = { etag: headers.get('etag') ?? undefined, lastModified: headers.get('last-modified') ?? undefined };
    return readJson(text, named);
  } catch (thrown) {
    return { state: 'failed', why: reasonOf(thrown) };
  } finally {
    await dispatcher.destroy();
  }
}

async function readText(response: Awaited<ReturnType<typeof fetch>>): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += (chunk as Uint8Array).byteLength;
    if (bytes > MOST_BYTES) return undefined;
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readJson(text: string, marks: Marks): Fetched {
  // Hotels and airports answer every request with their own page, and call it a success.
  if (/^\s*</.test(text)) return { state: 'failed', why: 'sent a web page: the network may want a login first' };
  try {
    return { state: 'new', json: JSON.parse(text), marks };
  } catch {
    return { state: 'failed', why: 'sent a file that breaks off, or is no JSON' };
  }
}

/** Seconds or a date. */
function readRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return 'cannot be read';
  if (thrown.name === 'TimeoutError') return 'did not answer in time';
  const { cause } = thrown;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'cannot be found: this machine may be offline';
  return code === '' ? 'broke off' : `cannot be reached (${code})`;
}
