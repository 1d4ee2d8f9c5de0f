import { connect, type Socket } from 'node:net';
import { createMessageReader, header } from './wire.ts';

interface Answer {
  status: number;
  head: string;
  /** The first bytes of the body where the status is not 200, to say what went wrong. */
  trouble: string;
}

/** A client's keep-alive connection: one request at a time, opened when needed and again after it broke. */
interface Connection {
  /** Rejects when the connection breaks or `patienceMs` pass before the answer is whole. */
  ask(request: Buffer): Promise<Answer>;
  close(): void;
}

interface ConnectionOptions {
  port: number;
  patienceMs: number;
  /** Told of each piece of the body of an answer with status 200. */
  body?(bytes: Buffer, start: number, end: number): void;
}

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

const TROUBLE_LENGTH = 300;

export function createConnection(options: ConnectionOptions): Connection {
  let socket: Socket | null = null;
  let waiting: Waiting | null = null;
  let answer: Answer = { status: 0, head: '', trouble: '' };

  function drop(): void {
    socket?.removeAllListeners('close').destroy();
    socket = null;
  }

  function settle(error: Error | null): void {
    const asked = waiting;
    waiting = null;
    if (error !== null || header(answer.head, 'connection')?.toLowerCase() === 'close') drop();
    if (asked === null) return;
    if (error !== null && answer.status === 0) asked.reject(error);
    else if (error !== null) asked.resolve({ ...answer, status: answer.status === 200 ? 0 : answer.status });
    else asked.resolve(answer);
  }

  function open(): Socket {
    const opened = connect({ port: options.port, host: '127.0.0.1', noDelay: true });
    const read = createMessageReader({
      head: (head) => {
        answer = { status: Number(head.slice(9, 12)), head, trouble: '' };
      },
      body: (bytes, start, end) => {
        if (answer.status === 200) options.body?.(bytes, start, end);
        else if (answer.trouble.length < TROUBLE_LENGTH)
          answer.trouble += bytes.toString('latin1', start, Math.min(end, start + TROUBLE_LENGTH));
      },
      end: () => settle(null),
    });
    opened.on('data', read);
    opened.on('error', () => undefined);
    opened.on('close', () => settle(new Error('the connection broke before the answer was whole')));
    opened.on('timeout', () => settle(new Error(`no answer within ${options.patienceMs} ms`)));
    opened.setTimeout(options.patienceMs);
    return opened;
  }

  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        answer = { status: 0, head: '', trouble: '' };
        socket ??= open();
        socket.write(request);
      }),
    close: drop,
  };
}

/** Asks once, on a connection of its own. */
export async function askOnce(port: number, request: Buffer, patienceMs = 20_000): Promise<Answer> {
  const connection = createConnection({ port, patienceMs });
  try {
    return await connection.ask(request);
  } finally {
    connection.close();
  }
}
