import type { SettingsStore } from '../db/settings.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Limits } from '../limits/index.ts';
import type { LiveRegistry } from '../models/registry.ts';
import type { Providers } from '../providers/index.ts';
import type { Aliases } from '../routing/aliases.ts';
import { writeExplanation } from '../routing/explain.ts';
import type { GatewayKeys } from '../vault/index.ts';
import { admit } from './admit.ts';
import { authenticate } from './authenticate.ts';
import { cache } from './cache.ts';
import { call } from './call.ts';
import { charge } from './charge.ts';
import { classify } from './classify.ts';
import { type Exchange, need } from './exchange.ts';
import { limit } from './limit.ts';
import { reserve } from './reserve.ts';
import { decideFor, type RouteOptions, route } from './route.ts';
import type { Step } from './step.ts';
import { store } from './store.ts';
import { track } from './track.ts';

interface PipelineParts {
  gatewayKeys: GatewayKeys;
  settings: SettingsStore;
  registry: LiveRegistry;
  aliases: Aliases;
  providers: Providers;
  ledger: Ledger;
  limits: Limits;
}

export interface Pipeline {
  steps: readonly Step[];
  routing: RouteOptions;
  limits: Limits;
}

/** THE ORDER. A request goes down this list until a step answers; how it ended is told to each step in the same order. */
export function createPipeline({
  aliases,
  gatewayKeys,
  settings,
  registry,
  providers,
  ledger,
  limits,
}: PipelineParts): Pipeline {
  const routing: RouteOptions = { aliases, budget: limits.budget, registry, providers };
  const steps = [
    authenticate(gatewayKeys.authenticate),
    limit(limits),
    admit(() => settings.get().bodyLimitBytes),
    cache({ settings, epoch: createEpoch(providers, aliases, settings) }),
    classify(),
    route(routing),
    reserve(limits),
    call({ budget: limits.budget, providers, settings: settings.get }),
    track(),
    store(ledger),
    charge(limits),
  ];
  return { steps, routing, limits };
}

/** What `POST /v1/route` says: the same steps up to the decision, and nobody is called. */
export async function explain({ steps, routing, limits }: Pipeline, exchange: Exchange): Promise<object> {
  for (const name of ['authenticate', 'admit', 'classify']) {
    await steps.find((step) => step.name === name)?.request?.(exchange);
  }
  exchange.admission = limits.look(need(exchange.client));
  return writeExplanation(need(exchange.features), need(exchange.classification), decideFor(exchange, routing));
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
