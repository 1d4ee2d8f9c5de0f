import type { JsonObject } from '../chat.ts';
import { outbounds } from '../dialects/index.ts';
import { GatewayError } from '../errors.ts';
import { type Ending, type Flow, wholeFlow } from '../flow.ts';
import { need } from '../pipeline/exchange.ts';
import type { Provider } from '../providers/catalog.ts';
import type { Upstream } from '../providers/upstream.ts';
import type { RelayInput } from './channel.ts';
import { endOf } from './ending.ts';
import { headOf } from './head.ts';
import { type Outgoing, type PrepareInput, writeBody } from './outgoing.ts';

/** What is sent where a client asks for vectors. Throws `unsupported` where the provider makes none. */
export function prepareEmbedding({ exchange, provider, target }: PrepareInput): Outgoing {
  const embedding = embeddingOf(provider);
  const body = need(exchange.body);
  const { embedding: asked, name } = exchange.inbound;
  const passed = name === provider.dialect ? asked?.pass(body, target) : undefined;
  if (passed !== undefined) return { ...passed, tools: [], untouched: true, losses: [] };
  const written = embedding.writeRequest(need(exchange.request), target);
  return {
    path: written.path,
    body: writeBody(written.body, body.folds),
    tools: [],
    untouched: false,
    losses: written.losses,
  };
}

/** The provider's vectors as a flow in the client's format. Throws where there are none. */
export function relayEmbedding(
  { exchange, provider, outgoing, onEnd }: RelayInput,
  { body }: Extract<Upstream, { kind: 'whole' }>,
  json: JsonObject,
): Flow {
  const request = need(exchange.request);
  const reply = embeddingOf(provider).readReply(json);
  if (reply.vectors.length !== request.messages.length || reply.vectors.some(({ length }) => length === 0)) {
    throw new GatewayError(
      'provider_bad_reply',
      `${provider.title} answered ${request.messages.length} inputs with ${reply.vectors.length} vectors.`,
      { provider: provider.id },
    );
  }
  const said = endOf(exchange, { usage: reply.usage, isWhole: true }, () => '');
  const inbound = need(exchange.inbound.embedding);
  const model = need(exchange.routed).candidate.name;
  const bytes =
    outgoing.untouched && inbound.fits(json, request)
      ? body
      : Buffer.from(JSON.stringify(inbound.writeReply({ ...reply, usage: said.usage }, request, model)));
  const ending: Ending = { closing: { bytes }, ...said };
  onEnd(ending);
  return wholeFlow(headOf(false), [], ending);
}

function embeddingOf({ dialect, id, title }: Provider) {
  const { embed } = outbounds[dialect];
  if (embed !== undefined) return embed;
  throw new GatewayError('unsupported', `${title} makes no embeddings. Ask for a model of another provider.`, {
    field: 'model',
    provider: id,
  });
}
