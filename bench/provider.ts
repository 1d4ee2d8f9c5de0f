import { createServer, type Socket } from 'node:net';
import {
  ANTHROPIC_REPLY,
  anthropicStream,
  jsonReply,
  MODELS_REPLY,
  OPENAI_REPLY,
  openaiStream,
  type PreparedStream,
  type ProviderMode,
} from './answers.ts';
import { createMessageReader } from './wire.ts';

// A fake provider that speaks OpenAI's and Anthropic's formats from prepared bytes. It runs as a child of the bench, which
// sets its mode over IPC. On a bare socket: it shares its core with the load generator and must never be the bottleneck.

let mode: ProviderMode = { kind: 'json' };
let openai = openaiStream(1);
let anthropic = anthropicStream(1);
let openaiBurst = OPENAI_REPLY;
let anthropicBurst = ANTHROPIC_REPLY;
const NOT_FOUND = jsonReply({ error: { message: 'No such path.', type: 'not_found', code: null } }, '404 Not Found');

function whole(stream: PreparedStream): Buffer {
  return Buffer.concat([stream.first, ...stream.tokens, stream.last]);
}

function setMode(next: ProviderMode): void {
  mode = next;
  if (next.kind !== 'stream') return;
  openai = openaiStream(next.tokens);
  anthropic = anthropicStream(next.tokens);
  openaiBurst = whole(openai);
  anthropicBurst = whole(anthropic);
}

function pace(socket: Socket, stream: PreparedStream, delayMs: number): void {
  let next = 0;
  socket.write(stream.first);
  const timer = setInterval(() => {
    const token = stream.tokens[next++];
    if (token !== undefined && !socket.destroyed) return void socket.write(token);
    clearInterval(timer);
    if (!socket.destroyed) socket.write(stream.last);
  }, delayMs);
}

function answer(socket: Socket, head: string): void {
  const path = head.split(' ', 2)[1]?.split('?', 1)[0] ?? '';
  if (path.endsWith('/models')) return void socket.write(MODELS_REPLY);
  const isAnthropic = path.endsWith('/messages');
  if (!isAnthropic && !path.endsWith('/chat/completions')) return void socket.write(NOT_FOUND);
  if (mode.kind === 'json') socket.write(isAnthropic ? ANTHROPIC_REPLY : OPENAI_REPLY);
  else if (mode.delayMs > 0) pace(socket, isAnthropic ? anthropic : openai, mode.delayMs);
  else socket.write(isAnthropic ? anthropicBurst : openaiBurst);
}

const server = createServer({ noDelay: true }, (socket) => {
  let head = '';
  socket.on(
    'data',
    createMessageReader({
      head: (text) => {
        head = text;
      },
      end: () => answer(socket, head),
    }),
  );
  socket.on('error', () => socket.destroy());
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});
process.on('message', (message) => {
  setMode(message as ProviderMode);
  process.send?.({ mode: mode.kind });
});
process.on('disconnect', () => process.exit(0));
