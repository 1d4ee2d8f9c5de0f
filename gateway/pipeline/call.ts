import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../../contract/settings.ts';
import type { ChatRequest, Usage } from '../chat.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import type { Ending, Flow } from '../flow.ts';
import type { Budget } from '../limits/budget.ts';
import { type Provider, rowFor } from '../providers/catalog.ts';
import type { Timeouts } from '../providers/http.ts';
import type { Providers } from '../providers/index.ts';
import { retryDelayMs } from '../providers/retry.ts';
import { type Care, careAfter, createItems, createRefusals, createThoughts, prepare, relay } from '../relay/index.ts';
import { send } from '../relay/send.ts';
import type { Candidate } from '../routing/route.ts';
import { askingOf } from './asking.ts';
import { noteAnswered, noteFailed } from './attempts.ts';
import { mayBeCharged, promptNano } from './doubt.ts';
import { chooseCandidate, type Exchange, need } from './exchange.ts';
import type { Step } from './step.ts';
import { targetOf } from './target.ts';

interface CallOptions {
  budget: Budget;
  providers: Providers;
  settings(): Settings;
}

/**
 * Calls the chosen target, and, as long as nothing has been promised to the client, tries again or goes to the next candidate.
 */
export function call({ budget, providers, settings }: CallOptions): Step {
  const { catalog, health } = providers;
  const thoughts = createThoughts();
  const items = createItems();
  const refusals = createRefusals(thoughts);

  async function tryCandidate(exchange: Exchange, candidate: Candidate): Promise<Flow> {
    let care: Care | undefined;
    let tries = 0;
    for (;;) {
      const startedAt = performance.now();
      try {
        const flow = await attempt(exchange, candidate, care);
        noteAnswered(exchange, candidate, startedAt);
        return flow;
      } catch (thrown) {
        const error = asGatewayError(thrown);
        noteFailed(exchange, candidate, startedAt, error);
        if (care === undefined && !exchange.aborted) {
          care = careAfter(error);
          if (care !== undefined) {
            noteRefusal(exchange, candidate, care);
            continue;
          }
        }
        exchange.inDoubt = isInDoubt(exchange, error, performance.now() - startedAt);
        if (error.code === 'client_closed') health.released(candidate.id);
        else health.failed(candidate.id, error.code, Date.now());
        if (error.code === 'provider_unreachable') providers.missed(candidate.provider);
        if (error.code === 'provider_refused_key') providers.recheck(candidate.provider).catch(() => {});
        const delayMs = exchange.aborted ? undefined : retryDelayMs(error, tries, settings().retryAfterMaxMs);
        if (delayMs === undefined) throw error;
        if (exchange.inDoubt) coverAgain(exchange, candidate, error);
        exchange.retries += 1;
        tries += 1;
        await waitFor(exchange, delayMs);
      }
    }
  }

  /** It is asked again at once, with care. The proofs that it refused stay away from it from now on. */
  function noteRefusal(exchange: Exchange, candidate: Candidate, care: Care): void {
    exchange.retries += 1;
    health.released(candidate.id);
    if (care !== 'without proofs') return;
    const provider = rowFor(providerOf(candidate), candidate, exchange.inbound.name);
    const owner = { client: need(exchange.client).id, provider };
    refusals.note(thoughts.recall(items.recall(exchange), owner), owner);
  }

  async function attempt(exchange: Exchange, candidate: Candidate, care: Care | undefined): Promise<Flow> {
    const provider = rowFor(providerOf(candidate), candidate, exchange.inbound.name);
    const target = targetOf(candidate, provider);
    const outgoing = prepare({ exchange, provider, target, thoughts, items, refusals, care });
    const timeouts = timeoutsFor(exchange, candidate);
    exchange.answerHeaders = undefined;
    const { upstream, startedAt } = await send(exchange, { provider, outgoing, providers, timeouts });
    exchange.answerHeaders = upstream.headers;
    const firstByteMs = performance.now() - startedAt;
    const answeredMs = performance.now() - exchange.startedAt;
    const flow = relay({ exchange, provider, outgoing, upstream, thoughts, items, onEnd });
    exchange.firstByteMs ??= answeredMs;
    exchange.losses.push(...outgoing.losses);
    return flow;

    function onEnd({ error, usage }: Ending): void {
      if (error?.code === 'client_closed') health.released(candidate.id);
      else if (error !== undefined) health.failed(candidate.id, error.code, Date.now());
      else
        health.succeeded(candidate.id, { firstByteMs, ...speedOf(usage, performance.now() - startedAt - firstByteMs) });
    }
  }

  /**
   * A dearer candidate needs more held back before it is called. Where the call before may have been charged, what is held back for
   * it stays as well.
   */
  function cover(exchange: Exchange, candidate: Candidate): void {
    const { admission, inDoubt } = exchange;
    if (admission === undefined || !(inDoubt || budget.applies(admission))) return;
    exchange.outputLimit = budget.cover(askingOf(exchange), candidate, inDoubt ? promptNano(exchange) : undefined);
    exchange.inDoubt = false;
  }

  /** Where there is no room for another call, the error of the one before is the answer. */
  function coverAgain(exchange: Exchange, candidate: Candidate, error: GatewayError): void {
    try {
      cover(exchange, candidate);
    } catch {
      throw error;
    }
  }

  function providerOf(candidate: Candidate): Provider {
    const provider = catalog.get(candidate.provider);
    if (provider !== undefined) return provider;
    throw new GatewayError('unknown_model', `There is no provider "${candidate.provider}".`);
  }

  /**
   * A whole reply comes only once the model has written all of it: its first byte may take as long as the official SDKs wait. So may a
   * model that thinks without a word.
   */
  function timeoutsFor(exchange: Exchange, candidate: Candidate): Timeouts {
    const { timeouts } = settings();
    const { wholeReplyMs } = timeouts;
    const request = need(exchange.request);
    if (!request.stream) return { ...timeouts, firstByteMs: wholeReplyMs };
    if (!thinks(request, candidate)) return timeouts;
    return { ...timeouts, firstByteMs: wholeReplyMs, silenceMs: wholeReplyMs, holdMs: timeouts.keepAliveMs };
  }

  return {
    name: 'call',
    async request(exchange) {
      const { ranked } = need(exchange.decision);
      let failure: unknown;
      for (const [index, candidate] of ranked.entries()) {
        if (!health.admits(candidate.id, Date.now())) continue;
        try {
          if (index > 0) {
            cover(exchange, candidate);
            exchange.fallbacks += 1;
            chooseCandidate(exchange, index);
          }
          return await tryCandidate(exchange, candidate);
        } catch (error) {
          // Why the first one failed says more than that the next has no room in the budget.
          if (failure === undefined || asGatewayError(error).code !== 'budget_exceeded') failure = error;
          if (exchange.aborted || asGatewayError(error).retry === 'never') break;
        }
      }
      throw failure ?? allResting(ranked);
    },
  };
}

/** Of a stream that its client left, the provider stops writing. */
function isInDoubt({ request, inDoubt }: Exchange, error: GatewayError, sentMs: number): boolean {
  return error.code === 'client_closed' ? inDoubt && request?.stream === false : mayBeCharged(error, sentMs);
}

/** Every target's circuit is open, or half open with its one probe under way. */
function allResting(ranked: readonly Candidate[]): GatewayError {
  const names = ranked.map(({ id }) => id).join(', ');
  return new GatewayError(
    'no_candidate',
    `${names} has been failing and is being probed. Try again in a few seconds.`,
    {
      status: 503,
      retryAfterMs: 5000,
    },
  );
}

/** Whether it was asked to, or cannot but. */
function thinks({ reasoning }: ChatRequest, { model }: Candidate): boolean {
  if (reasoning !== undefined) return reasoning.effort !== 'none' && reasoning.budgetTokens !== 0;
  const efforts = model?.reasoningEfforts;
  return efforts !== undefined && efforts.length > 0 && !efforts.includes('none');
}

/** Tokens a second after the first byte; nothing where the answer came in one piece. */
function speedOf(usage: Usage | undefined, durationMs: number): { tokensPerSecond?: number } {
  return usage === undefined || durationMs < 50 ? {} : { tokensPerSecond: (usage.output / durationMs) * 1000 };
}

/** Waits, but no longer than the client does. */
async function waitFor(exchange: Exchange, delayMs: number): Promise<void> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  exchange.onAbort = abort;
  try {
    await sleep(delayMs, undefined, { signal: controller.signal });
  } catch {
    throw new GatewayError('client_closed', 'The client left while the gateway waited to try again.');
  } finally {
    exchange.onAbort = undefined;
  }
}
