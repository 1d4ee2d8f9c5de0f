import './require-node.mjs';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

// npm run test:packaged: starts what `npm run package -- --dir` has made, fuses, asar and all, and sends it one request.
const LIMIT_MS = 60_000;
const release = join(import.meta.dirname, '..', 'release');
const data = await mkdtemp(join(tmpdir(), 'packaged-'));
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const flags = ['--port', String(port), '--hidden', '--data-dir', data];
const app = spawn(findProgram(), flags, { stdio: 'inherit' });

try {
  await untilAnswered();
  const ownerToken = readFileSync(join(data, 'owner-token'), 'utf8').trim();
  const { key } = await post('/api/gateway-keys', ownerToken, { name: 'packaged' });
  const messages = [{ role: 'user', content: 'Say hello in five words.' }];
  const reply = await post('/v1/chat/completions', key, { model: 'auto', messages });
  if (reply.object !== 'chat.completion') throw new Error(`A strange answer: ${JSON.stringify(reply)}`);
  console.log(`The packaged app answered: ${reply.choices[0].message.content}`);
} finally {
  const left = new Promise((resolve) => app.once('exit', resolve));
  if (app.exitCode === null) {
    app.kill();
    await Promise.race([left, sleep(15_000)]);
  }
  app.kill('SIGKILL');
  await rm(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

function findProgram() {
  const programs = readdirSync(release, { recursive: true, withFileTypes: true }).map((entry) =>
    join(entry.parentPath, entry.name),
  );
  const wanted = {
    win32: /win(-\w+)?-unpacked[\\/]LLM Gateway\.exe$/,
    darwin: /LLM Gateway\.app\/Contents\/MacOS\/LLM Gateway$/,
    linux: /linux(-\w+)?-unpacked\/llm-gateway$/,
  };
  const pattern =
    process.platform === 'win32' || process.platform === 'darwin' ? wanted[process.platform] : wanted.linux;
  const found = programs.find((path) => pattern.test(path));
  if (found === undefined) throw new Error('There is no packaged app: run `npm run package -- --dir` first.');
  return found;
}

async function untilAnswered() {
  const until = Date.now() + LIMIT_MS;
  while (Date.now() < until && app.exitCode === null) {
    const ok = await fetch(`${url}/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await sleep(100);
  }
  throw new Error(app.exitCode === null ? 'It does not answer.' : `It left with ${app.exitCode}.`);
}

/**
 * @param {string} path
 * @param {string} token
 * @param {object} body
 * @returns {Promise<any>}
 */
async function post(path, token, body) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
