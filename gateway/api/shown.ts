import { z } from 'zod';
import type { ByModel, Daily, Overview, RequestInfo } from '../../contract/index.ts';
import type { Ledger, RequestRow } from '../ledger/index.ts';

/** Inner forms → the contract's. Money leaves in both nano-dollars and dollars. */

const losses = z.array(z.object({ field: z.string(), why: z.string() })).catch([]);
const features = z.record(z.string(), z.unknown()).nullable().catch(null);

export function showRequest(row: RequestRow): RequestInfo {
  const { features: _, losses: lossesJson, ...rest } = row;
  return { ...rest, ...money(row), losses: losses.parse(parseJson(lossesJson) ?? []) };
}

export function showRequestDetail(row: RequestRow): RequestInfo & { features: Record<string, unknown> | null } {
  return { ...showRequest(row), features: features.parse(parseJson(row.features)) };
}

export function showOverview(overview: Awaited<ReturnType<Ledger['overview']>>): Overview {
  return { ...overview, ...money(overview) };
}

export function showDaily(days: Awaited<ReturnType<Ledger['daily']>>): Daily {
  return { days: days.map((day) => ({ ...day, ...money(day), ...showByModel(day.models) })) };
}

export function showByModel(models: Awaited<ReturnType<Ledger['byModel']>>): ByModel {
  return { models: models.map((model) => ({ ...model, ...money(model) })) };
}

function money<Nano extends number | null>({
  costNano,
}: {
  costNano: Nano;
}): { costNano: Nano; costUsd: Nano | number } {
  return { costNano, costUsd: costNano === null ? costNano : costNano / 1e9 };
}

function parseJson(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
