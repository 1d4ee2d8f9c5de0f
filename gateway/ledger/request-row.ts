import { randomBytes } from 'node:crypto';
import type { requests } from '../db/schema.ts';

/** One exchange as the ledger keeps it: tokens by the definition of `Usage`, cost in nano-dollars, times in milliseconds. */
export type RequestRow = typeof requests.$inferSelect;

const SALT = randomBytes(4).toString('hex');
const COUNTERS = 36 ** 4;
const ID = /^req_([0-9a-z]{9})[0-9a-z]{4}[0-9a-f]{8}$/;
let counter = 0;
/** Many ids are made in the same millisecond, and writing a large number is slow. */
let prefixMs = Number.NaN;
let prefix = '';

/** `req_` and 21 characters that sort by time, then by order of making within this process. */
export function createRequestId(nowMs: number): string {
  if (nowMs !== prefixMs) {
    prefixMs = nowMs;
    prefix = `req_${nowMs.toString(36).padStart(9, '0')}`;
  }
  counter = (counter + 1) % COUNTERS;
  return `${prefix}${counter.toString(36).padStart(4, '0')}${SALT}`;
}

/** The time that an id of `createRequestId` was made for; undefined for any other. */
export function timeOfRequestId(id: string): number | undefined {
  const [, time] = ID.exec(id) ?? [];
  return time === undefined ? undefined : Number.parseInt(time, 36);
}

/** Whether an id was made by this process: rows of an earlier one come back from the journal. */
export function isMadeHere(id: string): boolean {
  return id.endsWith(SALT);
}
