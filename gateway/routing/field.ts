import { GatewayError } from '../errors.ts';
import { banVerdict, barredBy, type Constraint, demandOf, type Limits, nothingLeft, verdictOf } from './constraint.ts';
import { type Contender, contend, costOf, gradeOf } from './contender.ts';
import { fitsModel } from './pattern.ts';
import { type Entry, rosterOf, thinksAt } from './roster.ts';
import type { Candidate, Complexity, DecideInput, HealthSnapshot } from './route.ts';
import { expectedOutput, ROOM_TO_THINK } from './trade.ts';

/** What became of the models: `cramped` are good enough, but think first and have no room for it. */
export interface Field {
  needed: number;
  adequate: Contender[];
  cramped: Contender[];
  /** Whether there are models of more than one provider, whatever became of them. */
  isMixed: boolean;
  /** Only asked for where the good enough ones are few: those below the quality needed. */
  weaker(): Contender[];
  /** Why a model is none of them; undefined where it is one. */
  lossOf(id: string): string | undefined;
  /** Only asked for by an explanation. */
  lost(): Candidate[];
}

/** What a request is to be served by: the complexity of its turn and of its conversation, and the quality that this needs. */
interface Need {
  tier: Complexity;
  complexity: Complexity;
  needed: number;
}

/** Filters the models and sorts what is left by whether it is good enough. Asked of every model on every request: it must be lean. */
export function assess(input: DecideInput, { tier, complexity, needed }: Need): Field {
  const { features, models, nowMs, corrections } = input;
  if (models.length === 0) {
    throw new GatewayError(
      'no_provider_key',
      'No provider has a usable key. Add one in the dashboard under Providers.',
    );
  }
  const { effort, maxOutputTokens } = features;
  const output = expectedOutput(features, tier);
  const demand = demandOf(features, output.plain);
  const limits = limitsOf(input, complexity);
  const isTight = maxOutputTokens !== undefined && maxOutputTokens < ROOM_TO_THINK;
  const entries = rosterOf(models, nowMs);
  const lossOf = (entry: Entry) => barredBy(entry, demand, limits);
  const grade = (entry: Entry) => gradeOf(entry, effort, complexity, corrections);
  const adequate: Contender[] = [];
  const cramped: Contender[] = [];
  let left = 0;
  for (const entry of entries) {
    if (lossOf(entry) !== undefined) continue;
    left++;
    const rating = grade(entry);
    if (rating < needed) continue;
    const list = isTight && thinksAt(entry, effort) ? cramped : adequate;
    list.push(contend(entry, rating, output, input));
  }
  if (left === 0)
    throw nothingLeft(
      entries.flatMap((entry) => lossOf(entry) ?? []),
      demand,
    );
  const say = (entry: Entry, loss: Constraint) =>
    loss === 'rule' ? banVerdict(entry.id, limits.bans) : verdictOf(loss);
  return {
    needed,
    adequate,
    cramped,
    // In the order of their ids, which begin with the provider.
    isMixed: entries[0]?.provider !== entries.at(-1)?.provider,
    weaker: () =>
      entries
        .filter((entry) => grade(entry) < needed && lossOf(entry) === undefined)
        .map((entry) => contend(entry, grade(entry), output, input)),
    lossOf(id) {
      const entry = entries.find((one) => one.id === id);
      if (entry === undefined) return 'its provider has no usable key any more, or the model is gone';
      const loss = lossOf(entry);
      return loss === undefined ? undefined : say(entry, loss);
    },
    lost: () =>
      entries.flatMap((entry) => {
        const loss = lossOf(entry);
        if (loss === undefined) return [];
        const { id, provider, name } = entry.model;
        const estimatedCostNano = costOf(entry, output, input);
        const verdict = say(entry, loss);
        return [
          {
            id,
            provider,
            name,
            model: entry.model,
            estimatedCostNano,
            rating: grade(entry),
            expectedMs: null,
            verdict,
          },
        ];
      }),
  };
}

function limitsOf({ policy, bans = [], affords, health }: DecideInput, complexity: Complexity): Limits {
  const allowed = policy.allowed[complexity];
  return {
    bans,
    allows: allowed.length === 0 ? undefined : (id) => fitsModel(allowed, id),
    affords,
    health: hasOpenCircuit(health) ? health : undefined,
  };
}

const opened = new WeakMap<HealthSnapshot, boolean>();

function hasOpenCircuit(health: HealthSnapshot): boolean {
  let known = opened.get(health);
  if (known === undefined) {
    known = health.values().some(({ circuit }) => circuit === 'open');
    opened.set(health, known);
  }
  return known;
}
