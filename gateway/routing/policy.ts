import { GatewayError } from '../errors.ts';
import { brokenBy, type Constraint, demandOf, nothingLeft, verdictOf } from './constraint.ts';
import { best, byCost, byPace, byWorth, type Contender, contend, costOf } from './contender.ts';
import { obey } from './obey.ts';
import { type Entry, ratingOf, rosterOf, thinksAt } from './roster.ts';
import type { Candidate, DecideInput, Decision, HealthSnapshot, Preference } from './route.ts';
import { ADEQUATE, COST_TIE, expectedOutput, FALLBACKS, ROOM_TO_THINK } from './trade.ts';

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
  /** Only asked for where the good enough ones are few: those below the quality needed. */
  weaker(): Contender[];
  /** Only asked for by an explanation. */
  lost(): Candidate[];
}

function choose(input: DecideInput, preference: Preference): Decision {
  const field = assess(input, ADEQUATE[preference][input.classification.complexity]);
  const good = field.adequate.length > 0 ? field.adequate : field.cramped;
  const others = memo(() => (good === field.cramped ? field.weaker() : [...field.cramped, ...field.weaker()]));
  const { conversationModel } = input;
  const staying =
    conversationModel === undefined ? undefined : good.find(({ entry }) => entry.id === conversationModel);
  const choice = staying ?? fastestOfCheapest(good) ?? best(others(), byWorth(field.needed), []);
  if (choice === undefined) throw new Error('A field without contenders was not refused.');
  const picked = [choice, ...pickFallbacks(choice, good, others, field.needed)];
  const ranked = picked.map((one) => write(one, one === choice ? 'chosen' : fallbackVerdict(one, field.needed)));
  const { wish, classification } = input;
  return {
    wish,
    complexity: classification.complexity,
    why: `${tierText(input, preference)}: ${whyChosen(choice, good, field.needed, staying)}, about $${(choice.costNano / 1e9).toFixed(6)}`,
    ranked,
    rejected() {
      const lossOfGood =
        staying === undefined ? lossAmongGood(choice) : () => 'good enough, but the conversation would switch';
      const isLeft = (one: Contender) => !picked.includes(one);
      return [
        ...field.lost(),
        ...good
          .filter(isLeft)
          .sort(byCost)
          .map((one) => write(one, lossOfGood(one))),
        ...others()
          .filter(isLeft)
          .sort(byWorth(field.needed))
          .map((one) => write(one, lossAmongOthers(one, field.needed))),
      ];
    },
  };
}

/** Filters the models and sorts what is left by whether it is good enough. Asked of every model on every request: it must be lean. */
function assess(input: DecideInput, needed: number): Field {
  const { features, classification, models, health, nowMs, affords } = input;
  if (models.length === 0) {
    throw new GatewayError(
      'no_provider_key',
      'No provider has a usable key. Add one in the dashboard under Providers.',
    );
  }
  const { effort, maxOutputTokens } = features;
  const output = expectedOutput(features, classification.complexity);
  const demand = demandOf(features, output.plain);
  const isTight = maxOutputTokens !== undefined && maxOutputTokens < ROOM_TO_THINK;
  const ailing = hasOpenCircuit(health) ? health : undefined;
  const entries = rosterOf(models, nowMs);
  const lossOf = (entry: Entry) =>
    brokenBy(entry, demand, ailing?.get(entry.id)) ?? (affords?.(entry.model) === false ? 'budget' : undefined);
  const adequate: Contender[] = [];
  const cramped: Contender[] = [];
  let left = 0;
  for (const entry of entries) {
    if (lossOf(entry) !== undefined) continue;
    left++;
    if (ratingOf(entry, effort) < needed) continue;
    const list = isTight && thinksAt(entry, effort) ? cramped : adequate;
    list.push(contend(entry, output, input));
  }
  if (left === 0)
    throw nothingLeft(
      entries.flatMap((entry) => lossOf(entry) ?? []),
      demand,
    );
  return {
    needed,
    adequate,
    cramped,
    weaker: () =>
      entries
        .filter((entry) => ratingOf(entry, effort) < needed && lossOf(entry) === undefined)
        .map((entry) => contend(entry, output, input)),
    lost: () =>
      entries.flatMap((entry) => {
        const constraint = lossOf(entry);
        return constraint === undefined ? [] : [writeLost(entry, constraint, costOf(entry, output, input))];
      }),
  };
}

/** Makes a list once, if it is asked for. */
function memo<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function hasOpenCircuit(health: HealthSnapshot): boolean {
  for (const { circuit } of health.values()) if (circuit === 'open') return true;
  return false;
}

function fastestOfCheapest(good: readonly Contender[]): Contender | undefined {
  let lowest = Infinity;
  for (const { costNano } of good) if (costNano < lowest) lowest = costNano;
  const limit = lowest * (1 + COST_TIE);
  return best(
    good.filter(({ costNano }) => costNano <= limit),
    byPace,
    [],
  );
}

/**
 * The next good enough ones, then the best of the rest. Outages come by provider: the first is from another one where a good
 * enough one is there, and the last is, good enough or not, where no other is.
 */
function pickFallbacks(
  choice: Contender,
  good: readonly Contender[],
  others: () => readonly Contender[],
  needed: number,
): Contender[] {
  const { provider } = choice.entry;
  const first = best(good, byCost, [], provider);
  const picked = first === undefined ? [choice] : [choice, first];
  while (picked.length <= FALLBACKS) {
    const next = best(good, byCost, picked) ?? best(others(), byWorth(needed), picked);
    if (next === undefined) break;
    picked.push(next);
  }
  if (picked.every(({ entry }) => entry.provider === provider)) {
    const rescue = best(others(), byWorth(needed), [], provider);
    if (rescue !== undefined) picked[FALLBACKS] = rescue;
  }
  return picked.slice(1);
}

function fallbackVerdict(one: Contender, needed: number): string {
  return one.rating >= needed ? 'fallback, good enough' : 'fallback, below the quality needed';
}

function lossAmongGood(choice: Contender): (one: Contender) => string {
  return (one) => (one.costNano > choice.costNano ? 'good enough, but dearer' : 'good enough, but slower');
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
  const { id } = choice.entry;
  if (staying !== undefined) return `${id} stays with this conversation`;
  if (good.length === 0) return `none reaches quality ${needed}, ${id} is the best there is (${choice.rating})`;
  const isCheapest = best(good, byCost, []) === choice;
  const place = isCheapest ? 'the cheapest' : 'the fastest of the cheapest';
  return `${id} is ${place} of ${good.length} good enough (quality ${choice.rating}, needs ${needed})`;
}

function write({ entry: { model }, costNano }: Contender, verdict: string): Candidate {
  const { id, provider, name } = model;
  return { id, provider, name, model, estimatedCostNano: costNano, verdict };
}

function writeLost({ model }: Entry, constraint: Constraint, costNano: number | null): Candidate {
  const { id, provider, name } = model;
  return { id, provider, name, model, estimatedCostNano: costNano, verdict: verdictOf(constraint) };
}
