import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import packageJson from '../package.json' with { type: 'json' };
import type { ProviderMode } from './answers.ts';
import { chatBody, STAMP } from './bodies.ts';
import { type Child, LOAD_CORE, startChild, TARGET_CORE } from './child.ts';
import { askOnce } from './connection.ts';
import type { WireRequest } from './load.ts';
import { freePort, portkeyEntry } from './peers.ts';

export interface Provider {
  port: number;
  setMode(mode: ProviderMode): Promise<void>;
  stop(): Promise<void>;
}

type TargetName = 'direct' | 'floor' | 'ours' | 'portkey';

/** Something that answers Chat Completions, with the fake provider behind it. */
export interface Target {
  name: TargetName;
  port: number;
  /** Null for `direct`, which is the provider itself. */
  child: Child | null;
  /** What a client asks for: `auto` where something routes. */
  model: string;
  request(body: string | Buffer): WireRequest;
  stop(): Promise<void>;
}

interface TargetOptions {
  /** The provider speaks Anthropic's format, the client OpenAI's. */
  translating?: boolean;
  /** Loads `loop-probe.ts`, which can tell how long the event loop stood still. */
  probe?: boolean;
  /** A data directory that outlives the target; without it, one of its own that is removed with it. */
  dataDirectory?: string;
  /** The gateway key of that directory, where it has one already. */
  gatewayKey?: string;
}

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const PROBE = ['--import', new URL('loop-probe.ts', import.meta.url).href];

const readPort = (message: Record<string, unknown>) => (typeof message.port === 'number' ? message.port : undefined);

export async function startProvider(): Promise<Provider> {
  const child = startChild({ arguments: [here('provider.ts')], core: LOAD_CORE });
  const port = await child.message(readPort);
  return {
    port,
    async setMode(mode) {
      child.send(mode);
      await child.message((message) => message.mode);
    },
    stop: child.stop,
  };
}

/** Makes whole HTTP requests; the stamp that a body holds is found once, here. */
function requestMaker(headers: Record<string, string>, path = '/v1/chat/completions') {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return (body: string | Buffer): WireRequest => {
    const payload = typeof body === 'string' ? Buffer.from(body) : body;
    const head =
      `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\naccept: */*\r\nuser-agent: bench\r\n` +
      `${lines.join('')}content-length: ${payload.length}\r\n\r\n`;
    const bytes = Buffer.concat([Buffer.from(head), payload]);
    const stampAt = bytes.subarray(0, 4096).indexOf(STAMP);
    return { bytes, stampAt: stampAt === -1 ? null : stampAt };
  };
}

const nothing = async () => undefined;

export function directTarget(provider: Provider): Target {
  const request = requestMaker({ authorization: 'Bearer bench' });
  return { name: 'direct', port: provider.port, child: null, model: 'gpt-5-mini', request, stop: nothing };
}

export async function startFloor(provider: Provider, options: TargetOptions = {}): Promise<Target> {
  const child = startChild({
    arguments: [...(options.probe ? PROBE : []), here('floor.ts')],
    core: TARGET_CORE,
    environment: { FLOOR_PROVIDER: `http://127.0.0.1:${provider.port}`, NODE_ENV: 'production' },
  });
  const port = await child.message(readPort);
  const request = requestMaker({ authorization: 'Bearer bench' });
  return { name: 'floor', port, child, model: 'gpt-5-mini', request, stop: child.stop };
}

/** `npm run serve` without npm: `node`, its flags, the script and what it is asked for. */
const serve = packageJson.scripts.serve.split(' ');
const nodeFlags = serve.slice(1, serve.indexOf('scripts/start.mjs'));

/** Our gateway as people run it: the headless host, `auto`, ledger and cache on, a fresh data directory. */
export async function startOurs(
  provider: Provider,
  options: TargetOptions = {},
): Promise<Target & { gatewayKey: string }> {
  const dataDirectory = options.dataDirectory ?? mkdtempSync(join(tmpdir(), 'llm-gateway-bench-'));
  const origin = `http://127.0.0.1:${provider.port}`;
  const flags = ['serve', '--json', '--port', '0', '--data-dir', dataDirectory];
  const providerEnvironment = options.translating
    ? { ANTHROPIC_API_KEY: 'bench', ANTHROPIC_BASE_URL: origin }
    : { OPENAI_API_KEY: 'bench', OPENAI_BASE_URL: `${origin}/v1` };
  const child = startChild({
    arguments: [...nodeFlags, ...(options.probe ? PROBE : []), here('../scripts/start.mjs'), ...flags],
    core: TARGET_CORE,
    environment: { ...ownEnvironmentCleared(), ...providerEnvironment, NODE_ENV: 'production' },
    channel: options.probe ?? false,
  });
  const ready = await child.jsonLine();
  const gatewayKey = options.gatewayKey ?? String(ready.gatewayKey);
  return {
    name: 'ours',
    port: Number(new URL(String(ready.url)).port),
    child,
    model: 'auto',
    gatewayKey,
    request: requestMaker({ authorization: `Bearer ${gatewayKey}` }),
    async stop() {
      await child.stop();
      if (options.dataDirectory === undefined) rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** Real keys and proxies of whoever runs the bench must play no part in it. */
function ownEnvironmentCleared(): Record<string, undefined> {
  const names = Object.keys(process.env).filter((name) => /_(API_KEY|BASE_URL)$|^(https?|all)_proxy$/i.test(name));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

/** Portkey's gateway, told by headers where its provider is. */
export async function startPortkey(provider: Provider, options: TargetOptions = {}): Promise<Target> {
  const origin = `http://127.0.0.1:${provider.port}`;
  const port = await freePort();
  const child = startChild({
    arguments: [portkeyEntry, `--port=${port}`, '--headless'],
    core: TARGET_CORE,
    environment: { NODE_ENV: 'production', TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' },
    channel: false,
  });
  const request = requestMaker({
    authorization: 'Bearer bench',
    'x-portkey-provider': options.translating ? 'anthropic' : 'openai',
    'x-portkey-custom-host': `${origin}/v1`,
  });
  return {
    name: 'portkey',
    port,
    child,
    model: options.translating ? 'claude-haiku-4-5' : 'gpt-5-mini',
    request,
    stop: child.stop,
  };
}

/** Asks a target until it answers, for at most 15 s. Needed where a program does not say when it is ready. */
export async function untilAnswered(target: Target): Promise<void> {
  const { bytes } = target.request(chatBody({ model: target.model, bytes: 1024 }));
  const endsAt = performance.now() + 15_000;
  let trouble = '';
  while (performance.now() < endsAt) {
    try {
      const answer = await askOnce(target.port, bytes);
      if (answer.status === 200) return;
      trouble = `status ${answer.status} ${answer.trouble}`;
      await setTimeout(100);
    } catch (error) {
      trouble = error instanceof Error ? error.message : String(error);
      await setTimeout(5);
    }
  }
  throw new Error(`${target.name} does not answer: ${trouble}`);
}
