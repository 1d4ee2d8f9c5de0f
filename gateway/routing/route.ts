import type { Model } from '../models/schema.ts';

export type Complexity = 'simple' | 'medium' | 'complex';

/** How `auto` trades cost against quality. */
export type Preference = 'balanced' | 'economy' | 'quality';

/** What the client asked for: to be routed, or to be obeyed. */
export type Wish =
  | { kind: 'auto'; preference: Preference }
  /** A model of the registry. Several where more than one provider with a usable key has it: cheapest first. */
  | { kind: 'model'; models: Model[] }
  /** `provider/name` of which the registry knows nothing: sent as asked, its cost unknown. */
  | { kind: 'unknown'; provider: string; name: string };

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

/** Keyed by model id (`provider/name`). A model without an entry is healthy and unmeasured. */
export type HealthSnapshot = ReadonlyMap<string, TargetHealth>;

/** All that a decision is made of. */
export interface DecideInput {
  wish: Wish;
  features: Features;
  classification: Classification;
  /** Models whose provider has a usable key. What is worked out of them is kept for as long as the array is the same. */
  models: readonly Model[];
  health: HealthSnapshot;
  nowMs: number;
  /** Whether a budget has room for the request with a model; absent: no budget stands in the way. */
  affords?: (model: Model) => boolean;
  /** `provider/name` of the model that this conversation has been with. */
  conversationModel?: string;
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
  /** In words: `chosen`, or why it lost. */
  verdict: string;
}

export interface Decision {
  wish: Wish;
  complexity: Complexity;
  /** In one sentence, why the chosen one was chosen. */
  why: string;
  /** Those that may be called, best first: the first is the choice, the others are the fallbacks. Never empty. */
  ranked: Candidate[];
  /** Those that may not, each with its verdict. Worked out when asked for: only an explanation wants them. */
  rejected(): Candidate[];
}
