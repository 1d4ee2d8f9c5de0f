import type { ChatRequest, Part } from '../chat.ts';
import { priceAt } from '../models/price.ts';
import type { Model, Price, Rates } from '../models/schema.ts';

/** What bounds the tokens of a request, whatever its provider makes of it. */
export interface Bounds {
  /** Tokens of the prompt at most; null: only the model's window bounds it. */
  inputTokens: number | null;
  /** The client's own limit of an answer. */
  maxOutputTokens: number | undefined;
  answers: number;
  /** Prompts may be written to a cache that keeps them for an hour, at a higher rate. */
  longCache: boolean;
  hostedTools: number;
  serviceTier: string | undefined;
}

/** The most that a request can cost with one model: `fixedNano` for its prompt and fees, and so much for each token of the answer. */
export interface Worst {
  fixedNano: number;
  nanoPerOutputToken: number;
  maxOutputTokens: number;
}

/** Below this many tokens an answer is hardly one: the request is refused instead. */
export const LEAST_OUTPUT_TOKENS = 1_024;
/** Estimates may be short by half where tokenizers differ; what providers add themselves (tool prompts) comes on top. */
const ESTIMATE_FACTOR = 2;
const ADDED_TOKENS = 256;
const ADDED_BY_TOOLS = 1_024;
/** A token is at least a byte, so a body without media has no more tokens than bytes. */
const LONGEST_SCAN = 20_000;
/** Calls of each hosted tool that are reserved for: no request says how many there will be. */
const HOSTED_CALLS = 10;

/** `estimatedTokens` is the estimate of the whole prompt, `bodyBytes` the length of the request as it came. */
export function boundsOf(request: ChatRequest, estimatedTokens: number, bodyBytes: number): Bounds {
  const seen = look(request);
  const added = ADDED_TOKENS + (request.tools.length > 0 ? ADDED_BY_TOOLS : 0);
  const estimate = Math.ceil(estimatedTokens * ESTIMATE_FACTOR);
  return {
    inputTokens: seen.unbounded ? null : mostTokens(seen, estimate, bodyBytes) + added,
    maxOutputTokens: request.maxOutputTokens,
    answers: Math.max(1, request.count ?? 1),
    longCache: seen.longCache,
    hostedTools: request.tools.filter((tool) => tool.kind === 'hosted').length,
    serviceTier: request.serviceTier,
  };
}

/** What the gateway cannot read may count up to its bytes; what it can, up to twice the estimate. */
function mostTokens({ media, opaque }: Seen, estimate: number, bodyBytes: number): number {
  if (opaque) return Math.max(estimate, bodyBytes);
  return media ? estimate : Math.min(estimate, bodyBytes);
}

interface Seen {
  left: number;
  media: boolean;
  opaque: boolean;
  unbounded: boolean;
  longCache: boolean;
}

/** A conversation that the provider keeps, or a file that lies elsewhere, has a length that the request does not show. */
function look({ messages, tools, extra }: ChatRequest): Seen {
  const stored = extra?.fields.previous_response_id ?? extra?.fields.conversation;
  const seen = { left: LONGEST_SCAN, media: false, opaque: false, unbounded: stored != null, longCache: false };
  for (const tool of tools) if (tool.cache?.ttl === '1h') seen.longCache = true;
  for (const { parts } of messages) lookAt(parts, seen);
  if (seen.left < 0) return { ...seen, unbounded: true, longCache: true };
  return seen;
}

function lookAt(parts: readonly Part[], seen: Seen): void {
  for (const part of parts) {
    if (seen.left-- < 0) return;
    if ('cache' in part && part.cache?.ttl === '1h') seen.longCache = true;
    if (part.type === 'toolResult') lookAt(part.parts, seen);
    if (part.type === 'opaque') {
      seen.opaque = true;
      if (part.label.includes('reference')) seen.unbounded = true;
    }
    if (part.type !== 'media') continue;
    seen.media = true;
    const { from } = part.source;
    if (part.kind !== 'image' && (from === 'url' || from === 'file')) seen.unbounded = true;
  }
}

/** Null: no price is known. Rates are those of the time, the dearest of all that may apply. */
export function worstOf(model: Model, bounds: Bounds, nowMs: number): Worst | null {
  const price = priceAt(model, nowMs);
  if (price === null) return null;
  const window = model.maxInputTokens ?? model.contextTokens;
  const inputTokens = Math.min(bounds.inputTokens ?? window, window);
  const rates = ratesFor(price, bounds, inputTokens);
  const input = Math.max(...rates.map((each) => inputRate(each, bounds.longCache)));
  const output = Math.max(...rates.map((each) => outputRate(each, model)));
  const fees = bounds.hostedTools * HOSTED_CALLS * Math.max(0, ...Object.values(price.perCall ?? {}));
  return {
    fixedNano: Math.ceil(inputTokens * input * 1000 + fees * 1e9),
    nanoPerOutputToken: output * 1000 * bounds.answers,
    maxOutputTokens: bounds.maxOutputTokens ?? model.maxOutputTokens,
  };
}

function ratesFor(price: Price, { serviceTier }: Bounds, inputTokens: number): Rates[] {
  const reached = (tiers: Price['tiers']) => (tiers ?? []).filter((tier) => inputTokens > tier.aboveInputTokens);
  const rates: Rates[] = [price, ...reached(price.tiers)];
  // Which tier serves the request is the provider's to say.
  if (serviceTier === undefined) return rates;
  for (const tier of Object.values(price.serviceTiers ?? {})) rates.push(tier, ...reached(tier.tiers));
  return rates;
}

function inputRate(rates: Rates, longCache: boolean): number {
  const { input, cacheWrite5m = 0, cacheWrite1h = 0, inputAudio = 0, inputImage = 0 } = rates;
  return Math.max(input, cacheWrite5m, longCache ? cacheWrite1h : 0, inputAudio, inputImage);
}

function outputRate(rates: Rates, model: Model): number {
  const { output, reasoning = 0, outputAudio = 0, outputImage = 0 } = rates;
  const beside = model.output.some((modality) => modality !== 'text') ? Math.max(outputAudio, outputImage) : 0;
  return Math.max(output, reasoning, beside);
}

export function costOfWorst({ fixedNano, nanoPerOutputToken }: Worst, outputTokens: number): number {
  return Math.ceil(fixedNano + outputTokens * nanoPerOutputToken);
}

/** With the answer as long as it may get. */
export function wholeNano(worst: Worst): number {
  return costOfWorst(worst, worst.maxOutputTokens);
}

/** With the shortest answer that is one. */
export function leastNano(worst: Worst): number {
  return costOfWorst(worst, Math.min(worst.maxOutputTokens, LEAST_OUTPUT_TOKENS));
}
