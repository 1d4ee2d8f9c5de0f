import type { ErrorCode } from '../errors.ts';
import type { HealthSnapshot, TargetHealth } from '../routing/route.ts';

interface Record {
  health: TargetHealth;
  failuresInARow: number;
  openUntilMs: number;
  probing: boolean;
}

export interface Health {
  snapshot(nowMs: number): HealthSnapshot;
  /** Whether the target may be called now. In a half-open circuit the first who asks is the probe. */
  admits(id: string, nowMs: number): boolean;
  succeeded(id: string, figures: { firstByteMs: number; tokensPerSecond?: number }): void;
  failed(id: string, code: ErrorCode, nowMs: number): void;
  /** The probe ended without an answer either way (the client left). */
  released(id: string): void;
}

const FAILURES_TO_OPEN = 5;
const OPEN_MS = 30_000;
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
  const view = new Map<string, TargetHealth>();

  function recordOf(id: string): Record {
    let record = records.get(id);
    if (record === undefined) {
      record = { health: { circuit: 'closed' }, failuresInARow: 0, openUntilMs: 0, probing: false };
      records.set(id, record);
      view.set(id, record.health);
    }
    return record;
  }

  function average(before: number | undefined, now: number): number {
    return before === undefined ? now : before + ALPHA * (now - before);
  }

  return {
    snapshot(nowMs) {
      for (const record of records.values()) {
        if (record.health.circuit === 'open' && nowMs >= record.openUntilMs) record.health.circuit = 'halfOpen';
      }
      return view;
    },
    admits(id, nowMs) {
      const record = records.get(id);
      if (record === undefined || record.health.circuit === 'closed') return true;
      if (nowMs < record.openUntilMs || record.probing) return false;
      record.health.circuit = 'halfOpen';
      record.probing = true;
      return true;
    },
    succeeded(id, { firstByteMs, tokensPerSecond }) {
      const record = recordOf(id);
      const { health } = record;
      record.failuresInARow = 0;
      record.probing = false;
      health.circuit = 'closed';
      health.errorRate = average(health.errorRate ?? 0, 0);
      health.firstByteMs = average(health.firstByteMs, firstByteMs);
      if (tokensPerSecond !== undefined) health.tokensPerSecond = average(health.tokensPerSecond, tokensPerSecond);
    },
    failed(id, code, nowMs) {
      const record = recordOf(id);
      record.probing = false;
      if (!TELLING.has(code)) return;
      record.failuresInARow += 1;
      record.health.errorRate = average(record.health.errorRate ?? 0, 1);
      if (record.failuresInARow < FAILURES_TO_OPEN && record.health.circuit !== 'halfOpen') return;
      record.health.circuit = 'open';
      record.openUntilMs = nowMs + OPEN_MS;
    },
    released(id) {
      const record = records.get(id);
      if (record !== undefined) record.probing = false;
    },
  };
}
