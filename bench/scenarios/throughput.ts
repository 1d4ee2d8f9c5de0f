import { chatBody } from '../bodies.ts';
import { errorsOf, interleave, middle, type Rounds, ratio, type Sample, sample } from '../measure.ts';
import type { Check } from '../report.ts';
import { type Bench, type Scenario, targetsOf } from './scenario.ts';

const perSecond = (one: Sample) => one.perSecond;
const cpu = (one: Sample) => one.cpuMicros;

interface Size {
  name: string;
  bytes: number;
  connections: number;
  checks(rounds: Rounds): Check[];
}

const SIZES: Size[] = [
  {
    name: '1kb',
    bytes: 1024,
    connections: 16,
    checks: (rounds) => [
      {
        what: "throughput ÷ the floor's",
        measured: ratio(rounds, ['ours', 'floor'], perSecond),
        atLeast: 0.75,
        stretch: 1,
      },
      {
        what: "throughput ÷ Portkey's",
        measured: ratio(rounds, ['ours', 'portkey'], perSecond),
        atLeast: 6,
        stretch: 8,
      },
    ],
  },
  {
    name: '100kb',
    bytes: 100 * 1024,
    connections: 16,
    checks: (rounds) => [
      { what: "CPU a request ÷ the floor's", measured: ratio(rounds, ['ours', 'floor'], cpu), atMost: 2.5 },
      { what: "throughput ÷ Portkey's", measured: ratio(rounds, ['ours', 'portkey'], perSecond), atLeast: 6 },
    ],
  },
  {
    name: '1mb',
    bytes: 1024 * 1024,
    connections: 8,
    checks: (rounds) => [
      { what: "throughput ÷ the floor's", measured: ratio(rounds, ['ours', 'floor'], perSecond), atLeast: 0.5 },
    ],
  },
];

/** A closed loop should keep the floor's core busy. Where it does not, others had the machine, or the load is the limit. */
function crowding(rounds: Rounds): string[] {
  const busy = middle(rounds, 'floor', (one) => one.busy);
  return busy < 0.8 ? [`the floor had only ${busy.toFixed(2)} of its core: trust CPU, not throughput`] : [];
}

async function run(size: Size, bench: Bench) {
  await bench.provider.setMode({ kind: 'json' });
  const durationMs = bench.quick ? 300 : 1200;
  const lanes = targetsOf(bench).map((target) => {
    const request = target.request(chatBody({ model: target.model, bytes: size.bytes }));
    return {
      name: target.name,
      take: (warmUp: boolean) =>
        sample(target, { request, connections: size.connections, durationMs: warmUp ? durationMs / 2 : durationMs }),
    };
  });
  const rounds = await interleave(lanes, bench.rounds);
  return {
    name: size.name,
    title: `JSON answers, no cache hit, ${size.connections} connections, ${bench.rounds} rounds of ${durationMs} ms`,
    columns: ['', 'requests/s', '÷ floor', 'µs CPU/request', '÷ floor', 'core used', 'p50 ms', 'p99 ms'],
    rows: lanes.map(({ name }) => [
      name,
      middle(rounds, name, perSecond),
      ratio(rounds, [name, 'floor'], perSecond),
      middle(rounds, name, cpu),
      ratio(rounds, [name, 'floor'], cpu),
      middle(rounds, name, (one) => one.busy),
      middle(rounds, name, (one) => one.p50Ms),
      middle(rounds, name, (one) => one.p99Ms),
    ]),
    checks: size.checks(rounds).filter((check) => bench.portkey !== null || !check.what.includes('Portkey')),
    notes: [...errorsOf(rounds), ...crowding(rounds)],
  };
}

/** Requests a second and CPU a request, with bodies of three sizes. */
export const throughput: Scenario[] = SIZES.map((size) => ({ name: size.name, run: (bench) => run(size, bench) }));
