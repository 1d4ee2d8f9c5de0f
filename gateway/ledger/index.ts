export { zoneOf } from './calendar.ts';
export { type Ledger, openLedger } from './ledger.ts';
export type { Scope } from './queries.ts';
export { createRequestId, isMadeHere, type RequestRow } from './request-row.ts';
