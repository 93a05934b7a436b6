import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findChromium } from './chromium.ts';
import { prepare } from './prepare.ts';
import { root } from './setup.mjs';

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numFailedTestSuites: number;
  testResults: { name: string; status: string; message: string; assertionResults: { status: string; fullName: string }[] }[];
}

/** Runs one Vitest project in its own process; gives its counts. */
function runProject(
  project: string,
  environment: NodeJS.ProcessEnv,
  filter: readonly string[],
): { passed: number; failed: number; skipped: string[] } {
  const report = path.join(mkdtempSync(path.join(os.tmpdir(), 'paved-report-')), 'report.json');
  const made = spawnSync(
    process.execPath,
    [
      path.join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      '--passWithNoTests',
      ...filter,
    ],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: environment,
    },
  );
  try {
    const parsed = JSON.parse(readFileSync(report, 'utf8')) as VitestReport;
    const skipped = parsed.testResults.flatMap((file) =>
      file.assertionResults.filter((t) => t.status === 'skipped' || t.status === 'pending').map((t) => t.fullName),
    );
    // A file that did not even load has no failed test of its own.
    const broken = parsed.testResults.filter(
      (file) => file.status === 'failed' && !file.assertionResults.some((t) => t.status === 'failed'),
    ).length;
    const failed = parsed.numFailedTests + broken;
    return { passed: parsed.numPassedTests, failed: failed === 0 && made.status !== 0 ? 1 : failed, skipped };
  } catch {
    return { passed: 0, failed: 1, skipped: [] };
  }
}

const filter = process.argv.slice(2).filter((arg) => arg !== '--');
await prepare(console.log);
const chromium = findChromium(console.log);
const environment = {
  ...process.env,
  PATH: `${path.dirname(process.execPath)}:${process.env['PATH']}`,
  ...('path' in chromium ? { PAVED_CHROMIUM: chromium.path } : {}),
};
const results = ['unit', 'drivers', 'db', 'journeys', 'e2e'].map((project) => {
  console.log(`\n── ${project} ──`);
  return runProject(project, environment, filter);
});
const sum = (key: 'passed' | 'failed'): number => results.reduce((total, result) => total + result[key], 0);
const skipped = results.flatMap((result) => result.skipped);
if ('missing' in chromium) console.log(`\nBrowser journeys were skipped: ${chromium.missing}.`);
for (const name of skipped) console.log(`skipped: ${name}`);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed, ${skipped.length} skipped`);
process.exit(sum('failed') === 0 ? 0 : 1);
