import type { RoutingPolicy } from '../../contract/routing.ts';
import type { Bounds } from '../limits/worst.ts';
import type { Model } from '../models/schema.ts';

export type Complexity = 'simple' | 'medium' | 'complex';

/** How `auto` trades cost against quality. */
export type Preference = 'balanced' | 'economy' | 'quality';

/** What the client asked for: to be routed, or to be obeyed. */
export type Wish =
  /** Undefined: as the owner's policy prefers. */
  | { kind: 'auto'; preference: Preference | undefined }
  /** A model of the registry, and the name it was asked for by. Several where more than one provider with a usable key has it. */
  | { kind: 'model'; models: Model[]; asked: string }
  /** `provider/name` of which the registry knows nothing: sent as asked, its cost unknown. */
  | { kind: 'unknown'; provider: string; name: string }
  /** What a rule wants: the first that can be called is the choice, the others are its fallbacks. */
  | { kind: 'chain'; wishes: Wish[] };

/** Numbers read from a request, all that the classifier and the policy know of it. JSON: kept for explanation. */
export interface Features {
  /** Estimated tokens of the whole prompt. */
  inputTokens: number;
  /** Estimated tokens of the last user turn. */
  lastTurnTokens: number;
  /** Output limit that the client set. */
  maxOutputTokens?: number;
  turns: number;
  tools: number;
  images: number;
  documents: number;
  audio: number;
  needsStructuredOutput: boolean;
  needsReasoning: boolean;
  /** Reasoning effort that the client asked for. */
  effort?: string;
  streaming: boolean;
  /** Lexical signals by name, each 0..1 or a count; only what is not 0. */
  signals: Record<string, number>;
}

export interface Classification {
  /** Expected difficulty, 0..1. */
  score: number;
  complexity: Complexity;
  /** True where the request is unlike what the classifier knows: the policy takes the middle tier. */
  abstained: boolean;
  /** Signals that moved the score, strongest first: name and signed weight. */
  reasons: { signal: string; weight: number }[];
}

/** What the gateway measured of a target lately. Absent figures: nothing measured yet. */
export interface TargetHealth {
  circuit: 'closed' | 'open' | 'halfOpen';
  /** Share of calls that failed, 0..1. */
  errorRate?: number;
  firstByteMs?: number;
  tokensPerSecond?: number;
}

/** Keyed by model id (`provider/name`). A model without an entry is healthy and unmeasured. It never changes: a newer one takes its place. */
export type HealthSnapshot = ReadonlyMap<string, Readonly<TargetHealth>>;

/** What was learned from use: what to add to a model's rating, by model id and complexity. */
export type Corrections = ReadonlyMap<string, Readonly<Record<Complexity, number>>>;

/**
 * Whether a request may go to another model than the conversation's: only where a new turn of the user begins. What a model signed
 * binds it: to that model, or (`boundProvider`) to the models of its provider.
 */
export type Boundary = 'fresh' | 'openTools' | 'boundThinking' | 'boundProvider';

/** A conversation as it stands before a request. */
export interface Conversation {
  /** `provider/name` of the model that it has been with. */
  model: string;
  /** How many requests it has had. */
  requests: number;
  /** Tokens of its prompt that the provider holds in its cache now. */
  cachedTokens: number;
  /** The hardest of its last turns. */
  need: Complexity;
  /** Tokens that it would have used so far had it never moved: new ones of its prompts, those read from a cache, and those of answers. */
  used: { fresh: number; read: number; output: number };
  /** Nano-dollars that they cost. */
  spentNano: number;
}

/** What is left for a request in the tightest budget, and what its worst case is told by. */
export interface BudgetRoom {
  roomNano: number;
  bounds: Bounds;
  /** Whether models of unknown price may be called. */
  allowsUnknown: boolean;
}

/** Models that a rule keeps a request from. */
export interface Ban {
  rule: string;
  covers(id: string): boolean;
}

/** All that a decision is made of. */
export interface DecideInput {
  wish: Wish;
  features: Features;
  classification: Classification;
  /** Models whose provider has a usable key. What is worked out of them is kept for as long as the array is the same. */
  models: readonly Model[];
  health: HealthSnapshot;
  nowMs: number;
  policy: RoutingPolicy;
  conversation?: Conversation | undefined;
  /** Absent: `fresh`. */
  boundary?: Boundary | undefined;
  corrections?: Corrections | undefined;
  bans?: readonly Ban[] | undefined;
  /** Whether a budget has room for the request with a model; absent: no budget stands in the way. */
  affords?: ((model: Model) => boolean) | undefined;
}

export interface Candidate {
  /** `provider/name`. */
  id: string;
  provider: string;
  name: string;
  /** Null: the registry does not know it. */
  model: Model | null;
  /** Nano-dollars, for the estimated input and the expected output; null: unknown price. */
  estimatedCostNano: number | null;
  /** From 1 to 5, as it counted; null: the registry does not know it. */
  rating: number | null;
  /** Expected milliseconds to the last token; null: the registry does not know it. */
  expectedMs: number | null;
  /** In words: `chosen`, or why it lost. */
  verdict: string;
}

export interface Decision {
  complexity: Complexity;
  /** Quality that was needed; null: the model was asked for by name. */
  needed: number | null;
  /** The client named the model itself. */
  obeyed: boolean;
  /** Name of the rule that chose. */
  rule: string | null;
  /** A budget took away what would have been chosen. */
  budgeted: boolean;
  /** In one sentence, why the chosen one was chosen. */
  why: string;
  /** Those that may be called, best first: the first is the choice, the others are the fallbacks. Never empty. */
  ranked: Candidate[];
  /** Those that may not, each with its verdict. Worked out when asked for: only an explanation wants them. */
  rejected(): Candidate[];
}
