import type { Complexity, Features } from './route.ts';

/** Tokens of an answer by tier: the answer itself, and the thinking of a model that thinks first. */
const ANSWER: Readonly<Record<Complexity, number>> = { simple: 200, medium: 700, complex: 1_800 };
const THINKING: Readonly<Record<Complexity, number>> = { simple: 300, medium: 1_500, complex: 5_000 };

/** Costs within this share of the lowest count as equal; the faster model then wins. */
export const COST_TIE = 0.1;
/** Steps that are expected of an agent after its first: what a model costs over them is what it is chosen by. */
export const STEPS_AHEAD = 15;
/** How many fallbacks follow the choice. */
export const FALLBACKS = 3;

/** What is assumed of a target that nobody measured. */
const FIRST_BYTE_MS = 900;
const TOKENS_PER_SECOND = 60;

/** The token estimate may be short by this share: windows are checked against the larger figure. */
export const ESTIMATE_MARGIN = 1.15;

/** Below this output limit a model that thinks first may end before it has said anything. */
export const ROOM_TO_THINK = 600;

export interface Output {
  plain: number;
  thinking: number;
}

/** Tokens of an answer that the kind of task tells better than its complexity. A step of an agent is mostly one call of a tool. */
const TITLE = 40;
const FACT = 120;
const DIGEST = 350;
const STEP: Readonly<Record<Complexity, number>> = { simple: 200, medium: 400, complex: 800 };
const STEP_THINKING: Readonly<Record<Complexity, number>> = { simple: 100, medium: 300, complex: 800 };
const CODE: Readonly<Record<Complexity, number>> = { simple: 400, medium: 1_200, complex: 2_500 };
/** Tools from which a request is taken for a step of an agent. */
const AGENT_TOOLS = 4;

/** Expected tokens of the answer, without and with thinking first. */
export function expectedOutput(features: Features, complexity: Complexity): Output {
  const limit = features.maxOutputTokens ?? Number.POSITIVE_INFINITY;
  const plain = plainOutput(features, complexity);
  const thought = (isStep(features) ? STEP_THINKING : THINKING)[complexity];
  return { plain: Math.min(plain, limit), thinking: Math.min(plain + thought, limit) };
}

/** Whether a request is a step of an agent: more like it will follow, each with the prompt of the one before in its cache. */
export function isStep({ signals, tools }: Features): boolean {
  return tools >= AGENT_TOOLS || signals.toolResults !== undefined;
}

function plainOutput(features: Features, complexity: Complexity): number {
  const { signals, lastTurnTokens } = features;
  if (signals.housekeeping !== undefined) return TITLE;
  // What is reworked comes back about as long as it went in.
  if (signals.rework !== undefined) return Math.max(ANSWER[complexity], Math.min(lastTurnTokens, 8_000));
  if (isStep(features)) return STEP[complexity];
  if (signals.digest !== undefined) return DIGEST;
  if (signals.factual !== undefined || signals.greeting !== undefined) return FACT;
  return signals.building === undefined ? ANSWER[complexity] : CODE[complexity];
}

interface Pace {
  firstByteMs?: number | undefined;
  tokensPerSecond?: number | undefined;
  errorRate?: number | undefined;
}

/** Expected milliseconds to the last token; failures make a target slower, since each costs another try. */
export function expectedMs(
  measured: Pace | undefined,
  publishedTokensPerSecond: number | undefined,
  outputTokens: number,
): number {
  const firstByte = measured?.firstByteMs ?? FIRST_BYTE_MS;
  const pace = measured?.tokensPerSecond ?? publishedTokensPerSecond ?? TOKENS_PER_SECOND;
  const ms = firstByte + (outputTokens / Math.max(pace, 0.1)) * 1_000;
  return ms / (1 - Math.min(measured?.errorRate ?? 0, 0.9));
}
