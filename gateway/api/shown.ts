import { z } from 'zod';
import type { ByModel, CostLineInfo, Daily, RequestDetail, RequestInfo } from '../../contract/index.ts';
import { requestDetail } from '../../contract/request.ts';
import type { Ledger, RequestRow } from '../ledger/index.ts';
import type { CostLine } from '../models/cost.ts';
import { readKeptHeaders } from '../providers/kept-headers.ts';

/** Inner forms → the contract's. Money leaves in both nano-dollars and dollars. */

const losses = z.array(z.object({ field: z.string(), why: z.string() })).catch([]);
const attempts = requestDetail.shape.attempts.catch([]);
const features = z.record(z.string(), z.unknown()).nullable().catch(null);

export function showRequest(row: RequestRow): RequestInfo {
  const { features, billing, decision, attempts, answerHeaders, losses: lossesJson, ...shown } = row;
  const { queueMicros, routeMicros, ...rest } = shown;
  const times = { queueMs: inMs(queueMicros), routeMs: inMs(routeMicros) };
  return { ...rest, ...times, ...money(row), losses: losses.parse(parseJson(lossesJson) ?? []) };
}

export function showRequestDetail(row: RequestRow, lines: CostLine[] | null, captured: boolean): RequestDetail {
  const costLines = lines?.map(showLine) ?? null;
  return {
    ...showRequest(row),
    features: features.parse(parseJson(row.features)),
    attempts: attempts.parse(parseJson(row.attempts) ?? []),
    answerHeaders: readKeptHeaders(row.answerHeaders),
    costLines,
    captured,
  };
}

function showLine({ kind, tokens, calls, usdPerMillion, usdPerCall, amountNano, source }: CostLine): CostLineInfo {
  return {
    kind,
    tokens: tokens ?? null,
    calls: calls ?? null,
    usdPerMillion: usdPerMillion ?? null,
    usdPerCall: usdPerCall ?? null,
    amountNano,
    amountUsd: amountNano / 1e9,
    source,
  };
}

export function showDaily(days: Awaited<ReturnType<Ledger['daily']>>): Daily {
  return { days: days.map((day) => ({ ...day, ...money(day), ...showByModel(day.models) })) };
}

export function showByModel(models: Awaited<ReturnType<Ledger['byModel']>>): ByModel {
  return { models: models.map((model) => ({ ...model, ...money(model) })) };
}

export function money<Nano extends number | null>({
  costNano,
}: {
  costNano: Nano;
}): { costNano: Nano; costUsd: Nano | number } {
  return { costNano, costUsd: costNano === null ? costNano : costNano / 1e9 };
}

const inMs = (micros: number | null) => (micros === null ? null : micros / 1000);

function parseJson(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
