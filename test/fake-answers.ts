import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { echo, type FakeHandler } from './fake-echo.ts';

/** A recorded or authored exchange, by its id, such as `openai-chat/stream-text.1` or `authored/openai/error-429-rate`. */
export interface Fixture {
  id: string;
  request?: { method: string; path: string; body: Record<string, unknown> };
  status: number;
  headers: Record<string, string>;
  /** Bytes of the answer, byte-exact for streams. */
  body: Buffer;
  /** The answer where it is JSON. */
  json?: Record<string, unknown>;
}

export function loadFixture(id: string): Fixture {
  const folder = new URL('./fixtures/providers/', import.meta.url);
  const file = JSON.parse(readFileSync(new URL(`${id}.json`, folder), 'utf8')) as {
    request?: NonNullable<Fixture['request']>;
    response: {
      status: number;
      headers?: Record<string, string>;
      json?: Record<string, unknown>;
      text?: string;
      bodyFile?: string;
    };
  };
  const { status, headers = {}, json, text, bodyFile } = file.response;
  const beside =
    bodyFile === undefined
      ? undefined
      : new URL(bodyFile.slice(bodyFile.lastIndexOf('/') + 1), new URL(`${id}.json`, folder));
  const body = beside === undefined ? Buffer.from(text ?? JSON.stringify(json)) : readFileSync(beside);
  return { id, status, headers, body, ...(file.request && { request: file.request }), ...(json && { json }) };
}

export function answerJson(body: unknown, status = 200, headers: Record<string, string> = {}): FakeHandler {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

interface PieceOptions {
  /** Bytes a piece; absent: all in one. */
  cut?: number;
  /** Milliseconds between pieces. */
  delayMs?: number;
  /** How much of the body goes out. */
  bytes?: number;
  /** The same in messages of the stream. */
  events?: number;
  /** What comes after it: the proper end of the body (default), silence, or a broken connection. */
  ending?: 'end' | 'hang' | 'reset';
}

/** Sends bytes (an SSE body, if nothing else is said) whole, cut, paced, truncated, hanging or broken off. */
export function answerBytes(
  body: Buffer | string,
  options: PieceOptions = {},
  status = 200,
  headers: Record<string, string> = {},
): FakeHandler {
  return async (_, response) => {
    response.writeHead(status, { 'content-type': 'text/event-stream', ...headers });
    response.flushHeaders();
    // Each piece that has to wait listens for the end as well.
    response.setMaxListeners(0);
    const whole = Buffer.from(body);
    const bytes = whole.subarray(0, Math.min(options.bytes ?? whole.length, endOfEvent(whole, options.events)));
    const size = options.cut ?? Math.max(bytes.length, 1);
    for (let at = 0; at < bytes.length && !response.destroyed; at += size) {
      if (at > 0 && options.delayMs !== undefined) await sleep(options.delayMs);
      if (!response.write(bytes.subarray(at, at + size)))
        await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
    }
    if (options.ending === 'reset') reset(response);
    else if (options.ending !== 'hang') response.end();
  };
}

function endOfEvent(body: Buffer, events: number | undefined): number {
  let at = 0;
  for (let left = events ?? 0; left > 0 && at < body.length; left--) {
    const blank = /\r?\n\r?\n/.exec(body.toString('latin1', at));
    at = blank === null ? body.length : at + blank.index + blank[0].length;
  }
  return events === undefined ? body.length : at;
}

/** Lets what was written go out, then resets the connection. */
function reset(response: ServerResponse): void {
  setTimeout(() => response.socket?.resetAndDestroy(), 20);
}

/** Answers as recorded. */
export function replay(id: string, options: PieceOptions = {}): FakeHandler {
  const { status, headers, body } = loadFixture(id);
  return answerBytes(body, options, status, headers);
}

/** Never answers. */
export const hang: FakeHandler = () => {};

/** Sends headers, then nothing. */
export const hangAfterHeaders: FakeHandler = answerBytes('', { ending: 'hang' });

/** Breaks the connection before any answer. */
export const resetSocket: FakeHandler = (_, response) => {
  response.socket?.resetAndDestroy();
};

/** 429 in OpenAI's words. Seconds, as `Retry-After` has them. */
export const rateLimited = (retryAfterSeconds: number): FakeHandler =>
  answerJson(loadFixture('authored/openai/error-429-rate').json, 429, { 'retry-after': String(retryAfterSeconds) });

/** A server error in OpenAI's words. */
const fail = (status: number): FakeHandler => answerJson(loadFixture('authored/openai/error-500').json, status);

/** The page of a proxy in between. */
export const badGateway: FakeHandler = replay('authored/generic/error-502-html');

/** Fails so many calls with the status, and answers those that follow. */
export const failing = (times: number, status: number, then: FakeHandler = echo): [FakeHandler, ...FakeHandler[]] => {
  const [first, ...others] = [...Array.from({ length: times }, () => fail(status)), then];
  return [first ?? then, ...others];
};
