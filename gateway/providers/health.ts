import type { ErrorCode } from '../errors.ts';
import type { HealthSnapshot, TargetHealth } from '../routing/route.ts';

interface Record {
  health: TargetHealth;
  failuresInARow: number;
  openUntilMs: number;
  probing: boolean;
}

export interface Health {
  /**
   * What decisions go by. It stays the same while no circuit changes and no figure moves by much, so that the rows of many requests can
   * name one.
   */
  snapshot(nowMs: number): HealthSnapshot;
  /** What is measured now. */
  figures(nowMs: number): HealthSnapshot;
  /** Whether the target may be called now. In a half-open circuit the first who asks is the probe. */
  admits(id: string, nowMs: number): boolean;
  succeeded(id: string, figures: { firstByteMs: number; tokensPerSecond?: number }): void;
  failed(id: string, code: ErrorCode, nowMs: number): void;
  /** The probe ended without an answer either way (the client left). */
  released(id: string): void;
}

const FAILURES_TO_OPEN = 5;
const OPEN_MS = 30_000;
const RENEW_MS = 5_000;
/** By how much a figure moves before decisions go by it: figures waver, and only decide between what costs the same. */
const TELLING_SHARE = 0.25;
const TELLING_ERRORS = 0.1;
/** Weight of the newest measurement. */
const ALPHA = 0.2;

/** Failures that say something of the target, not of the request or the key. */
const TELLING: ReadonlySet<ErrorCode> = new Set([
  'provider_failed',
  'provider_overloaded',
  'provider_unreachable',
  'provider_timeout',
  'provider_truncated',
  'provider_bad_reply',
] satisfies ErrorCode[]);

/** What the gateway measures of each target: speed and errors as moving averages, and a circuit that opens on failures in a row. */
export function createHealth(): Health {
  const records = new Map<string, Record>();
  let open = 0;
  let frozen: HealthSnapshot = new Map();
  let frozenAtMs = Number.NEGATIVE_INFINITY;
  let measured = false;
  let switched = false;

  function recordOf(id: string): Record {
    let record = records.get(id);
    if (record === undefined) {
      record = { health: { circuit: 'closed' }, failuresInARow: 0, openUntilMs: 0, probing: false };
      records.set(id, record);
    }
    return record;
  }

  function turn(record: Record, circuit: TargetHealth['circuit']): void {
    if (record.health.circuit === circuit) return;
    if (record.health.circuit === 'open') open -= 1;
    if (circuit === 'open') open += 1;
    record.health.circuit = circuit;
    switched = true;
  }

  function halfOpen(nowMs: number): void {
    if (open === 0) return;
    for (const record of records.values()) {
      if (record.health.circuit === 'open' && nowMs >= record.openUntilMs) turn(record, 'halfOpen');
    }
  }

  function hasMoved(): boolean {
    for (const [id, { health }] of records) {
      const known = frozen.get(id);
      if (known === undefined || isTelling(known, health)) return true;
    }
    return false;
  }

  function copy(): HealthSnapshot {
    return new Map([...records].map(([id, { health }]) => [id, rounded(health)]));
  }

  function average(before: number | undefined, now: number): number {
    return before === undefined ? now : before + ALPHA * (now - before);
  }

  return {
    snapshot(nowMs) {
      halfOpen(nowMs);
      if (!switched) {
        if (!measured || nowMs - frozenAtMs < RENEW_MS) return frozen;
        frozenAtMs = nowMs;
        measured = false;
        if (!hasMoved()) return frozen;
      }
      frozen = copy();
      switched = false;
      return frozen;
    },
    figures(nowMs) {
      halfOpen(nowMs);
      return copy();
    },
    admits(id, nowMs) {
      const record = records.get(id);
      if (record === undefined || record.health.circuit === 'closed') return true;
      if (nowMs < record.openUntilMs || record.probing) return false;
      turn(record, 'halfOpen');
      record.probing = true;
      return true;
    },
    succeeded(id, { firstByteMs, tokensPerSecond }) {
      const record = recordOf(id);
      const { health } = record;
      record.failuresInARow = 0;
      record.probing = false;
      turn(record, 'closed');
      measured = true;
      health.errorRate = average(health.errorRate ?? 0, 0);
      health.firstByteMs = average(health.firstByteMs, firstByteMs);
      if (tokensPerSecond !== undefined) health.tokensPerSecond = average(health.tokensPerSecond, tokensPerSecond);
    },
    failed(id, code, nowMs) {
      const record = recordOf(id);
      record.probing = false;
      if (!TELLING.has(code)) return;
      record.failuresInARow += 1;
      measured = true;
      record.health.errorRate = average(record.health.errorRate ?? 0, 1);
      if (record.failuresInARow < FAILURES_TO_OPEN && record.health.circuit !== 'halfOpen') return;
      turn(record, 'open');
      record.openUntilMs = nowMs + OPEN_MS;
    },
    released(id) {
      const record = records.get(id);
      if (record !== undefined) record.probing = false;
    },
  };
}

function isTelling(known: TargetHealth, now: TargetHealth): boolean {
  if (Math.abs((now.errorRate ?? 0) - (known.errorRate ?? 0)) >= TELLING_ERRORS) return true;
  return differs(known.firstByteMs, now.firstByteMs) || differs(known.tokensPerSecond, now.tokensPerSecond);
}

function differs(known: number | undefined, now: number | undefined): boolean {
  if (known === undefined || now === undefined) return known !== now;
  return Math.abs(now - known) > known * TELLING_SHARE;
}

/** As precise as a decision can use it. */
function rounded({ circuit, errorRate, firstByteMs, tokensPerSecond }: TargetHealth): TargetHealth {
  const figures: TargetHealth = { circuit };
  if (errorRate !== undefined) figures.errorRate = Math.round(errorRate * 100) / 100;
  if (firstByteMs !== undefined) figures.firstByteMs = Math.round(firstByteMs);
  if (tokensPerSecond !== undefined) figures.tokensPerSecond = Math.round(tokensPerSecond * 10) / 10;
  return figures;
}
