import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../gateway/db/open.ts';
import type { Model } from '../../gateway/models/schema.ts';
import type { BacktestOptions, BacktestResult } from '../../gateway/routing/backtest.ts';
import { DEFAULT_POLICY } from '../../gateway/routing/policies.ts';
import { runBacktest } from '../../gateway/routing/run-backtest.ts';
import { writePast } from './past.ts';

const ROWS = 100_000;

/** Times tests over a ledger of 100,000 requests: as they were decided, and by another policy. */
export async function printBacktest(models: readonly Model[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-backtest-'));
  const database = openDatabase(
    join(folder, 'gateway.sqlite'),
    new URL('../../resources/migrations', import.meta.url).pathname,
  );
  try {
    const toMs = Date.UTC(2026, 7, 1);
    writePast(database, models, { rows: ROWS, toMs });
    const all = { fromMs: 0, toMs, baseline: null, aliases: null };
    console.log(`\nBack-test of ${ROWS} requests, ${models.length} models`);
    const other = { ...DEFAULT_POLICY, preference: 'economy', stay: { ...DEFAULT_POLICY.stay, gain: 2 } } as const;
    for (const [title, policy] of [
      ['as decided', null],
      ['economy', other],
    ] as const) {
      const startedAt = performance.now();
      const { decided, same, actual, tested, baseline, refused } = await test({ ...all, policy });
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(2);
      const usd = (nano: number | undefined) => `$${((nano ?? 0) / 1e9).toFixed(2)}`;
      console.log(
        `${title.padEnd(11)} ${seconds} s  decided ${decided}  same ${((100 * same) / decided).toFixed(2)} %  refused ${refused}  actual ${usd(actual.costNano)}  tested ${usd(tested.costNano)}  ${baseline?.id} ${usd(baseline?.costNano)}`,
      );
    }
  } finally {
    database.close();
    rmSync(folder, { recursive: true });
  }

  async function test(options: BacktestOptions): Promise<BacktestResult> {
    for await (const message of runBacktest(database, options)) if ('result' in message) return message.result;
    throw new Error('There was no result.');
  }
}
