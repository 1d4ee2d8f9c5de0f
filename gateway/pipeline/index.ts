import type { Capture } from '../capture/index.ts';
import type { SettingsStore } from '../db/settings.ts';
import type { InboundCount } from '../dialects/dialect.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Limits } from '../limits/index.ts';
import type { TokenCounter } from '../models/count.ts';
import type { Providers } from '../providers/index.ts';
import type { Aliases } from '../routing/aliases.ts';
import { writeExplanation } from '../routing/explain.ts';
import type { Routing } from '../routing/index.ts';
import type { Shadow } from '../routing/shadow.ts';
import type { GatewayKeys } from '../vault/index.ts';
import { admit } from './admit.ts';
import { authenticate } from './authenticate.ts';
import { cache } from './cache.ts';
import { call } from './call.ts';
import { capture as captureStep } from './capture.ts';
import { charge } from './charge.ts';
import { classify } from './classify.ts';
import { type Counted, countTokens } from './count-tokens.ts';
import { type Exchange, need } from './exchange.ts';
import { limit } from './limit.ts';
import { read } from './read.ts';
import { remember } from './remember.ts';
import { reserve } from './reserve.ts';
import { planFor, route } from './route.ts';
import type { Step } from './step.ts';
import { store } from './store.ts';
import { track } from './track.ts';

interface PipelineParts {
  gatewayKeys: GatewayKeys;
  settings: SettingsStore;
  aliases: Aliases;
  providers: Providers;
  ledger: Ledger;
  limits: Limits;
  routing: Routing;
  shadow: Shadow;
  counter: TokenCounter;
  capture: Capture;
}

export interface Pipeline {
  steps: readonly Step[];
  routing: Routing;
  limits: Limits;
  providers: Providers;
  settings: SettingsStore;
  counter: TokenCounter;
}

/** THE ORDER. A request goes down this list until a step answers; how it ended is told to each step in the same order. */
export function createPipeline({
  aliases,
  gatewayKeys,
  settings,
  providers,
  ledger,
  limits,
  routing,
  counter,
  shadow,
  capture,
}: PipelineParts): Pipeline {
  const steps = [
    authenticate(gatewayKeys.authenticate),
    limit(limits),
    admit(() => settings.get().bodyLimitBytes),
    read(),
    cache({ settings, epoch: createEpoch(providers, aliases, settings, routing.policies) }),
    classify(),
    route({ routing, budget: limits.budget, isPaused: () => settings.get().routingPaused }),
    reserve(limits),
    call({ budget: limits.budget, providers, settings: settings.get }),
    track(),
    remember(routing, shadow),
    store(ledger),
    charge(limits),
    captureStep(capture),
  ];
  return { steps, routing, limits, providers, settings, counter };
}

/** What `POST /v1/route` says: the same steps up to the decision, and nobody is called. */
export async function explain({ steps, routing, limits }: Pipeline, exchange: Exchange): Promise<object> {
  await askUpTo(steps, exchange);
  exchange.admission = limits.look(need(exchange.client));
  const { inputs, decision } = planFor(exchange, { routing, budget: limits.budget });
  return writeExplanation(inputs, decision);
}

/** How many tokens a prompt has for the model that would be chosen. It is no exchange: it costs nothing and leaves no row. */
export async function count(
  { steps, routing, limits, providers, counter, settings }: Pipeline,
  exchange: Exchange,
  format: InboundCount,
): Promise<Counted> {
  await askUpTo(steps, exchange);
  exchange.decision = planFor(exchange, { routing, budget: limits.budget }).decision;
  return countTokens(exchange, format, { providers, counter, timeouts: () => settings.get().timeouts });
}

async function askUpTo(steps: readonly Step[], exchange: Exchange): Promise<void> {
  for (const name of ['authenticate', 'admit', 'read', 'classify']) {
    await steps.find((step) => step.name === name)?.request?.(exchange);
  }
}

/** A number that grows whenever the same request could be answered by another model. */
function createEpoch(...parts: { onChange(listener: () => void): void }[]): () => number {
  let epoch = 0;
  for (const part of parts) {
    part.onChange(() => {
      epoch += 1;
    });
  }
  return () => epoch;
}
