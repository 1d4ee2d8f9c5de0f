import { best, byCost, byPace, byWorth, type Contender, msOf } from './contender.ts';
import { assess, type Field } from './field.ts';
import { obey } from './obey.ts';
import type { Candidate, Complexity, DecideInput, Decision, Preference, Wish } from './route.ts';
import { cheapestToGoOn, needOf, weighMove, withinReach } from './stay.ts';
import { tierOf } from './tier.ts';
import { COST_TIE, FALLBACKS } from './trade.ts';

/**
 * Chooses the target: who can serve it, of those who is good enough, of those the cheapest, and within 10 % of its cost the
 * fastest; what is still equal goes by cost, then by id. A conversation stays with its model unless a move pays. A pure function. Throws
 * `no_candidate` that names the constraint which left nothing, or `no_provider_key` where there is no model to begin with.
 */
export function decide(input: DecideInput): Decision {
  const { wish } = input;
  if (wish.kind === 'chain') return follow(input, wish.wishes);
  if (wish.kind === 'auto') return choose(input, wish.preference ?? input.policy.preference);
  return obey(input, wish);
}

/** One wish after the other: the candidates of the first that can be met, then those of the others. Throws what the first one throws. */
function follow(input: DecideInput, wishes: readonly Wish[]): Decision {
  const decisions: Decision[] = [];
  let refusal: unknown;
  for (const wish of wishes) {
    try {
      decisions.push(decide({ ...input, wish }));
    } catch (thrown) {
      refusal ??= thrown;
    }
  }
  const [first] = decisions;
  if (first === undefined) throw refusal;
  const ranked = new Map<string, Candidate>();
  for (const [place, decision] of decisions.entries()) {
    for (const one of decision.ranked) {
      if (ranked.has(one.id)) continue;
      ranked.set(one.id, place === 0 ? one : { ...one, verdict: `fallback of the rule, ${one.verdict}` });
    }
  }
  return {
    ...first,
    obeyed: false,
    ranked: [...ranked.values()],
    rejected: () => decisions.flatMap((one) => one.rejected()).filter(({ id }) => !ranked.has(id)),
  };
}

function choose(input: DecideInput, preference: Preference): Decision {
  const tier = tierOf(input.classification, input.policy);
  const complexity = needOf(input, tier);
  const field = assess(input, { tier, complexity, needed: input.policy.adequate[preference][complexity] });
  const good = field.adequate.length > 0 ? field.adequate : field.cramped;
  const others = memo(() => (good === field.cramped ? field.weaker() : [...field.cramped, ...field.weaker()]));
  const { conversation } = input;
  const other =
    conversation === undefined
      ? fastestOfCheapest(good)
      : cheapestToGoOn(withinReach(good, input, conversation), input, conversation);
  const stay = stayOf(input, { field, good, others, other });
  const choice = stay?.own ?? other ?? best(good.length > 0 ? good : others(), byWorth(field.needed), []);
  if (choice === undefined) throw new Error('A field without contenders was not refused.');
  const picked = [choice, ...pickFallbacks(choice, good, others, field)];
  const ranked = picked.map((one) => write(one, one === choice ? 'chosen' : fallbackVerdict(one, field.needed)));
  const cost = `about $${(choice.costNano / 1e9).toFixed(6)}`;
  const reason = stay?.own === undefined ? whyChosen(choice, good, field.needed) : stay.why;
  const before = stay !== undefined && stay.own === undefined ? `${stay.why}; ` : '';
  return {
    complexity: tier,
    needed: field.needed,
    obeyed: false,
    rule: null,
    budgeted: false,
    why: `${tierText(input, { tier, complexity, preference })}: ${before}${reason}, ${cost}`,
    ranked,
    rejected() {
      const lossOfGood =
        stay?.own === undefined ? lossAmongGood(choice) : () => 'good enough, but the conversation would move';
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

interface Choices {
  field: Field;
  good: readonly Contender[];
  others: () => readonly Contender[];
  other: Contender | undefined;
}

/** Undefined where there is no conversation; without `own` where it moves. */
function stayOf(
  input: DecideInput,
  { field, good, others, other }: Choices,
): { own: Contender | undefined; why: string } | undefined {
  const { conversation } = input;
  if (conversation === undefined) return undefined;
  const isOwn = ({ entry }: Contender) => entry.id === conversation.model;
  const adequate = good.find(isOwn);
  const own = adequate ?? others().find(isOwn);
  if (own === undefined) {
    const loss = field.lossOf(conversation.model);
    return { own: undefined, why: `the conversation cannot go on with ${conversation.model}: ${loss}` };
  }
  const weighed = { own, other, needed: field.needed, isAdequate: adequate !== undefined };
  const { stays, why } = weighMove(input, conversation, weighed);
  return { own: stays ? own : undefined, why };
}

/** Makes a list once, if it is asked for. */
function memo<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function fastestOfCheapest(good: readonly Contender[]): Contender | undefined {
  let lowest = Infinity;
  for (const { outlookNano } of good) if (outlookNano < lowest) lowest = outlookNano;
  const limit = lowest * (1 + COST_TIE);
  return best(
    good.filter(({ outlookNano }) => outlookNano <= limit),
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
  { needed, isMixed }: Field,
): Contender[] {
  const { provider } = choice.entry;
  const first = best(good, byCost, [choice], provider);
  const picked = first === undefined ? [choice] : [choice, first];
  while (picked.length <= FALLBACKS) {
    const next = best(good, byCost, picked) ?? best(others(), byWorth(needed), picked);
    if (next === undefined) break;
    picked.push(next);
  }
  if (isMixed && picked.every(({ entry }) => entry.provider === provider)) {
    const rescue = best(others(), byWorth(needed), [], provider);
    if (rescue !== undefined) picked[FALLBACKS] = rescue;
  }
  return picked.slice(1);
}

function fallbackVerdict(one: Contender, needed: number): string {
  return one.rating >= needed ? 'fallback, good enough' : 'fallback, below the quality needed';
}

function lossAmongGood(choice: Contender): (one: Contender) => string {
  return (one) => (one.outlookNano > choice.outlookNano ? 'good enough, but dearer' : 'good enough, but slower');
}

function lossAmongOthers(one: Contender, needed: number): string {
  if (one.rating >= needed) return 'thinks first, and the output limit leaves no room for it';
  return `quality ${one.rating} is below the ${needed} needed`;
}

interface Tiers {
  tier: Complexity;
  complexity: Complexity;
  preference: Preference;
}

function tierText({ classification }: DecideInput, { tier, complexity, preference }: Tiers): string {
  const { abstained, score } = classification;
  const kept = complexity === tier ? '' : `, ${complexity} in this conversation`;
  const wanted = preference === 'balanced' ? '' : `, ${preference}`;
  return `${tier} (${abstained ? 'unsure' : score})${kept}${wanted}`;
}

function whyChosen(choice: Contender, good: readonly Contender[], needed: number): string {
  const { id } = choice.entry;
  if (good.length === 0) return `none reaches quality ${needed}, ${id} is the best there is (${choice.rating})`;
  const place = placeOf(choice, good);
  return `${id} is ${place} of ${good.length} good enough (quality ${choice.rating}, needs ${needed})`;
}

function placeOf(choice: Contender, good: readonly Contender[]): string {
  const cheapest = best(good, byCost, []);
  if (cheapest === choice) return 'the cheapest';
  const isNearly = cheapest !== undefined && choice.outlookNano <= cheapest.outlookNano * (1 + COST_TIE);
  return isNearly ? 'the fastest of the cheapest' : 'the cheapest to go on with';
}

function write(one: Contender, verdict: string): Candidate {
  const { entry, costNano, rating } = one;
  const { id, provider, name } = entry.model;
  const expectedMs = Math.round(msOf(one));
  return { id, provider, name, model: entry.model, estimatedCostNano: costNano, rating, expectedMs, verdict };
}
