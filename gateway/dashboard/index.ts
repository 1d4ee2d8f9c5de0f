export { mountFiles } from './files.ts';
export { mountSession } from './mount-session.ts';
export { createOwnerSessions } from './session.ts';
