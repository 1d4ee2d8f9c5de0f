import { ipcRenderer } from 'electron';

// The page makes a channel and posts one end of it; this hands that end to the gateway. Nothing else goes through here.
window.addEventListener('message', ({ source, data, ports }) => {
  if (source !== window || data !== 'gateway-port') return;
  const [port] = ports;
  if (port) ipcRenderer.postMessage('gateway-port', null, [port]);
});
