import type { EventEmitter } from 'node:events';
import { expect, it, vi } from 'vitest';
import { createMemoryLog } from '../test/memory-host.ts';
import { takePagePorts } from './page-port.ts';

const { ipcMain } = vi.hoisted(() => ({ ipcMain: { current: undefined as EventEmitter | undefined } }));
vi.mock('electron', async () => {
  const { EventEmitter: Emitter } = await import('node:events');
  ipcMain.current = new Emitter();
  return { ipcMain: ipcMain.current, protocol: {} };
});

it('takes a port from the top frame of a page of ours, and from nothing else', () => {
  const served: unknown[] = [];
  const { log, lines } = createMemoryLog();
  takePagePorts((port) => void served.push(port), log);
  const send = (senderFrame: object | null, ports: unknown[] = ['a port']) =>
    ipcMain.current?.emit('gateway-port', { ports, senderFrame });
  const top = { url: 'app://gateway/#/requests', parent: null };
  send({ ...top, parent: top });
  send({ ...top, url: 'https://example.com/' });
  send({ ...top, url: 'app://gateway.example.com/' });
  send({ ...top, url: 'file:///etc/passwd' });
  send(null);
  send(top, []);
  expect(served).toEqual([]);
  expect(lines.filter((line) => JSON.stringify(line).includes('A port was refused'))).toHaveLength(6);
  send(top);
  expect(served).toEqual(['a port']);
});
