import { type Contender, costOfUse } from './contender.ts';
import type { Complexity, Conversation, DecideInput } from './route.ts';
import { tierOf, tierWithin } from './tier.ts';

/** Whether a conversation keeps its model, and why, in words. */
interface Verdict {
  stays: boolean;
  why: string;
}

/** A conversation is expected to go on for half as many requests as it has had, within bounds. */
const REST = 0.5;
const LONGEST_REST = 30;
/** A gain of less than this share of what the rest costs is none. */
const LEAST_GAIN = 0.1;
/** A model that has the conversation in its cache may fall short of the quality needed by less than this: a warm cache is worth more. */
const NEARLY = 0.25;

const ORDER: readonly Complexity[] = ['simple', 'medium', 'complex'];

/** The complexity that a conversation needs: the hardest of its last turns and this one; a turn that nobody can read changes nothing. */
export function needOf({ conversation, classification, policy }: DecideInput, tier: Complexity): Complexity {
  if (conversation === undefined || !policy.stay.enabled) return tier;
  if (classification.abstained) return conversation.need;
  return harder(conversation.need, tierWithin(classification, policy));
}

/** What a conversation remembers of a turn: how hard it was, by its own measure once it has begun. */
export function turnOf({
  conversation,
  classification,
  policy,
}: Pick<DecideInput, 'conversation' | 'classification' | 'policy'>): Complexity {
  return conversation === undefined ? tierOf(classification, policy) : tierWithin(classification, policy);
}

export function harder(a: Complexity, b: Complexity): Complexity {
  return ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b;
}

interface Weighed {
  own: Contender;
  other: Contender | undefined;
  needed: number;
  isAdequate: boolean;
}

/**
 * Weighs whether a conversation goes from its model to the one that would be chosen were it new. `isAdequate`: its own is good
 * enough, or nearly so with a warm cache. To a cheaper one it moves where the expected gain over its rest exceeds, `policy.stay.gain` times, what reading its cached prompt anew
 * costs; to a better one where that is no more than what it has saved so far against having been there from the start.
 */
export function weighMove(
  input: DecideInput,
  conversation: Conversation,
  { own, other, needed, isAdequate }: Weighed,
): Verdict {
  const { boundary = 'fresh', policy, features } = input;
  const { id } = own.entry;
  if (boundary === 'openTools') return stay(`${id} stays with this conversation while a tool call is open`);
  if (boundary === 'boundThinking') return stay(`${id} stays with this conversation, whose thinking only it can read`);
  if (boundary === 'boundProvider' && other === undefined)
    return stay(`${id} stays with this conversation, whose thinking only its provider can read`);
  if (!policy.stay.enabled) return move(own, other, 'conversations are free to move');
  if (other === undefined || other === own) return stay(`${id} stays with this conversation`);
  const cached = Math.min(conversation.cachedTokens, features.inputTokens);
  const lostNano = Math.max(0, (cached * (other.entry.writePico - other.entry.readPico)) / 1_000);
  const isNearly = cached > 0 && own.rating < needed && own.rating > needed - NEARLY;
  if (!isAdequate && !isNearly) {
    const savedNano = costOfUse(other.entry, conversation.used) - conversation.spentNano;
    if (lostNano > savedNano)
      return stay(
        `${id} stays with this conversation: ${other.entry.id} is better, but reading it all anew would cost ${usd(lostNano)}, more than the ${usd(savedNano)} saved so far`,
      );
    return move(own, other, `better quality is needed than its ${own.rating}`);
  }
  const rest = Math.min(Math.max(conversation.requests * REST, 1), LONGEST_REST);
  const ownNano = warmNano(own, input, conversation);
  const gainNano = (ownNano - warmNano(other, input, conversation)) * rest;
  const worth = gainNano > policy.stay.gain * lostNano && gainNano > LEAST_GAIN * ownNano * rest;
  const sums = `about ${usd(gainNano)} over its rest, and ${usd(lostNano)} of prompt cache lost`;
  return worth
    ? move(own, other, `a gain of ${sums}`)
    : stay(`${id} stays with this conversation: a move to ${other.entry.id} would gain ${sums}`);
}

/** Those that a conversation may move to: all, or those of the provider that its thinking is bound to. */
export function withinReach(
  good: readonly Contender[],
  { boundary }: DecideInput,
  { model }: Conversation,
): readonly Contender[] {
  if (boundary !== 'boundProvider') return good;
  return good.filter(({ entry }) => model.startsWith(`${entry.provider}/`));
}

/** The model with which the rest of a conversation would cost least, once that has its prompt in its cache. */
export function cheapestToGoOn(
  good: readonly Contender[],
  input: DecideInput,
  conversation: Conversation,
): Contender | undefined {
  let found: Contender | undefined;
  let least = Number.POSITIVE_INFINITY;
  // The list is in the order of ids, which breaks ties.
  for (const one of good) {
    const nano = warmNano(one, input, conversation);
    if (nano < least) [found, least] = [one, nano];
  }
  return found;
}

/** Nano-dollars of one more request like this one, once the model has the conversation in its cache. */
function warmNano({ entry, outputTokens }: Contender, { features }: DecideInput, conversation: Conversation): number {
  const { inputTokens } = features;
  const { cachedTokens, requests } = conversation;
  const added = cachedTokens > 0 ? Math.max(0, inputTokens - cachedTokens) : inputTokens / (requests + 1);
  const pico = (inputTokens - added) * entry.readPico + added * entry.writePico + outputTokens * entry.outputPico;
  return pico / 1_000;
}

function stay(why: string): Verdict {
  return { stays: true, why };
}

function move(own: Contender, other: Contender | undefined, reason: string): Verdict {
  return {
    stays: false,
    why: `the conversation moves from ${own.entry.id} to ${other?.entry.id ?? own.entry.id}: ${reason}`,
  };
}

function usd(nano: number): string {
  return `$${(Math.max(0, nano) / 1e9).toFixed(4)}`;
}
