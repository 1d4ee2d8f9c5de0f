export { createEvents } from './events.ts';
export { mountApi } from './mount.ts';
