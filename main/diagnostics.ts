import { readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { strToU8, zipSync } from 'fflate';
import type { DesktopState } from '../contract/desktop.ts';
import { hideHome, redact } from '../gateway/hosting/redact.ts';
import type { Client } from './client.ts';

interface DiagnosticsOptions {
  client: Client;
  state: DesktopState;
  logPath: string;
}

const maxLogBytes = 1024 * 1024;

/** Writes a zip that helps to find a fault: no keys, no prompts, no replies, no name of the person in paths. */
export async function writeDiagnostics(path: string, options: DiagnosticsOptions): Promise<void> {
  const files = await collect(options);
  await writeFile(path, zipSync(files, { level: 6 }), { mode: 0o600 });
}

async function collect({ client, state, logPath }: DiagnosticsOptions): Promise<Record<string, Uint8Array>> {
  const [{ about, settings, providers, requests }, log] = await Promise.all([
    client.data.diagnostics(),
    readFile(logPath, 'utf8').catch(() => ''),
  ]);
  const { electron, chrome } = process.versions;
  return {
    'about.json': json({ ...about, electron, chrome }),
    'desktop.json': json({ ...state, foundKeys: state.foundKeys.map(({ variable }) => variable) }),
    'settings.json': json(settings),
    'providers.json': json(providers),
    'requests.json': json(requests),
    'desktop.log': text(log.slice(-maxLogBytes)),
  };
}

function json(value: unknown): Uint8Array {
  return text(JSON.stringify(value, null, 2));
}

function text(content: string): Uint8Array {
  return strToU8(hideHome(redact(content), homedir()));
}
