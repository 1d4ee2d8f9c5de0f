/** What a script of an isolated world must find there: `electron` with the one call that our preload makes. */
export function preloadSource(preload: string): string {
  return `(() => {
    if (window !== window.top) return;
    const ports = new Map();
    let last = 0;
    const send = (message) => standInBinding(JSON.stringify(message));
    const carry = (data) => typeof data === 'string' ? { text: data }
      : { bytes: btoa(Array.from(new Uint8Array(data.buffer ?? data), (byte) => String.fromCharCode(byte)).join('')) };
    const restore = (carried) => 'text' in carried ? carried.text
      : Uint8Array.from(atob(carried.bytes), (letter) => letter.charCodeAt(0));
    globalThis.standInReceive = (port, carried) => ports.get(port)?.postMessage(restore(carried));
    const ipcRenderer = {
      postMessage(channel, message, transfer = []) {
        const ids = transfer.map((port) => {
          const id = ++last;
          ports.set(id, port);
          port.onmessage = ({ data }) => send({ type: 'data', port: id, data: carry(data) });
          return id;
        });
        send({ type: 'ipc', channel, message, ports: ids });
      },
    };
    const require = (name) => {
      if (name !== 'electron') throw new Error('A preload script in the sandbox has no module ' + name + '.');
      return { ipcRenderer };
    };
    const module = { exports: {} };
    (function (require, module, exports) { ${preload}
    })(require, module, module.exports);
  })();`;
}
