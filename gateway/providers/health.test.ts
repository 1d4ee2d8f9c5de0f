import { describe, expect, it } from 'vitest';
import { createHealth } from './health.ts';

const ID = 'openai/gpt-5';

function failTimes(times: number) {
  const health = createHealth();
  for (let count = 0; count < times; count++) health.failed(ID, 'provider_failed', 0);
  return health;
}

describe('the circuit of a target', () => {
  it('opens after five failures in a row, and not before', () => {
    expect(failTimes(4).snapshot(0).get(ID)?.circuit).toBe('closed');
    expect(failTimes(5).snapshot(0).get(ID)?.circuit).toBe('open');
    const mended = failTimes(4);
    mended.succeeded(ID, { firstByteMs: 100 });
    mended.failed(ID, 'provider_failed', 0);
    expect(mended.snapshot(0).get(ID)?.circuit).toBe('closed');
  });

  it('does not open for what is not the fault of the target', () => {
    const health = createHealth();
    for (let count = 0; count < 9; count++) {
      health.failed(ID, 'provider_refused_key', 0);
      health.failed(ID, 'provider_rate_limited', 0);
      health.failed(ID, 'provider_invalid_request', 0);
    }
    expect(health.figures(0).get(ID)).toEqual({ circuit: 'closed' });
    expect(health.admits(ID, 0)).toBe(true);
  });

  it('lets one probe through after half a minute, and closes when that succeeds', () => {
    const health = failTimes(5);
    expect(health.admits(ID, 29_999)).toBe(false);
    expect(health.snapshot(30_000).get(ID)?.circuit).toBe('halfOpen');
    expect([health.admits(ID, 30_000), health.admits(ID, 30_001)]).toEqual([true, false]);
    health.succeeded(ID, { firstByteMs: 50 });
    expect([health.snapshot(30_002).get(ID)?.circuit, health.admits(ID, 30_002)]).toEqual(['closed', true]);
  });

  it('opens again at once when the probe fails, and takes another one when it was called off', () => {
    const health = failTimes(5);
    health.admits(ID, 30_000);
    health.failed(ID, 'provider_unreachable', 30_100);
    expect(health.admits(ID, 60_000)).toBe(false);
    expect(health.admits(ID, 60_100)).toBe(true);
    health.released(ID);
    expect(health.admits(ID, 60_101)).toBe(true);
    health.released('nobody');
  });
});

describe('what is measured of a target', () => {
  it('moves towards the newest figures', () => {
    const health = createHealth();
    health.succeeded(ID, { firstByteMs: 100, tokensPerSecond: 50 });
    expect(health.figures(0).get(ID)).toEqual({
      circuit: 'closed',
      errorRate: 0,
      firstByteMs: 100,
      tokensPerSecond: 50,
    });
    health.succeeded(ID, { firstByteMs: 200 });
    health.failed(ID, 'provider_timeout', 0);
    expect(health.figures(0).get(ID)).toEqual({
      circuit: 'closed',
      errorRate: 0.2,
      firstByteMs: 120,
      tokensPerSecond: 50,
    });
  });

  it('is nothing of one that was never called', () => {
    const health = createHealth();
    expect([health.figures(0).size, health.admits(ID, 0)]).toEqual([0, true]);
  });

  it('gives decisions the same snapshot while no circuit changes and no figure moves by much, for five seconds at least', () => {
    const health = createHealth();
    const first = health.snapshot(0);
    health.succeeded(ID, { firstByteMs: 100 });
    const second = health.snapshot(1);
    health.succeeded(ID, { firstByteMs: 900 });
    expect([first.size, second.get(ID)?.firstByteMs]).toEqual([0, 100]);
    expect(health.snapshot(5_000)).toBe(second);
    const third = health.snapshot(5_001);
    expect([third.get(ID)?.firstByteMs, second.get(ID)?.firstByteMs]).toEqual([260, 100]);
    health.succeeded(ID, { firstByteMs: 500 });
    expect(health.snapshot(20_000)).toBe(third);
    for (let count = 0; count < 5; count++) health.failed(ID, 'provider_failed', 25_002);
    expect(health.snapshot(25_002).get(ID)?.circuit).toBe('open');
    expect(health.snapshot(55_001)).toBe(health.snapshot(25_003));
    expect(health.snapshot(55_002).get(ID)?.circuit).toBe('halfOpen');
  });
});
