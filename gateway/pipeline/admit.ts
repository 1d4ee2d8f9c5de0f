import { collectBody } from '../body/collect.ts';
import { GatewayError } from '../errors.ts';
import type { Step } from './step.ts';

/** Takes in the body, within its limits. */
export function admit(bodyLimitBytes: () => number): Step {
  return {
    name: 'admit',
    async request(exchange) {
      const { headers } = exchange.incoming;
      const type = headers['content-type'];
      if (type !== undefined && !/^application\/(\w+\+)?json\b/i.test(type)) {
        throw new GatewayError(
          'unsupported_media_type',
          `The body must be JSON, not ${type.slice(0, 80)}. Send the header content-type: application/json.`,
        );
      }
      const encoding = headers['content-encoding'];
      if (encoding !== undefined && encoding !== 'identity') {
        throw new GatewayError(
          'unsupported_media_type',
          `The body must not be compressed (${encoding.slice(0, 40)}). Send it as plain JSON.`,
        );
      }
      exchange.collected = await collectBody(exchange.incoming, bodyLimitBytes());
      return undefined;
    },
  };
}
