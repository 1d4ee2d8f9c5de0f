export { zoneOf } from './calendar.ts';
export { type Ledger, openLedger } from './ledger.ts';
export { createRequestId, type RequestRow } from './request-row.ts';
