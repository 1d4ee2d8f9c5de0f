import { GatewayError } from '../errors.ts';
import { brokenBy, demandOf, verdictOf } from './constraint.ts';
import { costAt, entriesOf, thinksAt } from './roster.ts';
import type { Candidate, DecideInput, Decision } from './route.ts';
import { expectedOutput } from './trade.ts';

/**
 * Follows a wish for a certain model: its providers, cheapest first, unknown prices last. Only an open circuit takes one away; what the
 * model cannot do is said in the verdict and left to the provider. Throws `no_candidate` (503) when all circuits are open.
 */
export function obey(input: DecideInput): Decision {
  const all = input.wish.kind === 'unknown' ? [unknownCandidate(input.wish)] : knownCandidates(input);
  const ranked = all.filter((one) => input.health.get(one.id)?.circuit !== 'open');
  const first = ranked[0];
  if (first === undefined) {
    const names = all.map((one) => one.id).join(', ') || 'the model that was asked for';
    throw new GatewayError(
      'no_candidate',
      `No target is left (constraint: circuit): ${names} has been failing and is left alone for a while. Try again in a minute, or ask for auto.`,
      { status: 503 },
    );
  }
  const doubt = first.verdict === 'asked for' ? '' : `; ${first.verdict}`;
  const why = `${first.id} was asked for by name${doubt}`;
  const rejected = () =>
    all.filter((one) => !ranked.includes(one)).map((one) => ({ ...one, verdict: verdictOf('circuit') }));
  return { wish: input.wish, complexity: input.classification.complexity, why, ranked, rejected };
}

function unknownCandidate({ provider, name }: { provider: string; name: string }): Candidate {
  const verdict = 'asked for, though the registry does not know it: its cost is unknown';
  return { id: `${provider}/${name}`, provider, name, model: null, estimatedCostNano: null, verdict };
}

function knownCandidates({ wish, features, classification, nowMs }: DecideInput): Candidate[] {
  if (wish.kind !== 'model') return [];
  const output = expectedOutput(features, classification.complexity);
  const demand = demandOf(features, output.plain);
  const { inputTokens } = features;
  const candidates = entriesOf(wish.models, nowMs).map((entry): Candidate => {
    const { model } = entry;
    const outputTokens = thinksAt(entry, features.effort) ? output.thinking : output.plain;
    const broken = brokenBy(entry, demand, undefined);
    const verdict = broken === undefined ? 'asked for' : `asked for, though ${verdictOf(broken)}`;
    const estimatedCostNano = costAt(entry, { inputTokens, outputTokens }, nowMs);
    return { id: model.id, provider: model.provider, name: model.name, model, estimatedCostNano, verdict };
  });
  // The roster is in the order of ids and the sort is stable, so equal costs go by id.
  return candidates.sort((a, b) => (a.estimatedCostNano ?? Infinity) - (b.estimatedCostNano ?? Infinity) || 0);
}
