import { ipcMain, type MessagePortMain } from 'electron';
import type { Logger } from '../gateway/host.ts';
import { isOurPage } from './pages.ts';

/** Takes the ports that our page sends for the gateway. Any other sender is turned away: frames inside the page, foreign pages. */
export function takePagePorts(serve: (port: MessagePortMain) => void, log: Logger): void {
  ipcMain.on('gateway-port', (event) => {
    const [port] = event.ports;
    const frame = event.senderFrame;
    const top = frame !== null && frame.parent === null;
    if (port && top && isOurPage(frame.url)) serve(port);
    else log.warn('A port was refused: it came from no page of ours.');
  });
}
