import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../gateway/db/open.ts';
import { createRequestId, openLedger } from '../gateway/ledger/index.ts';
import { exampleRow } from './request-row.ts';

/* A process that a test kills: records rows for ever, and says each id on stdout once it is recorded. */

const [folder = '', migrations = ''] = process.argv.slice(2);
const log = { info() {}, warn() {}, error() {} };
const database = openDatabase(join(folder, 'gateway.db'), migrations);
const ledger = openLedger({ database, journalPath: join(folder, 'ledger.journal'), log });

function recordSome(): void {
  for (let count = 0; count < 10; count++) {
    const nowMs = Date.now();
    const id = createRequestId(nowMs);
    ledger.record(exampleRow({ id, startedAtMs: nowMs }));
    writeSync(1, `${id}\n`);
  }
  setTimeout(recordSome, 1);
}

recordSome();
