import { type Load, type LoadResult, runLoad } from './load.ts';
import type { Target } from './targets.ts';

/** One load on one target, and what it cost the target. */
export interface Sample extends LoadResult {
  /** Microseconds of the target's CPU, user and system, a request; NaN where unknown. */
  cpuMicros: number;
  /** Microseconds a token, for streams. */
  cpuMicrosPerToken: number;
  /** Share of one core that the target used, 0..1 (more where it has busy threads). */
  busy: number;
}

/** All samples of a scenario by row name, one for each round, in the order of the rounds. */
export type Rounds = Map<string, Sample[]>;

export async function sample(target: Target, load: Omit<Load, 'port'>): Promise<Sample> {
  const startedAt = performance.now();
  const before = target.child?.cpuMs() ?? Number.NaN;
  const result = await runLoad({ ...load, port: target.port });
  const spentMs = (target.child?.cpuMs() ?? Number.NaN) - before;
  const tokens = result.requests * (load.tokens ?? Number.NaN);
  return {
    ...result,
    cpuMicros: (spentMs / result.requests) * 1000,
    cpuMicrosPerToken: (spentMs / tokens) * 1000,
    busy: spentMs / (performance.now() - startedAt),
  };
}

/** One row of a scenario: what it is called and how a sample of it is taken. */
export interface Lane {
  name: string;
  take(warmUp: boolean): Promise<Sample>;
}

/**
 * Takes samples in turns, so that whatever else the machine does falls on all alike. The order is shifted from round to
 * round; one round before them warms up and is thrown away.
 */
export async function interleave(lanes: Lane[], rounds: number): Promise<Rounds> {
  for (const lane of lanes) await lane.take(true);
  const taken: Rounds = new Map(lanes.map((lane) => [lane.name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < lanes.length; turn++) {
      const lane = lanes[(round + turn) % lanes.length];
      if (lane !== undefined) taken.get(lane.name)?.push(await lane.take(false));
    }
  }
  return taken;
}

export function median(values: number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The median over the rounds of one figure of one row. */
export function middle(rounds: Rounds, name: string, figure: (sample: Sample) => number): number {
  return median((rounds.get(name) ?? []).map(figure));
}

/** The median over the rounds of what two rows make of a figure within the same round. */
function compare(
  rounds: Rounds,
  names: [string, string],
  figure: (sample: Sample) => number,
  combine: (one: number, other: number) => number,
): number {
  const others = rounds.get(names[1]) ?? [];
  const pairs = (rounds.get(names[0]) ?? []).map((one, round) => {
    const other = others[round];
    return other === undefined ? Number.NaN : combine(figure(one), figure(other));
  });
  return median(pairs);
}

/** `compare` for quotients: how many times the other's figure. */
export function ratio(rounds: Rounds, names: [string, string], figure: (sample: Sample) => number): number {
  return compare(rounds, names, figure, (one, other) => one / other);
}

/** `compare` for what is added to the other's figure. */
export function added(rounds: Rounds, names: [string, string], figure: (sample: Sample) => number): number {
  return compare(rounds, names, figure, (one, other) => one - other);
}

export function errorsOf(rounds: Rounds): string[] {
  return [...rounds].flatMap(([name, samples]) => {
    const failed = samples.filter((one) => one.errors > 0);
    const count = failed.reduce((sum, one) => sum + one.errors, 0);
    return count === 0 ? [] : [`${name}: ${count} errors, the first: ${failed[0]?.firstError ?? 'unknown'}`];
  });
}
