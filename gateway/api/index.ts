export type { OwnerPort } from './carriers.ts';
export { createEvents } from './events.ts';
export { mountApi } from './mount.ts';
