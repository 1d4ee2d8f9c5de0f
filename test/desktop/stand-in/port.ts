import { EventEmitter } from 'node:events';
import type Electron from 'electron';

/** Text or bytes, as they travel between the page and this process. */
export type Carried = { text: string } | { bytes: string };

/** One end of a channel whose other end is in the page. What arrives before `start` waits, as in Electron. */
export class PagePort
  extends EventEmitter
  implements Pick<Electron.MessagePortMain, 'postMessage' | 'start' | 'close'>
{
  private waiting: unknown[] | undefined = [];
  private readonly send: (data: Carried) => void;

  constructor(send: (data: Carried) => void) {
    super();
    this.send = send;
  }

  postMessage(message: unknown): void {
    this.send(carry(message));
  }

  start(): void {
    const waiting = this.waiting ?? [];
    this.waiting = undefined;
    for (const data of waiting) this.emit('message', { data, ports: [] });
  }

  close(): void {
    this.emit('close');
  }

  receive(carried: Carried): void {
    const data = 'text' in carried ? carried.text : new Uint8Array(Buffer.from(carried.bytes, 'base64'));
    if (this.waiting) this.waiting.push(data);
    else this.emit('message', { data, ports: [] });
  }
}

function carry(message: unknown): Carried {
  if (typeof message === 'string') return { text: message };
  if (message instanceof Uint8Array) return { bytes: Buffer.from(message).toString('base64') };
  throw new Error('Only text and bytes are carried between the stand-in and its page.');
}
