import { setTimeout } from 'node:timers/promises';
import { chatBody } from '../bodies.ts';
import { sample } from '../measure.ts';
import { startFloor, startOurs, type Target, untilAnswered } from '../targets.ts';
import type { Scenario } from './scenario.ts';

async function weigh(target: Target, count: number) {
  await untilAnswered(target);
  await setTimeout(1000);
  const idle = target.child?.residentMib() ?? Number.NaN;
  const request = target.request(chatBody({ model: target.model, bytes: 1024 }));
  const result = await sample(target, { request, connections: 16, count, durationMs: 40_000 });
  const loaded = target.child?.residentMib() ?? Number.NaN;
  await target.stop();
  return { idle, loaded, result };
}

/** Resident memory of a fresh process: after its first answer, and after many different requests. */
export const memory: Scenario = {
  name: 'memory',
  async run(bench) {
    await bench.provider.setMode({ kind: 'json' });
    const count = bench.quick ? 5_000 : 100_000;
    const floor = await weigh(await startFloor(bench.provider), count);
    const ours = await weigh(await startOurs(bench.provider), count);
    const rows = Object.entries({ floor, ours }).map(([name, { idle, loaded, result }]) => [
      name,
      idle,
      loaded,
      String(result.requests),
      String(result.errors),
    ]);
    return {
      name: 'memory',
      title: `resident memory, ${count.toLocaleString('en')} different requests of 1 KB`,
      columns: ['', 'idle MiB', 'after MiB', 'requests', 'errors'],
      rows,
      checks: [
        { what: 'idle', measured: ours.idle, atMost: 120, unit: 'MiB' },
        { what: `after ${count.toLocaleString('en')} requests`, measured: ours.loaded, atMost: 400, unit: 'MiB' },
      ],
      notes: ours.result.firstError === null ? [] : [`ours: ${ours.result.firstError}`],
    };
  },
};
