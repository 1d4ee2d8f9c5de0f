import { type Body, readJsonBody } from '../body/read.ts';
import { type Exchange, need } from './exchange.ts';
import type { Step } from './step.ts';

/** Reads the body, and says it in the hub's terms. */
export function read(): Step {
  function keep(exchange: Exchange, body: Body): undefined {
    exchange.body = body;
    exchange.collected = undefined;
    exchange.request = exchange.inbound.readRequest(body.json);
    return undefined;
  }
  return {
    name: 'read',
    request(exchange) {
      const body = readJsonBody(need(exchange.collected));
      return body instanceof Promise ? body.then((whole) => keep(exchange, whole)) : keep(exchange, body);
    },
  };
}
