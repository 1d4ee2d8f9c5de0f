import { GatewayError } from '../errors.ts';
import type { Model } from '../models/schema.ts';
import { banVerdict, brokenBy, demandOf, isBanned, verdictOf } from './constraint.ts';
import { contend, costOf, gradeOf, msOf } from './contender.ts';
import { entriesOf } from './roster.ts';
import type { Candidate, DecideInput, Decision, Wish } from './route.ts';
import { tierOf } from './tier.ts';
import { expectedOutput } from './trade.ts';

type Named = Extract<Wish, { kind: 'model' | 'unknown' }>;

/**
 * Follows a wish for a certain model: its providers, cheapest first, unknown prices last. Only an open circuit and the owner's rules take one
 * away; what the model cannot do is said in the verdict and left to the provider. Throws `no_candidate` when none is left.
 */
export function obey(input: DecideInput, wish: Named): Decision {
  const bans = input.bans ?? [];
  const all = wish.kind === 'unknown' ? [unknownCandidate(wish)] : knownCandidates(input, wish);
  const barred = all.filter((one) => isBanned(one.id, bans));
  const ranked = all.filter((one) => !barred.includes(one) && input.health.get(one.id)?.circuit !== 'open');
  const first = ranked[0];
  if (first === undefined) throw nothingToObey(all, barred, input);
  const doubt = first.verdict === 'asked for' ? '' : `; ${first.verdict}`;
  const rejected = () =>
    all
      .filter((one) => !ranked.includes(one))
      .map((one) => ({ ...one, verdict: barred.includes(one) ? banVerdict(one.id, bans) : verdictOf('circuit') }));
  const why = `${first.id} was asked for by name${doubt}`;
  const complexity = tierOf(input.classification, input.policy);
  return { complexity, needed: null, obeyed: true, rule: null, budgeted: false, why, ranked, rejected };
}

function nothingToObey(
  all: readonly Candidate[],
  barred: readonly Candidate[],
  { bans = [] }: DecideInput,
): GatewayError {
  const [forbidden] = barred;
  if (forbidden !== undefined && barred.length === all.length) {
    return new GatewayError(
      'no_candidate',
      `No target is left (constraint: rule): ${forbidden.id} is ${banVerdict(forbidden.id, bans)}. Ask for auto, or change the rule in the dashboard under Routing.`,
    );
  }
  const names = all.map((one) => one.id).join(', ') || 'the model that was asked for';
  return new GatewayError(
    'no_candidate',
    `No target is left (constraint: circuit): ${names} has been failing and is left alone for a while. Try again in a minute, or ask for auto.`,
    { status: 503 },
  );
}

function unknownCandidate({ provider, name }: { provider: string; name: string }): Candidate {
  const verdict = 'asked for, though the registry does not know it: its cost is unknown';
  const figures = { model: null, estimatedCostNano: null, rating: null, expectedMs: null };
  return { id: `${provider}/${name}`, provider, name, ...figures, verdict };
}

function knownCandidates(input: DecideInput, { models, asked }: Extract<Wish, { kind: 'model' }>): Candidate[] {
  const { features, classification, corrections, nowMs } = input;
  const { complexity } = classification;
  const output = expectedOutput(features, complexity);
  const demand = demandOf(features, output.plain);
  const candidates = entriesOf(models, nowMs).map((entry): Candidate => {
    const { model } = entry;
    const broken = brokenBy(entry, demand) ?? (entry.priced ? undefined : 'price');
    const rating = gradeOf(entry, features.effort, complexity, corrections);
    return {
      id: model.id,
      provider: model.provider,
      name: wireName(model, asked),
      model,
      estimatedCostNano: costOf(entry, output, input),
      rating,
      expectedMs: Math.round(msOf(contend(entry, rating, output, input))),
      verdict: broken === undefined ? 'asked for' : `asked for, though ${verdictOf(broken)}`,
    };
  });
  // The roster is in the order of ids and the sort is stable, so equal costs go by id.
  return candidates.sort((a, b) => (a.estimatedCostNano ?? Infinity) - (b.estimatedCostNano ?? Infinity) || 0);
}

/** A dated snapshot or another alias goes to the provider by the name that the client gave. */
function wireName({ provider, name, aliases }: Model, asked: string): string {
  const own = asked.replace(/^models\//, '').replace(`${provider}/`, '');
  return aliases?.includes(own) === true ? own : name;
}
