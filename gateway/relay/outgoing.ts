import type { Folds } from '../body/fold.ts';
import type { ChatRequest, JsonObject, Loss } from '../chat.ts';
import type { TargetModel } from '../dialects/dialect.ts';
import { outbounds, passes } from '../dialects/index.ts';
import { GatewayError } from '../errors.ts';
import { type Exchange, need } from '../pipeline/exchange.ts';
import type { Provider } from '../providers/catalog.ts';
import { withoutHosted } from './hosted-tools.ts';
import type { Items } from './items.ts';
import type { Care, Refusals } from './refusals.ts';
import type { Thoughts } from './thoughts.ts';
import { fitNames, type ToolNames } from './tool-names.ts';
import { answerUnanswered } from './unanswered.ts';

/** What an exchange sends to its target. */
export interface Outgoing {
  path: string;
  body: Buffer[];
  /** Those that the model is offered, by the client's names. */
  tools: ChatRequest['tools'];
  /** True where the bytes go and come untouched. */
  untouched: boolean;
  losses: Loss[];
  /** Of tools that had to be called otherwise. */
  names?: ToolNames;
}

export interface PrepareInput {
  exchange: Exchange;
  provider: Provider;
  target: TargetModel;
  thoughts: Thoughts;
  items: Items;
  refusals: Refusals;
  /** Where the provider has just refused what the request says of thoughts. */
  care?: Care | undefined;
}

/**
 * Untouched where both sides speak the same dialect, translated through the hub where they do not. Decided here alone. Throws `unsupported` for
 * what the target cannot be told.
 */
export function prepare({ exchange, provider, target, thoughts, items, refusals, care }: PrepareInput): Outgoing {
  const body = need(exchange.body);
  const asked = items.recall(exchange);
  const { outputLimit } = exchange;
  const request = outputLimit === undefined ? asked : { ...asked, maxOutputTokens: outputLimit };
  const owner = { client: need(exchange.client).id, provider };
  const isFree =
    asked === exchange.request && outputLimit === undefined && care === undefined && !refusals.concern(request, owner);
  if (exchange.inbound.name === provider.dialect && isFree) {
    const pass = passes[exchange.inbound.name];
    const isNamed = asksFor(request.model, target.name);
    // Who asks for a model by its name hears of the limit from the provider, who may have raised it.
    if (!need(exchange.decision).obeyed) refuseTooManyTools(provider, request);
    if ((isNamed || pass.suits(body, target)) && pass.accepts?.(body, target) !== false) {
      return { ...pass.passRequest(body, request, target), tools: request.tools, untouched: true, losses: [] };
    }
  }
  const { request: carried, losses } =
    exchange.inbound.name === provider.dialect ? { request, losses: [] } : foreign(exchange, request);
  refuseTooManyTools(provider, carried);
  const known = refusals.strip(thoughts.recall(carried, owner), owner, care === 'without proofs');
  losses.push(...known.losses);
  const { request: named, names } =
    request.dialect === provider.dialect ? { request: known.request } : fitNames(known.request, provider.dialect);
  const written = outbounds[provider.dialect].writeRequest(
    named,
    care === 'without thinking' ? unthinking(target) : target,
  );
  losses.push(...written.losses);
  if (outputLimit !== undefined) losses.push(lossOf(outputLimit));
  const { tools } = carried;
  const sent = { path: written.path, body: writeBody(written.body, body.folds), tools, untouched: false, losses };
  return names === undefined ? sent : { ...sent, names };
}

/** Whether a client asked for this very model, with its provider before it or without; an alias stands for what its client does not know. */
const asksFor = (asked: string, name: string): boolean => asked === name || asked.endsWith(`/${name}`);

/** For a provider of another dialect: without what only a provider of the client's could serve. Throws `unsupported`. */
export function foreign({ inbound }: Exchange, request: ChatRequest): { request: ChatRequest; losses: Loss[] } {
  const own = withoutHosted(inbound.forForeign?.(request) ?? request);
  const whole = answerUnanswered(own.request);
  return { request: whole.request, losses: [...own.losses, ...whole.losses] };
}

function unthinking(target: TargetModel): TargetModel {
  return { ...target, quirks: [...(target.quirks ?? []), 'reasoningMissing'] };
}

function refuseTooManyTools({ title, mostTools = Number.POSITIVE_INFINITY }: Provider, { tools }: ChatRequest): void {
  if (tools.length <= mostTools) return;
  throw new GatewayError(
    'unsupported',
    `tools: ${title} takes at most ${mostTools} tools, and there are ${tools.length}. Send fewer (switch off a server of tools that you do not need), or ask for a model of a provider that takes more, such as Anthropic.`,
    { field: 'tools' },
  );
}

function lossOf(outputLimit: number): Loss {
  return { field: 'max_tokens', why: `limited to ${outputLimit}: what is left of a budget pays for no more` };
}

export function writeBody(json: JsonObject, folds: Folds): Buffer[] {
  return folds.unfold(JSON.stringify(json));
}
