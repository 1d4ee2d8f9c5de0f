import { leave } from '../limits/counts.ts';
import type { Limits } from '../limits/index.ts';
import { type Exchange, need } from './exchange.ts';
import type { Step } from './step.ts';

/** Requests a minute, tokens a minute and requests at once: asked before the body is read. */
export function limit(limits: Limits): Step {
  function admit(exchange: Exchange, admission: NonNullable<Exchange['admission']>): undefined {
    exchange.admission = admission;
    const headers = () => limits.headers(admission);
    exchange.limitHeaders = headers;
    return undefined;
  }
  return {
    name: 'limit',
    request(exchange) {
      const admission = limits.admit(need(exchange.client));
      return admission instanceof Promise
        ? admission.then((admitted) => admit(exchange, admitted))
        : admit(exchange, admission);
    },
    settled({ admission }) {
      if (admission !== undefined) leave(admission);
    },
  };
}
