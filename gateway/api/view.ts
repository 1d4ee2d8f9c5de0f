import type { Caller } from '../accounts/index.ts';
import { GatewayError } from '../errors.ts';
import type { GatewayKeys } from '../vault/index.ts';

/** What a caller may see of the gateway keys and of the rows that were asked with them. */
export interface View {
  caller: Caller;
  /** Ids of the clients to ask the ledger for; undefined: all. `user`: as the caller filters, which opens nothing to a member. */
  clients(user?: string): string[] | undefined;
  /** Whether this client's rows are shown. */
  sees(clientId: string | null): boolean;
  /** Throws `not_found` for a gateway key that is another one's, as for one that is none. */
  check(keyId: string): void;
}

export function createView(caller: Caller, gatewayKeys: Pick<GatewayKeys, 'clientsOf'>): View {
  const isOwner = caller.role === 'owner';
  const sees = (clientId: string | null) =>
    isOwner || (clientId !== null && gatewayKeys.clientsOf(caller.id).includes(clientId));
  return {
    caller,
    clients(user) {
      if (!isOwner) return user === undefined || user === caller.id ? gatewayKeys.clientsOf(caller.id) : [];
      return user === undefined ? undefined : gatewayKeys.clientsOf(user);
    },
    sees,
    check(keyId) {
      if (!sees(keyId)) throw new GatewayError('not_found', 'There is no gateway key with this id.', { field: 'id' });
    },
  };
}

export function ownerOnly(): GatewayError {
  return new GatewayError('forbidden', 'Only the owner of this gateway may do this. Ask whoever invited you.');
}
