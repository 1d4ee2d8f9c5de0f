import { asGatewayError, GatewayError } from '../errors.ts';
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

/** Chooses the target. It reads the request and never changes it. `isPaused`: what the router would choose is refused. */
export function route({ isPaused, ...options }: RouteOptions & { isPaused(): boolean }): Step {
  return {
    name: 'route',
    request(exchange) {
      const { inputs, decision } = planFor(exchange, options);
      if (isPaused() && !decision.obeyed) throw paused();
      exchange.decision = decision;
      exchange.planned = { inputs, ranked: decision.ranked, context: options.routing.contextOf(inputs) };
      chooseCandidate(exchange, 0);
      exchange.routedAt = performance.now();
      return undefined;
    },
  };
}

/** Not a status that clients try again: only the owner ends it. */
function paused(): GatewayError {
  return new GatewayError(
    'routing_paused',
    'Routing is paused, so auto chooses no model. Ask for a model by its name, or resume routing in the dashboard or the tray.',
    { field: 'model' },
  );
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
    const decision = plan(inputs);
    if (exchange.request?.embed !== undefined && !decision.obeyed) throw nothingToRoute();
    return { inputs, decision };
  } catch (thrown) {
    if (asGatewayError(thrown).code !== 'budget_exceeded') throw thrown;
    const [choice] = plan({ ...inputs, budget: undefined }).ranked;
    throw budget.refusal(askingOf(exchange), need(choice));
  }
}

/** Vectors of one model mean nothing to those of another: the choice is the client's. */
function nothingToRoute(): GatewayError {
  return new GatewayError(
    'invalid_request',
    'auto chooses among models that answer, not among those that make embeddings. Name one, such as text-embedding-3-small.',
    { field: 'model' },
  );
}

/** Undefined where no budget applies. */
function roomFor(exchange: Exchange, budget: Budget): BudgetRoom | undefined {
  if (exchange.admission === undefined || !budget.applies(exchange.admission)) return undefined;
  return budget.room(askingOf(exchange));
}
