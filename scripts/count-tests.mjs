import { readFileSync } from 'node:fs';

/** @typedef {{ status: string, assertionResults: { status: string, fullName: string }[] }} TestFile */

// Prints what vitest's JSON report counted as the last line of `.ci/run`, and fails when anything did.
const path = process.argv[2] ?? '';
const otherFailure = process.env.FAILED === '1';

let counts = { passed: 0, failed: 0, skipped: 0, brokenFiles: 0 };
try {
  const report = JSON.parse(readFileSync(path, 'utf8'));
  const files = report.testResults.filter((/** @type {TestFile} */ file) => file.status === 'failed');
  counts = {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
    // A file that could not even be loaded has no tests to count: it counts as one that failed.
    brokenFiles: files.filter((/** @type {TestFile} */ file) => file.assertionResults.length === 0).length,
  };
  for (const file of report.testResults) {
    for (const test of file.assertionResults) {
      if (test.status === 'skipped' || test.status === 'pending') console.log(`- skipped: ${test.fullName}`);
    }
  }
} catch (error) {
  console.log(`The tests left no readable report: ${error}`);
  counts.failed = 1;
}

const failed = counts.failed + counts.brokenFiles;
if (otherFailure && failed === 0) console.log('A check failed, though no test did: see above.');
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(`${counts.passed} passed, ${failed} failed${skipped}`);
process.exitCode = failed > 0 || otherFailure || counts.passed === 0 ? 1 : 0;
