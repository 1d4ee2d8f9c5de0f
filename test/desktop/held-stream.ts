import { afterEach } from 'vitest';
import { loadFixture } from '../fake-answers.ts';
import { createFakeProvider, type FakeProvider } from '../fake-provider.ts';
import type { startApp } from './app.ts';

const providers: FakeProvider[] = [];
afterEach(async () => {
  for (const provider of providers.splice(0)) await provider.close();
});

/** A provider whose streams stop half-way until they are let go. */
export async function createHeldProvider() {
  const provider = await createFakeProvider();
  providers.push(provider);
  const { promise, resolve: letGo } = Promise.withResolvers<void>();
  const { body } = loadFixture('openai-chat/stream-text.1');
  const half = body.indexOf('\n\n', body.length / 2) + 2;
  provider.respond(async (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(body.subarray(0, half));
    await promise;
    response.end(body.subarray(half));
  });
  return { provider, letGo, environment: { OPENAI_BASE_URL: `${provider.url}/v1` } };
}

/** Starts a stream through the gateway and waits for its first bytes; `rest` is all of it, once it has ended. */
export async function openStream(app: Awaited<ReturnType<typeof startApp>>) {
  const owner = await app.owner();
  await owner.providerKeys.add({ provider: 'openai', key: 'sk-0123456789abcdefghij' });
  const to = await app.makeKey();
  const response = await app.ask(to, { model: 'openai/gpt-4.1', stream: true });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  let text = Buffer.from((await reader.read()).value ?? []).toString();
  async function rest(): Promise<string> {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text;
      text += Buffer.from(value).toString();
    }
  }
  return { status: response.status, rest, to };
}
