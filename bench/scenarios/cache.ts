import { chatBody } from '../bodies.ts';
import { askOnce } from '../connection.ts';
import { errorsOf, interleave, middle, ratio, type Sample, sample } from '../measure.ts';
import { header } from '../wire.ts';
import type { Scenario } from './scenario.ts';

const perSecond = (one: Sample) => one.perSecond;
const p99 = (one: Sample) => one.p99Ms;

/** The same question again and again: ours answers it from memory, the floor asks the provider each time. */
export const cache: Scenario = {
  name: 'cache',
  async run(bench) {
    await bench.provider.setMode({ kind: 'json' });
    const durationMs = bench.quick ? 300 : 1000;
    const lanes = [bench.floor, bench.ours].map((target) => {
      const stamped = target.request(chatBody({ model: target.model, bytes: 1024 }));
      const request = { bytes: stamped.bytes, stampAt: null };
      return { name: target.name, request, take: () => sample(target, { request, connections: 16, durationMs }) };
    });
    const rounds = await interleave(lanes, bench.rounds);
    const again = await askOnce(bench.ours.port, lanes[1]?.request.bytes ?? Buffer.alloc(0));
    const mark = header(again.head, 'x-gateway-cache') ?? 'absent';
    return {
      name: 'cache',
      title: `1 KB, the same request each time, 16 connections, ${bench.rounds} rounds of ${durationMs} ms`,
      columns: ['', 'requests/s', '÷ floor', 'µs CPU/request', 'p50 ms', 'p99 ms'],
      rows: lanes.map(({ name }) => [
        name === 'ours' ? 'ours, hit' : name,
        middle(rounds, name, perSecond),
        ratio(rounds, [name, 'floor'], perSecond),
        middle(rounds, name, (one) => one.cpuMicros),
        middle(rounds, name, (one) => one.p50Ms),
        middle(rounds, name, p99),
      ]),
      checks: [
        { what: "throughput ÷ the floor's", measured: ratio(rounds, ['ours', 'floor'], perSecond), atLeast: 1 },
        { what: 'p99', measured: middle(rounds, 'ours', p99), atMost: 3, unit: 'ms' },
      ],
      notes: [...errorsOf(rounds), ...(mark === 'hit' ? [] : [`x-gateway-cache says ${mark}, not hit`])],
    };
  },
};
