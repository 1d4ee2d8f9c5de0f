import { GatewayError } from '../errors.ts';
import { expectedCostNano } from '../models/price.ts';
import type { Model } from '../models/schema.ts';
import { brokenBy, type Constraint, demandOf, nothingLeft, verdictOf } from './constraint.ts';
import { obey } from './obey.ts';
import { type Entry, ratingOf, rosterOf, thinksAt } from './roster.ts';
import type { Candidate, DecideInput, Decision, Preference } from './route.ts';
import { ADEQUATE, COST_TIE, expectedMs, expectedOutput, FALLBACKS, ROOM_TO_THINK } from './trade.ts';

/** A model that may serve the request, with the figures that it competes by. */
interface Contender {
  entry: Entry;
  rating: number;
  costNano: number;
  ms: number;
}

/**
 * Chooses the target: who can serve it, of those who is good enough, of those the cheapest, and within 10 % of its cost the
 * fastest; what is still equal goes by cost, then by id. A pure function. Throws `no_candidate` that names the constraint which left nothing,
 * or `no_provider_key` where there is no model to begin with.
 */
export function decide(input: DecideInput): Decision {
  return input.wish.kind === 'auto' ? choose(input, input.wish.preference) : obey(input);
}

/** What became of the list: `cramped` are good enough, but think first and have no room for it. */
interface Field {
  needed: number;
  adequate: Contender[];
  cramped: Contender[];
  weaker: Contender[];
  rejected: Candidate[];
}

function choose(input: DecideInput, preference: Preference): Decision {
  const field = assess(input, ADEQUATE[preference][input.classification.complexity]);
  field.adequate.sort(byCost);
  field.cramped.sort(byCost);
  field.weaker.sort(byRating);
  const good = field.adequate.length > 0 ? field.adequate : field.cramped;
  const others = good === field.cramped ? field.weaker : [...field.cramped, ...field.weaker];
  const staying = good.find(({ entry }) => entry.model.id === input.conversationModel);
  const choice = staying ?? fastestOfCheapest(good) ?? others[0];
  if (choice === undefined) throw new Error('A field without contenders was not refused.');
  const fallbacks = pickFallbacks(choice, good, others);
  const ranked = [write(choice, 'chosen')];
  for (const one of fallbacks) ranked.push(write(one, fallbackVerdict(one, field.needed)));
  const { rejected } = field;
  for (const one of good) {
    if (!ranked.some(({ id }) => id === one.entry.model.id))
      rejected.push(write(one, lossAmongGood(one, choice, staying)));
  }
  for (const one of others) {
    if (!ranked.some(({ id }) => id === one.entry.model.id))
      rejected.push(write(one, lossAmongOthers(one, field.needed)));
  }
  const { wish, classification } = input;
  const why = `${tierText(input, preference)}: ${whyChosen(choice, good, field.needed, staying)}, about $${(choice.costNano / 1e9).toFixed(6)}`;
  return { wish, complexity: classification.complexity, why, ranked, rejected };
}

/** Filters the models and sorts what is left by whether it is good enough. */
function assess(input: DecideInput, needed: number): Field {
  const { features, classification, models, health, nowMs } = input;
  if (models.length === 0) {
    throw new GatewayError(
      'no_provider_key',
      'No provider has a usable key. Add one in the dashboard under Providers.',
    );
  }
  const { inputTokens, effort, maxOutputTokens } = features;
  const output = expectedOutput(features, classification.complexity);
  const demand = demandOf(features, output.plain);
  const isTight = maxOutputTokens !== undefined && maxOutputTokens < ROOM_TO_THINK;
  const field: Field = { needed, adequate: [], cramped: [], weaker: [], rejected: [] };
  const lost: Constraint[] = [];
  for (const entry of rosterOf(models, nowMs)) {
    const { model } = entry;
    const measured = health.get(model.id);
    const thinks = thinksAt(entry, effort);
    const outputTokens = thinks ? output.thinking : output.plain;
    const costNano = expectedCostNano(model, { inputTokens, outputTokens }, nowMs);
    const constraint = brokenBy(entry, demand, measured) ?? (costNano === null ? 'price' : undefined);
    if (constraint !== undefined || costNano === null) {
      lost.push(constraint ?? 'price');
      field.rejected.push(candidate(model, costNano, verdictOf(constraint ?? 'price')));
      continue;
    }
    const rating = ratingOf(entry, effort);
    const ms = expectedMs(measured, model.tokensPerSecond, outputTokens);
    const list = rating < needed ? field.weaker : isTight && thinks ? field.cramped : field.adequate;
    list.push({ entry, rating, costNano, ms });
  }
  if (lost.length === models.length) throw nothingLeft(lost, demand);
  return field;
}

function fastestOfCheapest(sorted: readonly Contender[]): Contender | undefined {
  const cheapest = sorted[0];
  if (cheapest === undefined) return undefined;
  const limit = cheapest.costNano * (1 + COST_TIE);
  let best = cheapest;
  for (const one of sorted) {
    if (one.costNano > limit) break;
    if (one.ms < best.ms) best = one;
  }
  return best;
}

/**
 * The next good enough ones, then the best of the rest. Outages come by provider: the first is from another one where a good
 * enough one is there, and the last is, good enough or not, where no other is.
 */
function pickFallbacks(choice: Contender, good: readonly Contender[], others: readonly Contender[]): Contender[] {
  const isElsewhere = (one: Contender) => one.entry.model.provider !== choice.entry.model.provider;
  const first = good.find(isElsewhere);
  const picked = first === undefined ? [] : [first];
  for (const list of [good, others]) {
    for (const one of list) {
      if (picked.length === FALLBACKS) break;
      if (one !== choice && one !== first) picked.push(one);
    }
  }
  const rescue = picked.some(isElsewhere) ? undefined : others.find(isElsewhere);
  if (rescue !== undefined) picked[FALLBACKS - 1] = rescue;
  return picked;
}

function fallbackVerdict(one: Contender, needed: number): string {
  return one.rating >= needed ? 'fallback, good enough' : 'fallback, below the quality needed';
}

function lossAmongGood(one: Contender, choice: Contender, staying: Contender | undefined): string {
  if (staying !== undefined) return 'good enough, but the conversation would switch';
  return one.costNano > choice.costNano ? 'good enough, but dearer' : 'good enough, but slower';
}

function lossAmongOthers(one: Contender, needed: number): string {
  if (one.rating >= needed) return 'thinks first, and the output limit leaves no room for it';
  return `quality ${one.rating} is below the ${needed} needed`;
}

function tierText({ classification }: DecideInput, preference: Preference): string {
  const { complexity, abstained, score } = classification;
  return `${complexity} (${abstained ? 'unsure' : score})${preference === 'balanced' ? '' : `, ${preference}`}`;
}

function whyChosen(
  choice: Contender,
  good: readonly Contender[],
  needed: number,
  staying: Contender | undefined,
): string {
  const { id } = choice.entry.model;
  if (staying !== undefined) return `${id} stays with this conversation`;
  if (good.length === 0) return `none reaches quality ${needed}, ${id} is the best there is (${choice.rating})`;
  const place = good[0] === choice ? 'the cheapest' : 'the fastest of the cheapest';
  return `${id} is ${place} of ${good.length} good enough (quality ${choice.rating}, needs ${needed})`;
}

function write({ entry, costNano }: Contender, verdict: string): Candidate {
  return candidate(entry.model, costNano, verdict);
}

function byCost(a: Contender, b: Contender): number {
  return a.costNano - b.costNano || a.ms - b.ms || compareIds(a, b);
}

function byRating(a: Contender, b: Contender): number {
  return b.rating - a.rating || byCost(a, b);
}

function compareIds(a: Contender, b: Contender): number {
  return a.entry.model.id < b.entry.model.id ? -1 : 1;
}

function candidate(model: Model, estimatedCostNano: number | null, verdict: string): Candidate {
  return { id: model.id, provider: model.provider, name: model.name, model, estimatedCostNano, verdict };
}
