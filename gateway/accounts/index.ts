export { createOwnerAccount, type OwnerAccount } from './account.ts';
export { mountSession } from './mount.ts';
export { createOwnerSessions, type OwnerSessions } from './sessions.ts';
