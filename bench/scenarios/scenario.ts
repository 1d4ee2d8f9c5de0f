import type { Finding } from '../report.ts';
import type { Provider, Target } from '../targets.ts';

/** What a scenario works with. All targets are up and idle; only the one that is measured gets load. */
export interface Bench {
  provider: Provider;
  direct: Target;
  floor: Target;
  ours: Target;
  portkey: Target | null;
  /** Fewer and shorter rounds: a smoke test of the bench, its figures are not to be quoted. */
  quick: boolean;
  /** Rounds of interleaved samples. */
  rounds: number;
}

export interface Scenario {
  /** For `--only`. */
  name: string;
  run(bench: Bench): Promise<Finding>;
}

/** The targets of a bench in the order of the tables. */
export function targetsOf(bench: Bench): Target[] {
  return [bench.direct, bench.floor, bench.ours, ...(bench.portkey === null ? [] : [bench.portkey])];
}
