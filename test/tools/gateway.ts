import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { run } from './run.ts';
import type { ProviderId } from './tools.ts';

const start = join(import.meta.dirname, '..', '..', 'scripts', 'start.mjs');
const VARIABLES: Record<ProviderId, string> = { openai: 'OPENAI', anthropic: 'ANTHROPIC', gemini: 'GEMINI' };
const nowhere = 'http://127.0.0.1:1';

interface Provided {
  id: ProviderId;
  url: string;
  key: string;
}

/** The headless gateway as a user starts it, on a free port, with the key of one provider. `environment` names the home. */
export async function startHost(data: string, environment: NodeJS.ProcessEnv, { id, url, key }: Provided) {
  const name = VARIABLES[id];
  const locals = { OLLAMA_BASE_URL: nowhere, LMSTUDIO_BASE_URL: nowhere, VLLM_BASE_URL: nowhere };
  const child: ChildProcess = spawn(process.execPath, [start, 'serve', '--port', '0', '--data-dir', data, '--json'], {
    env: { ...environment, ...locals, [`${name}_API_KEY`]: key, [`${name}_BASE_URL`]: url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const first = await Promise.race([once(lines, 'line'), ended.then(() => undefined)]);
  if (first === undefined) throw new Error('The gateway did not start.');
  const ready = JSON.parse(String(first[0])) as { url: string; ownerToken: string; gatewayKey: string };
  return {
    ...ready,
    /** What the gateway could not carry as it was sent, and what failed, each once. */
    async remarks(): Promise<string[]> {
      const response = await fetch(`${ready.url}/api/requests?limit=500`, {
        headers: { authorization: `Bearer ${ready.ownerToken}` },
      });
      const { requests } = (await response.json()) as {
        requests: { status: string; errorMessage: string | null; losses: { field: string }[] }[];
      };
      const failed = requests.flatMap(({ status, errorMessage }) =>
        status === 'ok' ? [] : [`${status}: ${errorMessage}`],
      );
      const lost = new Set(requests.flatMap(({ losses }) => losses.map(({ field }) => field)));
      return [...new Set(failed), ...(lost.size === 0 ? [] : [`lost: ${[...lost].join(', ')}`])];
    },
    /** `connect TOOL`, as its user would. */
    connect: (tool: string, models: string) =>
      run(process.execPath, [start, 'connect', tool, '--models', models, '--yes', '--data-dir', data], {
        cwd: data,
        environment,
        limitMs: 30_000,
      }),
    async close(): Promise<void> {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
