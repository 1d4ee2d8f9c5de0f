import type { RequestRow } from '../ledger/request-row.ts';
import type { Followed } from './aliases.ts';
import type { Inputs, Models } from './plan.ts';
import type { Boundary, BudgetRoom, Complexity, Conversation, Corrections, Features, HealthSnapshot } from './route.ts';

/**
 * What a row keeps of its decision, beside what its other fields say: a JSON array in this order. Zeros stand for what was not there, and
 * those at the end are left out.
 */
type Written = [
  context: number,
  /** Of the classifier; 3 more where it abstained. */
  complexity: number,
  /** Of the one that answered, among those ranked. */
  place: number,
  boundary: number,
  conversation: WrittenConversation | 0,
  /** Of the conversation. */
  key: string | 0,
  tool: string | 0,
  alias: [target: string, ...path: string[]] | 0,
  /** Only where it took away what would have been chosen. */
  budget: BudgetRoom | 0,
];

type WrittenConversation = [
  model: string,
  requests: number,
  cachedTokens: number,
  need: number,
  fresh: number,
  read: number,
  output: number,
  spentNano: number,
];

const COMPLEXITIES: readonly Complexity[] = ['simple', 'medium', 'complex'];
const BOUNDARIES: readonly Boundary[] = ['fresh', 'openTools', 'boundThinking', 'boundProvider'];

/** What decisions were made of and is kept apart from their rows. */
export interface Context {
  models: Models;
  health: HealthSnapshot;
  policy: Inputs['policy'];
  policyVersion: number;
  corrections: Corrections | undefined;
}

/** Writes what a decision was made of. `place`: of the candidate that answered. */
export function writeDecision(
  inputs: Inputs,
  { context, place, key }: { context: number; place: number; key: string },
): string {
  const { classification, boundary, conversation, tool, followed, budget } = inputs;
  const written: Written = [
    context,
    COMPLEXITIES.indexOf(classification.complexity) + (classification.abstained ? COMPLEXITIES.length : 0),
    place,
    BOUNDARIES.indexOf(boundary),
    conversation === undefined ? 0 : writeConversation(conversation),
    key,
    tool ?? 0,
    followed.path.length === 0 ? 0 : [followed.target, ...followed.path],
    budget ?? 0,
  ];
  while (written.at(-1) === 0) written.pop();
  return JSON.stringify(written);
}

function writeConversation({
  model,
  requests,
  cachedTokens,
  need,
  used,
  spentNano,
}: Conversation): WrittenConversation {
  const { fresh, read, output } = used;
  return [model, requests, cachedTokens, COMPLEXITIES.indexOf(need), fresh, read, output, spentNano];
}

/** The parts of a row that its decision is read back from. */
export type DecisionRow = Pick<RequestRow, 'startedAtMs' | 'clientId' | 'requestedModel' | 'score'> & {
  features: string | Features | null;
  decision: string | null;
};

/** A decision's inputs as they were, but for the score's reasons, which no row keeps. */
export interface Past {
  inputs: Inputs;
  place: number;
  /** Of the conversation. */
  key: string;
}

/** Reads a decision back. Undefined for a row that has none: what was answered from the cache, or refused before it was decided. */
export function readDecision(row: DecisionRow, contextOf: (id: number) => Context | undefined): Past | undefined {
  if (row.decision === null || row.features === null || row.score === null) return undefined;
  const written = JSON.parse(row.decision) as Partial<Written>;
  const [id = 0, complexity = 0, place = 0, boundary = 0, conversation = 0, key = 0, tool = 0, alias = 0, budget = 0] =
    written;
  const context = contextOf(id);
  if (context === undefined) return undefined;
  const features = typeof row.features === 'string' ? (JSON.parse(row.features) as Features) : row.features;
  const { length } = COMPLEXITIES;
  const inputs: Inputs = {
    requested: row.requestedModel,
    clientId: row.clientId ?? undefined,
    tool: tool === 0 ? undefined : tool,
    followed: readFollowed(alias, row.requestedModel),
    features,
    classification: {
      score: row.score,
      complexity: COMPLEXITIES[complexity % length] ?? 'medium',
      abstained: complexity >= length,
      reasons: [],
    },
    ...context,
    conversation: conversation === 0 ? undefined : readConversation(conversation),
    boundary: BOUNDARIES[boundary] ?? 'fresh',
    budget: budget === 0 ? undefined : budget,
    nowMs: row.startedAtMs,
  };
  return { inputs, place, key: key === 0 ? '' : key };
}

function readFollowed(alias: Written[7], requested: string): Followed {
  if (alias === 0) return { target: requested, path: [] };
  const [target, ...path] = alias;
  return { target, path };
}

function readConversation(written: WrittenConversation): Conversation {
  const [model, requests, cachedTokens, need, fresh, read, output, spentNano] = written;
  return {
    model,
    requests,
    cachedTokens,
    need: COMPLEXITIES[need] ?? 'simple',
    used: { fresh, read, output },
    spentNano,
  };
}
