import { asGatewayError } from '../errors.ts';
import type { Budget } from '../limits/budget.ts';
import type { Routing } from '../routing/index.ts';
import { type Inputs, plan } from '../routing/plan.ts';
import type { BudgetRoom, Decision } from '../routing/route.ts';
import { toolOf } from '../routing/tools.ts';
import { askingOf } from './asking.ts';
import { chooseCandidate, type Exchange, need } from './exchange.ts';
import type { Step } from './step.ts';

export interface RouteOptions {
  routing: Routing;
  budget: Budget;
}

/** Chooses the target. It reads the request and never changes it. */
export function route(options: RouteOptions): Step {
  return {
    name: 'route',
    request(exchange) {
      const { inputs, decision } = planFor(exchange, options);
      exchange.decision = decision;
      exchange.planned = { inputs, ranked: decision.ranked, context: options.routing.contextOf(inputs) };
      chooseCandidate(exchange, 0);
      return undefined;
    },
  };
}

/** The decision for an exchange that is classified, and what it is made of; calls nobody. Throws `budget_exceeded`. */
export function planFor(exchange: Exchange, { routing, budget }: RouteOptions): { inputs: Inputs; decision: Decision } {
  const inputs = routing.inputsOf({
    requested: need(exchange.request).model,
    clientId: exchange.client?.id,
    tool: toolOf(exchange.incoming.headers['user-agent']),
    features: need(exchange.features),
    classification: need(exchange.classification),
    thread: need(exchange.thread),
    budget: roomFor(exchange, budget),
    nowMs: exchange.startedAtMs,
  });
  try {
    return { inputs, decision: plan(inputs) };
  } catch (thrown) {
    if (asGatewayError(thrown).code !== 'budget_exceeded') throw thrown;
    const [choice] = plan({ ...inputs, budget: undefined }).ranked;
    throw budget.refusal(askingOf(exchange), need(choice));
  }
}

/** Undefined where no budget applies. */
function roomFor(exchange: Exchange, budget: Budget): BudgetRoom | undefined {
  if (exchange.admission === undefined || !budget.applies(exchange.admission)) return undefined;
  return budget.room(askingOf(exchange));
}
