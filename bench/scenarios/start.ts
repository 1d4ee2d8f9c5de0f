import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../measure.ts';
import { startFloor, startOurs, startPortkey, type Target, untilAnswered } from '../targets.ts';
import type { Scenario } from './scenario.ts';

async function timed(start: () => Promise<Target>): Promise<number> {
  const startedAt = performance.now();
  const target = await start();
  await untilAnswered(target);
  const elapsedMs = performance.now() - startedAt;
  await target.stop();
  return elapsedMs;
}

async function repeat(count: number, start: () => Promise<Target>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) times.push(await timed(start));
  return times;
}

/** From the start of the process to the end of its first answer, on the core that is the target's alone. */
export const startTime: Scenario = {
  name: 'start',
  async run(bench) {
    await bench.provider.setMode({ kind: 'json' });
    const { provider } = bench;
    const count = bench.quick ? 2 : 5;
    const dataDirectory = mkdtempSync(join(tmpdir(), 'llm-gateway-bench-'));
    try {
      const first = await startOurs(provider, { dataDirectory });
      await first.stop();
      const again = () => startOurs(provider, { dataDirectory, gatewayKey: first.gatewayKey });
      const lanes: [string, number[]][] = [
        ['floor', await repeat(count, () => startFloor(provider))],
        ['ours, first start', await repeat(count, () => startOurs(provider))],
        ['ours, later start', await repeat(count, again)],
      ];
      if (bench.portkey !== null) lanes.push(['portkey', await repeat(count, () => startPortkey(provider))]);
      return {
        name: 'start',
        title: `from process start to the first answer, median of ${count}`,
        columns: ['', 'median ms', 'fastest ms', 'slowest ms'],
        rows: lanes.map(([name, times]) => [name, median(times), Math.min(...times), Math.max(...times)]),
        checks: [
          { what: 'first start', measured: median(lanes[1]?.[1] ?? []) / 1000, atMost: 0.6, unit: 's' },
          { what: 'later start', measured: median(lanes[2]?.[1] ?? []) / 1000, atMost: 0.6, unit: 's' },
        ],
        notes: [],
      };
    } finally {
      rmSync(dataDirectory, { recursive: true, force: true });
    }
  },
};
