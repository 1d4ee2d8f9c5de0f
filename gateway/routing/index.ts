import type { Database } from '../db/open.ts';
import type { Logger } from '../host.ts';
import type { Model } from '../models/schema.ts';
import type { Providers } from '../providers/index.ts';
import type { Aliases } from './aliases.ts';
import type { WrittenModels } from './contexts.ts';
import { createConversationStore } from './conversation-store.ts';
import { type Conversations, createConversations } from './conversations.ts';
import { createLearning, type Learning } from './learning.ts';
import type { Inputs, Models } from './plan.ts';
import { createPolicies, type Policies, type PolicyVersion } from './policies.ts';
import type { BudgetRoom, Classification, Features } from './route.ts';
import { createSignals } from './signals.ts';
import { createSnapshots } from './snapshots.ts';
import type { Thread } from './thread.ts';
import type { ModelLookup } from './wish.ts';

interface RoutingParts {
  database: Database;
  log: Logger;
  registry: ModelLookup;
  aliases: Aliases;
  providers: Pick<Providers, 'usableModels' | 'ids' | 'health' | 'offered'>;
}

/** A request as far as routing asks about it. */
export interface Asking {
  requested: string;
  clientId: string | undefined;
  tool: string | undefined;
  features: Features;
  classification: Classification;
  thread: Thread;
  budget: BudgetRoom | undefined;
  nowMs: number;
}

/** Routing with all that it remembers. */
export interface Routing {
  policies: Policies;
  conversations: Conversations;
  learning: Learning;
  signals: ReturnType<typeof createSignals>;
  /** What the decision of a request is made of now. `policy`: in the place of the live one. */
  inputsOf(asking: Asking, policy?: PolicyVersion): Inputs;
  /** The number under which policy, models, health and corrections of a decision are kept. */
  contextOf(inputs: Inputs): number;
}

export function createRouting({ database, log, registry, aliases, providers }: RoutingParts): Routing {
  const policies = createPolicies(database, log);
  const conversations = createConversations(createConversationStore(database, log));
  const learning = createLearning(database);
  const signals = createSignals(learning);
  const snapshots = createSnapshots(database, log);
  let models: Models | undefined;
  let lastId = 0;
  let last: Inputs | undefined;

  /** The same object for as long as the list of usable models is. */
  function modelsNow(): Models {
    const usable = providers.usableModels();
    if (models?.usable !== usable) models = { usable, lookup: registry, providers: providers.ids };
    return models;
  }

  return {
    policies,
    conversations,
    learning,
    signals,
    inputsOf({ thread, nowMs, ...asking }, policy = policies.live()) {
      return {
        ...asking,
        followed: aliases.follow(asking.requested, asking.clientId),
        models: modelsNow(),
        health: providers.health.snapshot(nowMs),
        policy: policy.policy,
        policyVersion: policy.version,
        corrections: policy.policy.learning ? learning.corrections() : undefined,
        conversation: conversations.before(thread, nowMs),
        boundary: thread.boundary,
        nowMs,
      };
    },
    contextOf(inputs) {
      if (
        last !== undefined &&
        last.policyVersion === inputs.policyVersion &&
        last.models === inputs.models &&
        last.health === inputs.health &&
        last.corrections === inputs.corrections
      )
        return lastId;
      const { health, corrections } = inputs;
      const parts = [
        inputs.policyVersion,
        snapshots.idOf('models', inputs.models, () => writeModels(inputs.models, providers.offered())),
        snapshots.idOf('health', health, () => JSON.stringify([...health])),
        corrections === undefined
          ? 0
          : snapshots.idOf('corrections', corrections, () => JSON.stringify([...corrections])),
      ];
      lastId = snapshots.keep('context', JSON.stringify(parts));
      last = inputs;
      return lastId;
    },
  };
}

/** What decisions read of the models: without titles and sources. */
function writeModels({ usable, lookup, providers }: Models, offered: readonly (readonly [string, string])[]): string {
  const chosenFrom = new Set(usable);
  const all = lookup.models.filter((model) => providers.usable.has(model.provider) || chosenFrom.has(model));
  const models = all.map(({ priceSource: _source, knowledge: _knowledge, ...model }: Model) => ({
    ...model,
    title: '',
    quality: model.quality.map(({ rating, variant, date }) => ({ rating, variant, basis: '', date })),
  }));
  const byNameOnly = all.filter((model) => !chosenFrom.has(model)).map(({ id }) => id);
  return JSON.stringify({ models, byNameOnly, usable: [...providers.usable], offered } satisfies WrittenModels);
}
