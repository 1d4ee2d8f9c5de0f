import { asGatewayError } from '../errors.ts';
import type { Budget } from '../limits/budget.ts';
import type { Registry } from '../models/registry.ts';
import { anyDemoModel, DEMO_PROVIDER } from '../providers/demo.ts';
import type { Providers } from '../providers/index.ts';
import { type Aliases, whyFollowed } from '../routing/aliases.ts';
import { decide } from '../routing/policy.ts';
import type { Candidate, DecideInput, Decision } from '../routing/route.ts';
import { readWish } from '../routing/wish.ts';
import { askingOf } from './asking.ts';
import { chooseCandidate, type Exchange, need } from './exchange.ts';
import type { Step } from './step.ts';

export interface RouteOptions {
  registry: Registry;
  aliases: Aliases;
  providers: Providers;
  budget: Budget;
}

/** Chooses the target. It reads the request and never changes it. */
export function route(options: RouteOptions): Step {
  return {
    name: 'route',
    request(exchange) {
      const decision = decideFor(exchange, options);
      exchange.decision = decision;
      chooseCandidate(exchange, 0);
      return undefined;
    },
  };
}

/** The decision for an exchange that is classified; calls nobody. */
export function decideFor(exchange: Exchange, { aliases, budget, registry, providers }: RouteOptions): Decision {
  const followed = aliases.follow(need(exchange.request).model, exchange.client?.id);
  const wish = readWish(followed.target, registry, providers.ids);
  const isDemo = wish.kind === 'unknown' && wish.provider === DEMO_PROVIDER.id;
  const input: DecideInput = {
    wish: isDemo ? { kind: 'model', models: [anyDemoModel(wish.name)] } : wish,
    features: need(exchange.features),
    classification: need(exchange.classification),
    models: providers.usableModels(),
    health: providers.health.snapshot(exchange.startedAtMs),
    nowMs: exchange.startedAtMs,
  };
  const decision = withinBudget(exchange, input, budget);
  const why = whyFollowed(followed) + decision.why;
  return { ...decision, why, ...(wish.kind === 'model' && { ranked: asAsked(decision.ranked, followed.target) }) };
}

/**
 * Where a budget has no room for what was chosen, `auto` looks for what it has room for: first with the answer as long as it may get,
 * then with a shorter one. Throws `budget_exceeded` where nothing is left. A model that was asked for is left to the reservation.
 */
function withinBudget(exchange: Exchange, input: DecideInput, budget: Budget): Decision {
  const decision = decide(input);
  const [choice] = decision.ranked;
  if (input.wish.kind !== 'auto' || exchange.admission === undefined || choice?.model == null) return decision;
  if (!budget.applies(exchange.admission)) return decision;
  const asking = askingOf(exchange);
  if (budget.hasRoom(asking, choice.model, true)) return decision;
  for (const whole of [true, false]) {
    try {
      const within = decide({ ...input, affords: (model) => budget.hasRoom(asking, model, whole) });
      return { ...within, why: `${within.why}, of those that the budget has room for` };
    } catch (error) {
      if (asGatewayError(error).code !== 'no_candidate') throw error;
    }
  }
  throw budget.refusal(asking, choice);
}

/** A dated snapshot or another alias goes to the provider by the name that the client gave. */
function asAsked(ranked: Candidate[], asked: string): Candidate[] {
  return ranked.map((candidate) => {
    const name = asked.replace(/^models\//, '').replace(`${candidate.provider}/`, '');
    return candidate.model?.aliases?.includes(name) ? { ...candidate, name } : candidate;
  });
}
