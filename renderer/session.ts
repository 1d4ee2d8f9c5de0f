import { createStore } from './store.ts';

/** `out`: the gateway wants a sign-in before it answers. */
export const session = createStore<'in' | 'out'>('in');
