/** Who asks something of the gateway: the owner, or a user whom the owner invited. */
export interface Caller {
  /** Of the account; `owner` whether or not the owner has made one. */
  id: string;
  role: 'owner' | 'member';
  /** Undefined: by the owner token, or over a port of the host. */
  sessionId?: string;
}

export const OWNER_ID = 'owner';

/** Whoever the host itself vouches for. */
export const OWNER: Caller = { id: OWNER_ID, role: 'owner' };

export function callerOf(id: string, sessionId: string): Caller {
  return { id, role: id === OWNER_ID ? 'owner' : 'member', sessionId };
}
