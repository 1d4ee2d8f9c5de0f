import type { Complexity, Features, Preference } from './route.ts';

/** Quality rating, 1 to 5, from which a model is good enough for a tier. An unrated model counts as 1. */
export const ADEQUATE: Readonly<Record<Preference, Readonly<Record<Complexity, number>>>> = {
  economy: { simple: 1.5, medium: 2.3, complex: 3.3 },
  balanced: { simple: 2, medium: 3, complex: 4 },
  quality: { simple: 3, medium: 4, complex: 4.6 },
};

/** Tokens of an answer by tier: the answer itself, and the thinking of a model that thinks first. */
const ANSWER: Readonly<Record<Complexity, number>> = { simple: 200, medium: 700, complex: 1_800 };
const THINKING: Readonly<Record<Complexity, number>> = { simple: 300, medium: 1_500, complex: 5_000 };

/** Costs within this share of the lowest count as equal; the faster model then wins. */
export const COST_TIE = 0.1;
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

/** Expected tokens of the answer, without and with thinking first. What is reworked comes back about as long as it went in. */
export function expectedOutput(features: Features, complexity: Complexity): Output {
  let plain = ANSWER[complexity];
  if (features.signals.rework !== undefined) plain = Math.max(plain, Math.min(features.lastTurnTokens, 8_000));
  const limit = features.maxOutputTokens ?? Number.POSITIVE_INFINITY;
  return { plain: Math.min(plain, limit), thinking: Math.min(plain + THINKING[complexity], limit) };
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
