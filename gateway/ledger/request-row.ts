import { randomBytes } from 'node:crypto';
import type { requests } from '../db/schema.ts';

/** One exchange as the ledger keeps it: tokens by the definition of `Usage`, cost in nano-dollars, times in milliseconds. */
export type RequestRow = typeof requests.$inferSelect;

const SALT = randomBytes(4).toString('hex');
const COUNTERS = 36 ** 4;
let counter = 0;

/** `req_` and 21 characters that sort by time, then by order of making within this process. */
export function createRequestId(nowMs: number): string {
  counter = (counter + 1) % COUNTERS;
  return `req_${nowMs.toString(36).padStart(9, '0')}${counter.toString(36).padStart(4, '0')}${SALT}`;
}
