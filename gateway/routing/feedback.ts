import { LRUCache } from 'lru-cache';
import { GatewayError } from '../errors.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Learning } from './learning.ts';

export type Verdict = 'good' | 'bad';

/** Takes what a person says of an answer. */
export interface Feedback {
  /**
   * A second word on the same request takes the place of the first. `clientId`: the request must be this client's. Throws `not_found`, and
   * `conflict` where no model answered.
   */
  give(requestId: string, verdict: Verdict, clientId?: string): Promise<{ requestId: string; verdict: Verdict }>;
}

const MAX_REMEMBERED = 10_000;

export function createFeedback({ ledger, learning }: { ledger: Pick<Ledger, 'one'>; learning: Learning }): Feedback {
  const given = new LRUCache<string, Verdict>({ max: MAX_REMEMBERED });

  return {
    async give(requestId, verdict, clientId) {
      const row = await ledger.one(requestId);
      if (row === null || (clientId !== undefined && row.clientId !== clientId))
        throw new GatewayError('not_found', 'There is no request with this id.', { field: 'request_id' });
      const { provider, model, complexity } = row;
      if (provider === null || model === null || complexity === null)
        throw new GatewayError('conflict', 'No model answered this request.', { field: 'request_id' });
      const before = given.get(requestId);
      const of = { model: `${provider}/${model}`, complexity };
      if (before !== undefined) learning.noticed(signalOf(before), { ...of, times: -1 });
      learning.noticed(signalOf(verdict), of);
      given.set(requestId, verdict);
      return { requestId, verdict };
    },
  };
}

function signalOf(verdict: Verdict): 'thumbsUp' | 'thumbsDown' {
  return verdict === 'good' ? 'thumbsUp' : 'thumbsDown';
}

/** Reads the body of `POST /v1/feedback`: `{ "request_id": "req_…", "verdict": "good" | "bad" }`. Throws `invalid_request`. */
export function readFeedback(body: Record<string, unknown>): { requestId: string; verdict: Verdict } {
  const { request_id: requestId, verdict } = body;
  if (typeof requestId !== 'string' || requestId === '')
    throw new GatewayError('invalid_request', 'request_id must be the x-gateway-request-id of an answer.', {
      field: 'request_id',
    });
  if (verdict !== 'good' && verdict !== 'bad')
    throw new GatewayError('invalid_request', 'verdict must be "good" or "bad".', { field: 'verdict' });
  return { requestId, verdict };
}
