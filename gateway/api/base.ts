import { implement, ORPCError, ValidationError } from '@orpc/server';
import type { Access } from '../../contract/common.ts';
import { contract } from '../../contract/index.ts';
import type { Caller } from '../accounts/index.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import type { Logger } from '../host.ts';
import type { GatewayKeys } from '../vault/index.ts';
import { createView, ownerOnly } from './view.ts';

/** What the calls of each area are built upon. */
export type Base = ReturnType<typeof createBase>;

interface BaseOptions {
  gatewayKeys: Pick<GatewayKeys, 'clientsOf'>;
  log: Logger;
}

/**
 * Every call: refused to whom the contract does not open it, told what its caller may see, its errors turned into the contract's. The one
 * table of codes and statuses holds here too.
 */
export function createBase({ gatewayKeys, log }: BaseOptions) {
  return implement(contract)
    .$context<{ caller: Caller }>()
    .use(async ({ context: { caller }, next, path, procedure }) => {
      try {
        const { member = false }: Access = procedure['~orpc'].meta;
        if (caller.role !== 'owner' && !member) throw ownerOnly();
        return await next({ context: { view: createView(caller, gatewayKeys) } });
      } catch (thrown) {
        if (thrown instanceof ORPCError && !isRefused(thrown)) throw thrown;
        const { code, status, message, field } = asGatewayError(isRefused(thrown) ? refusalOf(thrown.cause) : thrown);
        if (!(thrown instanceof GatewayError || thrown instanceof ORPCError)) {
          const name = thrown instanceof Error ? thrown.name : typeof thrown;
          log.error('A call of the contract failed.', { call: path.join('.'), error: name });
        }
        throw new ORPCError(code, { status, message, data: field === undefined ? undefined : { field } });
      }
    });
}

/** An input that is not as the contract has it. */
function isRefused(thrown: unknown): thrown is ORPCError<'BAD_REQUEST', unknown> {
  return thrown instanceof ORPCError && thrown.code === 'BAD_REQUEST' && thrown.cause instanceof ValidationError;
}

/** Names the field, and says what it has to be. */
function refusalOf(cause: unknown): GatewayError {
  const [issue] = cause instanceof ValidationError ? cause.issues : [];
  const field = issue?.path?.map((part) => String(typeof part === 'object' ? part.key : part)).join('.') ?? '';
  const message = issue?.message ?? 'Not valid';
  return new GatewayError('invalid_request', field === '' ? message : `${field}: ${message}`, { field });
}
