import type { Model } from '../../gateway/models/schema.ts';
import type { Complexity } from '../../gateway/routing/route.ts';
import { fixedFor, type Run, replay } from './replay.ts';
import { makeSessions, type Session } from './sessions.ts';

/** One session, routed and with one model each. Costs in nano-dollars. */
export interface Replayed {
  session: Session;
  routed: Run;
  /** With the model of each tier alone. */
  fixed: Record<Complexity, Run>;
  /** The fixed model that gives the session's hardest turn what it needs. */
  equal: Run;
}

const SEED = 20_261_125;
const START_MS = Date.UTC(2026, 7, 3, 9);

/** Replays the ten sessions. */
export function replaySessions(models: readonly Model[], seed = SEED): Replayed[] {
  return makeSessions(seed).map((session) => {
    const options = { models, startMs: START_MS };
    const alone = (complexity: Complexity) =>
      replay(session, { ...options, fixed: fixedFor(session, complexity, options) });
    const routed = replay(session, options);
    const fixed = { simple: alone('simple'), medium: alone('medium'), complex: alone('complex') };
    return { session, routed, fixed, equal: fixed[routed.hardest] };
  });
}

/** Share of the prompts' tokens that came from a cache, in percent. */
export function cacheShare(runs: readonly Run[]): number {
  const sum = (read: (run: Run) => number) => runs.reduce((total, run) => total + read(run), 0);
  return (100 * sum((run) => run.cacheReadTokens)) / sum((run) => run.inputTokens);
}

/** Prints what the replays show. */
export function printReplays(title: string, replayed: readonly Replayed[]): void {
  const usd = (nano: number) => `$${(nano / 1e9).toFixed(4)}`.padStart(9);
  console.log(`\n${title}`);
  console.log(
    'session                      requests  moves  hardest    routed  its tier    cheap     strong  refused  models',
  );
  for (const { session, routed, fixed, equal } of replayed) {
    console.log(
      `${`${session.name} (${session.dialect})`.slice(0, 28).padEnd(28)} ${String(routed.requests).padStart(8)} ${String(routed.moves).padStart(6)}  ${routed.hardest.padEnd(7)} ${usd(routed.costNano)} ${usd(equal.costNano)} ${usd(fixed.simple.costNano)} ${usd(fixed.complex.costNano)} ${String(routed.refusals.length).padStart(8)}  ${routed.models.join(' → ')}`,
    );
  }
  const routed = replayed.map((one) => one.routed);
  const equal = replayed.map((one) => one.equal);
  const total = (runs: readonly Run[]) => usd(runs.reduce((sum, run) => sum + run.costNano, 0)).trim();
  console.log(
    `all: routed ${total(routed)}, fixed at equal tier ${total(equal)}; cache-read share ${cacheShare(routed).toFixed(2)} % routed, ${cacheShare(equal).toFixed(2)} % fixed; refused ${routed.reduce((sum, run) => sum + run.refusals.length, 0)}`,
  );
}
