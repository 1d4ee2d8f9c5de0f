import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Cipher, Host, Logger, Notice } from '../gateway/host.ts';

interface LogLine {
  level: keyof Logger;
  message: string;
  facts: Record<string, unknown>;
}

/** A host whose notices and log can be read back, with a data folder of its own. */
interface MemoryHost extends Host {
  notices: Notice[];
  lines: LogLine[];
  /** Deletes the data folder. */
  remove(): void;
}

const fromRoot = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

export function createMemoryHost(): MemoryHost {
  const data = mkdtempSync(join(tmpdir(), 'llm-gateway-'));
  const { log, lines } = createMemoryLog();
  const notices: Notice[] = [];
  return {
    paths: { data, resources: fromRoot('resources'), models: fromRoot('models.json') },
    cipher: createMemoryCipher(),
    user: { platform: process.platform, environment: {}, home: join(data, 'home') },
    notify: (notice) => notices.push(notice),
    log,
    notices,
    lines,
    remove: () => rmSync(data, { recursive: true, force: true }),
  };
}

export function createMemoryLog(): { log: Logger; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const write =
    (level: keyof Logger) =>
    (message: string, facts: Record<string, unknown> = {}) =>
      lines.push({ level, message, facts });
  return { log: { info: write('info'), warn: write('warn'), error: write('error') }, lines };
}

/** Turns bytes over, so that no sealed text contains its plain one. What it did not seal itself it cannot open. */
export function createMemoryCipher(): Cipher {
  const mark = 0x5a;
  return {
    seal: async (text) => ({
      by: 'memory',
      bytes: Uint8Array.from([mark, ...Buffer.from(text).map((byte) => byte ^ 0xff)]),
    }),
    opens: (by) => by === 'memory',
    async open({ bytes }) {
      if (bytes[0] !== mark) throw new Error('The sealed text is not one of this cipher.');
      const text = Buffer.from(bytes.subarray(1).map((byte) => byte ^ 0xff)).toString('utf8');
      return { text, reseal: false };
    },
  };
}
