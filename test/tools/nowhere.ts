import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy that lets nobody out, and remembers who was asked for. */
export async function createNowhere() {
  const hosts = new Set<string>();
  const server = createServer((request, response) => {
    hosts.add(URL.parse(request.url ?? '')?.host ?? String(request.headers.host));
    response.writeHead(403).end();
  });
  server.on('connect', (request, socket) => {
    hosts.add(String(request.url));
    socket.on('error', () => {});
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const own = '127.0.0.1,localhost';
  return {
    hosts,
    environment: {
      HTTP_PROXY: url,
      HTTPS_PROXY: url,
      http_proxy: url,
      https_proxy: url,
      NO_PROXY: own,
      no_proxy: own,
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
