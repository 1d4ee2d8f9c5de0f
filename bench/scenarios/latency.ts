import { chatBody } from '../bodies.ts';
import { added, errorsOf, interleave, middle, type Sample, sample } from '../measure.ts';
import { type Bench, type Scenario, targetsOf } from './scenario.ts';

const p50 = (one: Sample) => one.p50Ms;

const SIZES = [
  { name: 'latency-1kb', bytes: 1024, atMost: 0.45 },
  { name: 'latency-100kb', bytes: 100 * 1024, atMost: 1 },
];

async function run(size: (typeof SIZES)[number], bench: Bench) {
  await bench.provider.setMode({ kind: 'json' });
  const durationMs = bench.quick ? 200 : 700;
  const lanes = targetsOf(bench).map((target) => {
    const request = target.request(chatBody({ model: target.model, bytes: size.bytes }));
    return { name: target.name, take: () => sample(target, { request, connections: 1, durationMs }) };
  });
  const rounds = await interleave(lanes, bench.rounds);
  return {
    name: size.name,
    title: `one connection, ${bench.rounds} rounds of ${durationMs} ms`,
    columns: ['', 'p50 ms', 'added p50 ms', 'p99 ms', 'requests/s'],
    rows: lanes.map(({ name }) => [
      name,
      middle(rounds, name, p50),
      added(rounds, [name, 'direct'], p50),
      middle(rounds, name, (one) => one.p99Ms),
      middle(rounds, name, (one) => one.perSecond),
    ]),
    checks: [
      { what: 'added latency, p50', measured: added(rounds, ['ours', 'direct'], p50), atMost: size.atMost, unit: 'ms' },
    ],
    notes: errorsOf(rounds),
  };
}

/** What one undisturbed request takes longer than without a gateway. */
export const latency: Scenario[] = SIZES.map((size) => ({ name: size.name, run: (bench) => run(size, bench) }));
