import { describe, expect, it } from 'vitest';
import { GatewayError } from '../errors.ts';
import { retryDelayMs } from './retry.ts';

const failed = new GatewayError('provider_failed', 'It failed.');
const limited = (retryAfterMs: number) => new GatewayError('provider_rate_limited', 'Too many.', { retryAfterMs });

describe('the wait before another try', () => {
  it('grows, with jitter, and ends after two tries more', () => {
    for (let count = 0; count < 50; count++) {
      const [first, second] = [retryDelayMs(failed, 0, 10_000) ?? 0, retryDelayMs(failed, 1, 10_000) ?? 0];
      expect(first >= 125 && first <= 250).toBe(true);
      expect(second >= 250 && second <= 500).toBe(true);
    }
    expect(retryDelayMs(failed, 2, 10_000)).toBeUndefined();
  });

  it('is as long as the provider asks, where that is not too long', () => {
    const wait = retryDelayMs(limited(4000), 0, 10_000) ?? 0;
    expect(wait >= 4000 && wait <= 4100).toBe(true);
    expect(retryDelayMs(limited(10_000), 0, 10_000)).toBeDefined();
    expect(retryDelayMs(limited(10_001), 0, 10_000)).toBeUndefined();
  });

  it('is none for what another try cannot mend', () => {
    expect(retryDelayMs(new GatewayError('provider_refused_key', 'No.'), 0, 10_000)).toBeUndefined();
    expect(retryDelayMs(new GatewayError('provider_invalid_request', 'No.'), 0, 10_000)).toBeUndefined();
  });
});
