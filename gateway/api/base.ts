import { implement, ORPCError } from '@orpc/server';
import { contract } from '../../contract/index.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import type { Logger } from '../host.ts';

/** What the calls of each area are built upon. */
export type Base = ReturnType<typeof createBase>;

/** Every call, its errors turned into the contract's: the one table of codes and statuses holds here too. */
export function createBase(log: Logger) {
  return implement(contract).use(async ({ next, path }) => {
    try {
      return await next();
    } catch (thrown) {
      if (thrown instanceof ORPCError) throw thrown;
      const { code, status, message, field } = asGatewayError(thrown);
      if (!(thrown instanceof GatewayError)) {
        const name = thrown instanceof Error ? thrown.name : typeof thrown;
        log.error('A call of the contract failed.', { call: path.join('.'), error: name });
      }
      throw new ORPCError(code, { status, message, data: field === undefined ? undefined : { field } });
    }
  });
}
