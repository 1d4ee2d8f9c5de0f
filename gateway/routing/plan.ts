import type { RoutingPolicy, RoutingRule } from '../../contract/routing.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import { leastNano, type Worst, wholeNano, worstOf } from '../limits/worst.ts';
import type { Model } from '../models/schema.ts';
import { anyDemoModel, DEMO_PROVIDER } from '../providers/demo.ts';
import { type Followed, whyFollowed } from './aliases.ts';
import { decide } from './policy.ts';
import type {
  Boundary,
  BudgetRoom,
  Classification,
  Conversation,
  Corrections,
  DecideInput,
  Decision,
  Features,
  HealthSnapshot,
  Wish,
} from './route.ts';
import { applyRules } from './rules.ts';
import { tierOf } from './tier.ts';
import { routedName } from './tools.ts';
import { type ModelLookup, type ProviderIds, readWish } from './wish.ts';

/** The models as they were at a time: what `auto` may choose from, and what can be asked for by name. */
export interface Models {
  usable: readonly Model[];
  lookup: ModelLookup;
  providers: ProviderIds;
}

/** All that the decision of a request is made of. Two requests with the same inputs get the same decision. */
export interface Inputs {
  /** As the client wrote it. */
  requested: string;
  clientId: string | undefined;
  tool: string | undefined;
  /** What the owner's aliases make of it. */
  followed: Followed;
  features: Features;
  classification: Classification;
  models: Models;
  health: HealthSnapshot;
  policy: RoutingPolicy;
  policyVersion: number;
  corrections: Corrections | undefined;
  conversation: Conversation | undefined;
  boundary: Boundary;
  budget: BudgetRoom | undefined;
  nowMs: number;
}

/**
 * Decides a request: rules, then aliases, then the names that tools are built to ask for, then the policy. A pure function. Where a budget has no
 * room for the choice, `auto` looks for what it has room for: first with the answer as long as it may get, then with a shorter
 * one. Throws what `decide` throws, and `budget_exceeded`. A model that was asked for by name is left to the reservation.
 */
export function plan(inputs: Inputs): Decision {
  const decision = planWithin(inputs, undefined);
  const { budget } = inputs;
  const model = decision.ranked[0]?.model;
  if (budget === undefined || decision.obeyed || model == null || affordsBy(budget, inputs.nowMs, wholeNano)(model))
    return decision;
  try {
    return toBudget(planWithin(inputs, affordsBy(budget, inputs.nowMs, wholeNano)));
  } catch (thrown) {
    if (asGatewayError(thrown).code !== 'budget_exceeded') throw thrown;
    return toBudget(planWithin(inputs, affordsBy(budget, inputs.nowMs, leastNano)));
  }
}

function toBudget(decision: Decision): Decision {
  return { ...decision, budgeted: true, why: `${decision.why}, of those that the budget has room for` };
}

function affordsBy(
  { roomNano, bounds, allowsUnknown }: BudgetRoom,
  nowMs: number,
  nanoOf: (worst: Worst) => number,
): (model: Model) => boolean {
  return (model) => {
    const worst = worstOf(model, bounds, nowMs);
    return worst === null ? allowsUnknown : nanoOf(worst) <= roomNano;
  };
}

function planWithin(inputs: Inputs, affords: DecideInput['affords']): Decision {
  const { requested, clientId, tool, features, classification, policy } = inputs;
  const model = requested.trim() === '' ? 'auto' : requested;
  const { inputTokens } = features;
  const complexity = tierOf(classification, policy);
  const { chooser, bans } = applyRules(policy, { model, clientId, tool, inputTokens, complexity });
  if (chooser !== undefined) return byRule(inputs, chooser, { bans, affords });
  const { target, why } = targetOf(inputs);
  const wish = wishFor(target, inputs);
  const decision = decide(inputOf(inputs, wish, { bans, affords }));
  return why === '' ? decision : { ...decision, why: why + decision.why };
}

/** An alias of the owner's goes before a tool's own names. */
function targetOf({ followed, tool, policy, requested }: Inputs): { target: string; why: string } {
  if (followed.path.length > 0 || tool === undefined || policy.tools[tool] !== 'auto')
    return { target: followed.target, why: whyFollowed(followed) };
  const routed = routedName(tool, requested);
  return routed === undefined
    ? { target: followed.target, why: '' }
    : { target: routed, why: `"${requested.slice(0, 80)}" is built into ${tool} and routed as ${routed}; ` };
}

type Limits = Pick<DecideInput, 'bans' | 'affords'>;

function byRule(inputs: Inputs, rule: RoutingRule, limits: Limits): Decision {
  const wishes: Wish[] = [];
  let refusal: GatewayError | undefined;
  for (const name of rule.use) {
    try {
      wishes.push(wishFor(name, inputs));
    } catch (thrown) {
      refusal ??= asGatewayError(thrown);
    }
  }
  if (wishes.length === 0 && refusal !== undefined) {
    throw new GatewayError(refusal.code, `The rule "${rule.name}" cannot be followed: ${refusal.message}`, {
      field: 'model',
    });
  }
  const decision = decide(inputOf(inputs, { kind: 'chain', wishes }, limits));
  return {
    ...decision,
    rule: rule.name,
    why: `the rule "${rule.name}" wants ${rule.use.join(', then ')}; ${decision.why}`,
  };
}

function wishFor(target: string, { tool, models: { lookup, providers } }: Inputs): Wish {
  const wish = readWish(target, lookup, providers, tool);
  if (wish.kind !== 'unknown' || wish.provider !== DEMO_PROVIDER.id) return wish;
  return { kind: 'model', models: [anyDemoModel(wish.name)], asked: target };
}

function inputOf(inputs: Inputs, wish: Wish, limits: Limits): DecideInput {
  const { features, classification, models, health, policy, corrections, conversation, boundary, nowMs } = inputs;
  return {
    wish,
    features,
    classification,
    models: models.usable,
    health,
    nowMs,
    policy,
    conversation,
    boundary,
    corrections: policy.learning ? corrections : undefined,
    ...limits,
  };
}
