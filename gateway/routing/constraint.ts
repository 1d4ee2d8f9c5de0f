import { GatewayError } from '../errors.ts';
import type { Model } from '../models/schema.ts';
import { type Entry, NEED } from './roster.ts';
import type { Ban, Features, TargetHealth } from './route.ts';
import { ESTIMATE_MARGIN } from './trade.ts';

/** What a request asks of any model that serves it. */
export interface Demand {
  needs: number;
  /** Tokens of the prompt with the margin of the estimate. */
  inputTokens: number;
  /** Tokens of the answer for which room is kept. */
  outputTokens: number;
  /** The client's own limit, which the model must accept. */
  outputLimit: number;
}

/** In the order in which they are asked. `verdict` says why a model lost, `remedy` what to do when all lose to it. */
const CONSTRAINTS = {
  retired: {
    verdict: 'switched off by its provider',
    remedy: 'Update the model registry or add a key of another provider.',
  },
  deprecated: {
    verdict: 'deprecated by its provider',
    remedy: 'Ask for the model by its name, or add a key of another provider.',
  },
  tools: { verdict: 'cannot call tools', remedy: 'Add a key of a provider whose models call tools, or send no tools.' },
  vision: {
    verdict: 'cannot see images',
    remedy: 'Add a key of a provider with vision models, or leave the images out.',
  },
  documents: {
    verdict: 'cannot read documents',
    remedy: 'Add a key of a provider whose models read documents, or send the text of the document.',
  },
  audio: {
    verdict: 'cannot hear audio',
    remedy: 'Add a key of a provider whose models take audio, or send a transcript.',
  },
  structuredOutput: {
    verdict: 'cannot keep to a JSON Schema',
    remedy: 'Add a key of a provider with structured output, or ask for plain JSON.',
  },
  reasoning: {
    verdict: 'does not reason',
    remedy: 'Add a key of a provider with reasoning models, or ask for no effort.',
  },
  outputLimit: { verdict: 'its output limit is lower than the one asked for', remedy: 'Lower max_tokens.' },
  context: { verdict: 'its context window is too small', remedy: 'Shorten the conversation or lower max_tokens.' },
  rule: {
    verdict: 'kept from this client by a rule',
    remedy: 'Change the rule in the dashboard under Routing, or ask with another gateway key.',
  },
  allowed: {
    verdict: 'not among the models allowed for this complexity',
    remedy: 'Allow more models in the dashboard under Routing, or ask for one by its name.',
  },
  price: {
    verdict: 'its price is unknown, so auto leaves it out',
    remedy: 'Ask for the model by its name, or give it a price.',
  },
  circuit: {
    verdict: 'its provider has been failing and is left alone for a while',
    remedy: 'Try again in a minute, or add a key of another provider.',
  },
  budget: {
    verdict: 'a budget has no room for what it could cost',
    remedy: 'Wait until the budget resets, or raise it under Limits.',
  },
} as const;

export type Constraint = keyof typeof CONSTRAINTS;

const NAMES = Object.keys(CONSTRAINTS) as Constraint[];

/** What the features ask for. `outputTokens` is the expected length of the answer. */
export function demandOf(features: Features, outputTokens: number): Demand {
  let needs = 0;
  if (features.tools > 0) needs |= NEED.tools;
  if (features.images > 0) needs |= NEED.vision;
  if (features.documents > 0) needs |= NEED.documents;
  if (features.audio > 0) needs |= NEED.audio;
  if (features.needsStructuredOutput) needs |= NEED.structuredOutput;
  if (features.needsReasoning) needs |= NEED.reasoning;
  return {
    needs,
    inputTokens: Math.ceil(features.inputTokens * ESTIMATE_MARGIN),
    outputTokens: features.maxOutputTokens ?? outputTokens,
    outputLimit: features.maxOutputTokens ?? 0,
  };
}

/** The first constraint of the request itself that keeps a model from it, or undefined where none does. */
export function brokenBy(entry: Entry, demand: Demand): Constraint | undefined {
  if (entry.gone !== undefined) return entry.gone;
  const lacking = demand.needs & ~entry.abilities;
  if (lacking !== 0) return lackOf(lacking);
  if (demand.outputLimit > entry.maxOutputTokens) return 'outputLimit';
  if (demand.inputTokens + demand.outputTokens > entry.contextTokens) return 'context';
  if (demand.inputTokens > entry.maxInputTokens) return 'context';
  return undefined;
}

/** What the owner and the moment take away, beside the request itself. */
export interface Limits {
  bans: readonly Ban[];
  /** Undefined: all are allowed. */
  allows: ((id: string) => boolean) | undefined;
  /** Undefined: no budget stands in the way. */
  affords: ((model: Model) => boolean) | undefined;
  /** Undefined: all circuits are closed. */
  health: ReadonlyMap<string, Readonly<TargetHealth>> | undefined;
}

/** The first constraint of all that keeps `auto` from a model. */
export function barredBy(entry: Entry, demand: Demand, limits: Limits): Constraint | undefined {
  const broken = brokenBy(entry, demand);
  if (broken !== undefined) return broken;
  if (isBanned(entry.id, limits.bans)) return 'rule';
  if (limits.allows?.(entry.id) === false) return 'allowed';
  if (!entry.priced) return 'price';
  if (limits.health?.get(entry.id)?.circuit === 'open') return 'circuit';
  if (limits.affords?.(entry.model) === false) return 'budget';
  return undefined;
}

/** Whether a rule keeps the request from a model. */
export function isBanned(id: string, bans: readonly Ban[]): boolean {
  for (const ban of bans) if (ban.covers(id)) return true;
  return false;
}

/** Why a model lost to the rules, with the name of the rule that says so first. */
export function banVerdict(id: string, bans: readonly Ban[]): string {
  return `kept from this client by the rule "${bans.find((ban) => ban.covers(id))?.rule ?? ''}"`;
}

/** Why a model lost, in words. */
export function verdictOf(constraint: Constraint): string {
  return CONSTRAINTS[constraint].verdict;
}

/** The error for a list of which nothing is left: it names what took the last models away, and what to do. */
export function nothingLeft(lost: readonly Constraint[], demand: Demand): GatewayError {
  const last = NAMES.findLast((name) => lost.includes(name)) ?? 'retired';
  const counts = NAMES.map((name) => ({ name, count: lost.filter((other) => other === name).length }));
  const parts = counts
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => `${count} × ${CONSTRAINTS[name].verdict}`);
  const size = last === 'context' ? ` The request needs about ${demand.inputTokens + demand.outputTokens} tokens.` : '';
  return new GatewayError(
    last === 'budget' ? 'budget_exceeded' : 'no_candidate',
    `No model is left for this request (constraint: ${last}; ${parts.join(', ')}).${size} ${CONSTRAINTS[last].remedy}`,
    last === 'circuit' ? { status: 503 } : {},
  );
}

function lackOf(lacking: number): Constraint {
  for (const name of ['tools', 'vision', 'documents', 'audio', 'structuredOutput', 'reasoning'] as const) {
    if ((lacking & NEED[name]) !== 0) return name;
  }
  return 'tools';
}
