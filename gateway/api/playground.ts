import type { z } from 'zod';
import type { PlaygroundEvent } from '../../contract/index.ts';
import type { playgroundInput } from '../../contract/playground.ts';
import { GatewayError } from '../errors.ts';
import { createSseReader } from '../sse.ts';
import type { Client, GatewayKeys } from '../vault/index.ts';
import type { Base } from './base.ts';
import type { View } from './view.ts';

export interface PlaygroundDependencies {
  playground: {
    /** Where the gateway listens. */
    address(): string;
    /** A gateway key that only this process knows, for one that may be used; undefined: the playground's own. */
    keyFor(client: Pick<Client, 'id' | 'name'> | undefined): string;
  };
  gatewayKeys: Pick<GatewayKeys, 'list'>;
}

type Input = z.infer<typeof playgroundInput>;

/** A chat goes through the front door, as any client's: what it shows is what a tool would get. */
export function playgroundCalls({ playground: calls }: Base, { gatewayKeys, playground }: PlaygroundDependencies) {
  /** Undefined: the owner asks, and with none of the keys. */
  function clientOf(id: string | undefined, { caller, sees }: View): Pick<Client, 'id' | 'name'> | undefined {
    if (id === undefined && caller.role === 'owner') return undefined;
    const usable = gatewayKeys.list().filter((key) => key.revokedAtMs === null && sees(key.id));
    const key = id === undefined ? usable[0] : usable.find((one) => one.id === id);
    if (key === undefined)
      throw new GatewayError('invalid_request', 'Make a gateway key first: the playground asks with it.', {
        field: 'gatewayKey',
      });
    return { id: key.id, name: key.name };
  }

  return {
    chat: calls.chat.handler(({ input, signal, context: { view } }) => {
      const key = playground.keyFor(clientOf(input.gatewayKey, view));
      return chat(`${playground.address()}/v1/chat/completions`, { key, input, signal });
    }),
  };
}

async function* chat(
  url: string,
  { key, input, signal }: { key: string; input: Input; signal: AbortSignal | undefined },
): AsyncGenerator<PlaygroundEvent, void> {
  const startedAt = performance.now();
  const response = await fetch(url, {
    method: 'POST',
    // Asked twice it should answer twice, and cost what it costs.
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify({
      model: input.model,
      messages: input.messages.map(writeMessage),
      stream: true,
      stream_options: { include_usage: true },
    }),
    ...(signal && { signal }),
  });
  if (!response.ok || response.body === null) {
    const answer = (await response.json().catch(() => null)) as { error?: { message?: string } } | null;
    const code = response.headers.get('x-gateway-error') ?? 'internal';
    yield { type: 'failed', code, message: answer?.error?.message ?? `The gateway answered ${response.status}.` };
    return;
  }
  const seen: Seen = { texts: [] };
  const reader = createSseReader(({ data }) => take(seen, data));
  let firstByteMs: number | null = null;
  for await (const bytes of response.body) {
    reader.push(bytes);
    if (seen.texts.length === 0) continue;
    firstByteMs ??= Math.round(performance.now() - startedAt);
    yield { type: 'text', text: seen.texts.splice(0).join('') };
  }
  reader.end();
  if (seen.error !== undefined) {
    yield { type: 'failed', ...seen.error };
    return;
  }
  const { metadata, usage } = seen;
  yield {
    type: 'done',
    requestId: metadata?.request_id ?? response.headers.get('x-gateway-request-id') ?? '',
    provider: metadata?.provider ?? null,
    model: metadata?.model_used ?? null,
    complexity: metadata?.complexity ?? null,
    costUsd: metadata?.cost_usd ?? null,
    latencyMs: Math.round(performance.now() - startedAt),
    firstByteMs,
    inputTokens: usage?.prompt_tokens ?? null,
    outputTokens: usage?.completion_tokens ?? null,
  };
}

interface Seen {
  texts: string[];
  usage?: { prompt_tokens: number; completion_tokens: number };
  metadata?: {
    model_used: string | null;
    provider: string | null;
    complexity: 'simple' | 'medium' | 'complex' | null;
    cost_usd: number | null;
    request_id: string;
  };
  error?: { code: string; message: string };
}

/** The gateway's own chunks: their shape is known. */
interface Chunk extends Pick<Seen, 'usage' | 'metadata'> {
  choices?: { delta?: { content?: string | null } }[];
  error?: { code?: string | null; message: string };
}

function take(seen: Seen, data: string): void {
  if (data === '[DONE]') return;
  const chunk = JSON.parse(data) as Chunk;
  if (chunk.error) seen.error = { code: chunk.error.code ?? 'internal', message: chunk.error.message };
  if (chunk.usage) seen.usage = chunk.usage;
  if (chunk.metadata) seen.metadata = chunk.metadata;
  const text = chunk.choices?.[0]?.delta?.content;
  if (text) seen.texts.push(text);
}

function writeMessage({ role, text, images }: Input['messages'][number]): object {
  if (images.length === 0) return { role, content: text };
  const pictures = images.map((url) => ({ type: 'image_url', image_url: { url } }));
  return { role, content: [...(text === '' ? [] : [{ type: 'text', text }]), ...pictures] };
}
