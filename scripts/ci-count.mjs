/**
 * Prints `N passed, N failed, N skipped` from vitest's JSON report (reports/vitest.json, or the path given)
 * and exits 1 when the report is missing, unreadable, holds no test or holds a failure.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './process.mjs';

const path = process.argv[2] ?? join(root, 'reports', 'vitest.json');
const counts = { passed: 0, failed: 0, skipped: 0 };
try {
  const report = JSON.parse(readFileSync(path, 'utf8'));
  counts.passed = report.numPassedTests;
  counts.skipped = report.numPendingTests + report.numTodoTests;
  // A file that cannot be loaded fails without a failed test in it.
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  counts.failed = report.numFailedTests + broken;
  if (!report.success) counts.failed = Math.max(1, counts.failed);
  if (counts.passed + counts.failed === 0) throw new Error(`${path} holds no test that ran`);
  process.exitCode = counts.failed === 0 ? 0 : 1;
} catch (error) {
  console.error(`the test report cannot be used: ${error.message}`);
  process.exitCode = 1;
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
