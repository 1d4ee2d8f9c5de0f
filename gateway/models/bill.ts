import type { Usage } from '../chat.ts';
import { type CostLine, costOf } from './cost.ts';
import { priceAt, STANDARD_TIERS } from './price.ts';
import type { Price } from './schema.ts';

/** What a row of the ledger keeps of a cost. Together with the price list of its version it tells the lines anew. */
interface BilledRow {
  startedAtMs: number;
  cache: 'miss' | 'hit' | 'shared' | 'off';
  costNano: number | null;
  givenUpNano: number;
  inputTokens: number | null;
  outputTokens: number | null;
  cacheReadTokens: number | null;
  cacheWrite5mTokens: number | null;
  cacheWrite1hTokens: number | null;
  reasoningTokens: number | null;
  audioInputTokens: number | null;
  audioOutputTokens: number | null;
  billing: string | null;
}

type Billing = Pick<Usage, 'inputImage' | 'outputImage' | 'hostedCalls' | 'serviceTier' | 'billedUsd'>;

/** The parts of a usage that few requests have and that a row has no field for, as JSON; null where there are none. */
export function writeBilling({ inputImage, outputImage, hostedCalls, serviceTier, billedUsd }: Usage): string | null {
  const tier = serviceTier === undefined || STANDARD_TIERS.has(serviceTier.toLowerCase()) ? undefined : serviceTier;
  if (!inputImage && !outputImage && hostedCalls === undefined && tier === undefined && billedUsd === undefined)
    return null;
  return JSON.stringify({ inputImage, outputImage, hostedCalls, serviceTier: tier, billedUsd });
}

/**
 * The lines of a row's cost, by the price list that it names, whatever has become of prices since. Empty: nothing was charged,
 * or nothing is known. Null: the list is gone, so that the lines would not add up to the cost.
 */
export function linesOf(
  row: BilledRow,
  kept: { prices: Price[]; source: string | null } | undefined,
): CostLine[] | null {
  const isFree = row.cache === 'hit' || row.cache === 'shared' || row.inputTokens === null;
  if (row.costNano === null) return [];
  const before = givenUpLines(row);
  if (isFree) return before;
  const price = kept === undefined ? null : priceAt(kept, row.startedAtMs);
  const { lines, totalNano } = costOf(usageOf(row), price, { source: kept?.source ?? 'no known price' });
  return totalNano === row.costNano - row.givenUpNano ? [...lines, ...before] : null;
}

function givenUpLines({ givenUpNano }: BilledRow): CostLine[] {
  if (givenUpNano === 0) return [];
  const source = 'prompts of calls that were given up before an answer came, as estimated';
  return [{ kind: 'givenUp', amountNano: givenUpNano, source }];
}

function usageOf(row: BilledRow): Usage {
  const billing = row.billing === null ? {} : (JSON.parse(row.billing) as Billing);
  return {
    ...billing,
    input: row.inputTokens ?? 0,
    output: row.outputTokens ?? 0,
    cacheRead: row.cacheReadTokens ?? 0,
    cacheWrite5m: row.cacheWrite5mTokens ?? 0,
    cacheWrite1h: row.cacheWrite1hTokens ?? 0,
    reasoning: row.reasoningTokens ?? 0,
    inputAudio: row.audioInputTokens ?? 0,
    outputAudio: row.audioOutputTokens ?? 0,
  };
}
