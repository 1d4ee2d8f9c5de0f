import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { protocol } from 'electron';

/** Where the pages of the window live. No other origin may be shown in it. */
export const pagesOrigin = 'app://gateway';

/**
 * Scripts come from the app's own files alone; the page reaches no network at all: it talks to the gateway over its port. The component
 * library writes its colours into `<style>` elements.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-src 'none'",
  "object-src 'none'",
].join('; ');

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Must run before the app is ready. */
export function declarePages(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, codeCache: true };
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges }]);
}

/** Serves the files of `folder` to the window, and nothing outside of it. */
export function servePages(folder: string): void {
  protocol.handle('app', async ({ url, method }) => {
    const { origin, path } = readUrl(url);
    const file = normalize(join(folder, path === '/' ? 'index.html' : path));
    if (method !== 'GET' || origin !== pagesOrigin || !file.startsWith(folder + sep)) return refuse(403);
    const body = await readFile(file).catch(() => undefined);
    if (body === undefined) return refuse(404);
    return new Response(new Uint8Array(body), {
      headers: {
        'content-type': types[extname(file)] ?? 'application/octet-stream',
        'content-security-policy': policy,
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-cache',
      },
    });
  });
}

/** Whether a frame or a link shows a page of ours. `URL.origin` is `null` for schemes that the standard does not name. */
export function isOurPage(url: string): boolean {
  return readUrl(url).origin === pagesOrigin;
}

function readUrl(text: string): { origin: string; path: string } {
  if (!URL.canParse(text)) return { origin: '', path: '' };
  const { protocol: scheme, host, pathname } = new URL(text);
  return { origin: `${scheme}//${host}`, path: decode(pathname) };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return '';
  }
}

function refuse(status: number): Response {
  return new Response(null, { status });
}
