import type { IncomingMessage } from 'node:http';
import type { Collected } from '../body/collect.ts';
import type { Body } from '../body/read.ts';
import type { ChatRequest, Loss, Usage } from '../chat.ts';
import type { Inbound } from '../dialects/dialect.ts';
import type { GatewayError } from '../errors.ts';
import type { Flow } from '../flow.ts';
import type { Admission } from '../limits/admission.ts';
import type { Charge } from '../models/cost.ts';
import type { Headers } from '../providers/upstream.ts';
import type { Inputs } from '../routing/plan.ts';
import type { Candidate, Classification, Complexity, Decision, Features } from '../routing/route.ts';
import type { Thread } from '../routing/thread.ts';
import type { Client } from '../vault/gateway-keys.ts';

/** What was decided for an exchange and by what: all of it goes into the row, the headers and the metadata. */
export interface Routed {
  candidate: Candidate;
  complexity: Complexity;
  score: number;
  why: string;
}

/** One try of one target, milliseconds since the exchange began. `endMs` null: it gave the answer, whose end is that of the exchange. */
interface Attempt {
  target: string;
  startMs: number;
  endMs: number | null;
  errorCode: string | null;
}

/** One request on its way through. Steps fill it in; none of them changes what the client said. All members are there from the start. */
export interface Exchange {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** The monotonic clock (`performance.now()`) at the same moment; durations are measured by it. */
  readonly startedAt: number;
  readonly inbound: Inbound;
  readonly incoming: IncomingMessage;
  client: Client | undefined;
  /** What it counts in, once it was let in. */
  admission: Admission | undefined;
  /** `x-ratelimit-*` headers of the reply; undefined where no limit applies. */
  limitHeaders: (() => Record<string, string> | undefined) | undefined;
  /** The body as it was received, until it is read. */
  collected: Collected | undefined;
  body: Body | undefined;
  request: ChatRequest | undefined;
  /** `off`: the client or its key wants no cache. */
  cache: 'miss' | 'hit' | 'shared' | 'off';
  cacheKey: string | undefined;
  /** The reply, once there is one. */
  flow: Flow | undefined;
  /** Told once, when there is a reply or it is clear that there will be none. */
  onAnswer: ((flow: Flow | undefined, error?: unknown) => void) | undefined;
  classification: Classification | undefined;
  features: Features | undefined;
  thread: Thread | undefined;
  /** What the decision was made of, the number under which the larger part of it is kept, and all whom it ranked. */
  planned: { inputs: Inputs; context: number; ranked: readonly Candidate[] } | undefined;
  decision: Decision | undefined;
  /** Output tokens that a budget leaves for the candidate being tried; undefined: as the client said. */
  outputLimit: number | undefined;
  routed: Routed | undefined;
  /** `performance.now()` when the request was let in and read, and when its target was chosen. */
  admittedAt: number | undefined;
  routedAt: number | undefined;
  /** From the start to the first byte of the answer. */
  firstByteMs: number | undefined;
  retries: number;
  fallbacks: number;
  /** In their order; undefined as long as none has failed. */
  attempts: Attempt[] | undefined;
  /** Headers of the last call's answer. */
  answerHeaders: Headers | undefined;
  readonly losses: Loss[];
  /** A call was sent, and how it ended is unknown: its provider may have charged it in full. */
  inDoubt: boolean;
  /** Set once the client has left. */
  aborted: boolean;
  /** Called when the client leaves before there is a reply. */
  onAbort: (() => void) | undefined;
}

/** How an exchange ended. Steps add to it as it settles: `cost` is known after `track`. */
export interface Outcome {
  status: 'ok' | 'error' | 'cancelled';
  /** Status that the client got. */
  httpStatus: number;
  error?: GatewayError;
  usage?: Usage;
  usageIsEstimated: boolean;
  latencyMs: number;
  /** `givenUpNano`: the part of it that calls before the last one are thought to have cost. */
  cost?: Charge & { priceVersion: string | null; givenUpNano?: number };
  /** Nano-dollars that leaving the model of the conversation cost. */
  switchLossNano?: number;
}

/** What a step needs and an earlier one has filled in; a missing one is a mistake in the pipeline's order. */
export function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A step ran before the one that it builds on.');
  return value;
}

/** Notes which of the ranked candidates is being tried. */
export function chooseCandidate(exchange: Exchange, index: number): void {
  const decision = need(exchange.decision);
  const candidate = decision.ranked[index];
  if (candidate === undefined) return;
  exchange.routed = {
    candidate,
    complexity: decision.complexity,
    score: need(exchange.classification).score,
    why: index === 0 ? decision.why : `${candidate.id}, as ${decision.ranked[0]?.id} failed. ${decision.why}`,
  };
}
