import { readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { strToU8, zipSync } from 'fflate';
import type { DesktopState } from '../contract/desktop.ts';
import type { RequestInfo } from '../contract/index.ts';
import { redact } from '../gateway/hosting/redact.ts';
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
  const [status, settings, { providers }, { requests }, log] = await Promise.all([
    client.status(),
    client.settings.get(),
    client.providers.list(),
    client.requests.page({ limit: 200 }),
    readFile(logPath, 'utf8').catch(() => ''),
  ]);
  const { electron, chrome, node } = process.versions;
  const about = { ...status, platform: process.platform, arch: process.arch, electron, chrome, node };
  return {
    'about.json': json(about),
    'desktop.json': json({ ...state, foundKeys: state.foundKeys.map(({ variable }) => variable) }),
    'settings.json': json(settings),
    'providers.json': json(providers),
    'requests.json': json(requests.map(bare)),
    'desktop.log': text(log.slice(-maxLogBytes)),
  };
}

/** What was called and how it ended. Messages of errors stay out: a provider may quote the prompt in them. */
function bare(request: RequestInfo): object {
  const { startedAtMs, dialect, provider, model, stream, status, httpStatus, errorCode, latencyMs, firstByteMs } =
    request;
  const { retries, fallbacks, cache, losses } = request;
  const measured = { latencyMs, firstByteMs, retries, fallbacks, cache, losses: losses.length };
  return { startedAtMs, dialect, provider, model, stream, status, httpStatus, errorCode, ...measured };
}

function json(value: unknown): Uint8Array {
  return text(JSON.stringify(value, null, 2));
}

function text(content: string): Uint8Array {
  return strToU8(redact(content).replaceAll(homedir(), '~'));
}
