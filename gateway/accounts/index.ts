export { type Caller, OWNER } from './caller.ts';
export { mountSession } from './mount.ts';
export { type Authorized, createSessions, type Sessions } from './sessions.ts';
export { type Account, type Accounts, createAccounts, type Linked } from './store.ts';
