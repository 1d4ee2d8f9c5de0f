export type { OwnerPort } from './carriers.ts';
export { createEvents, type Events } from './events.ts';
export { mountApi } from './mount.ts';
