import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findChromium } from './chromium.ts';
import { prepare } from './prepare.ts';
import { root } from './setup.mjs';

interface VitestReport {
  testResults: { name: string; status: string; assertionResults: { status: string; fullName: string }[] }[];
}

/** What running some files of a Vitest project gave. */
interface Outcome {
  /** A line per passed test. */
  readonly passed: readonly string[];
  /** A line per failed test, or per file that did not even load. */
  readonly failed: readonly { readonly file: string; readonly name: string }[];
  readonly skipped: readonly string[];
}

/** A file that did not even load, or whose set-up failed. */
const unfinished = (file: string): string => `${file}: did not run to its end`;

/** Runs one Vitest project, or of it only the files whose path holds one of `files`, in its own process. */
function runProject(project: string, files: readonly string[]): Outcome {
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
      ...files,
    ],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: environment },
  );
  let parsed: VitestReport;
  try {
    parsed = JSON.parse(readFileSync(report, 'utf8')) as VitestReport;
  } catch {
    return { passed: [], failed: [{ file: '', name: `${project} ended without a report (exit code ${made.status})` }], skipped: [] };
  }
  const passed: string[] = [];
  const failed: { file: string; name: string }[] = [];
  const skipped: string[] = [];
  for (const { name, status, assertionResults } of parsed.testResults) {
    const file = path.relative(root, name);
    const named = (status: string) => assertionResults.filter((test) => test.status === status).map((test) => `${file}: ${test.fullName}`);
    passed.push(...named('passed'));
    const broken = named('failed');
    if (status === 'failed' && broken.length === 0) broken.push(unfinished(file));
    failed.push(...broken.map((text) => ({ file, name: text })));
    skipped.push(...assertionResults.filter((test) => ['skipped', 'pending'].includes(test.status)).map((test) => test.fullName));
  }
  if (failed.length === 0 && made.status !== 0) failed.push({ file: '', name: `${project} ended with exit code ${made.status}` });
  return { passed, failed, skipped };
}

/**
 * On a machine that nobody watches, files with a failed test get a second chance, in a process and with databases of their own: a
 * test failed that never passed. At home they do not, so that an unreliable test is seen and mended.
 */
function withSecondChance(project: string, first: Outcome): Outcome {
  const files = [...new Set(first.failed.map(({ file }) => file))];
  if (process.env['CI'] === undefined || first.failed.length === 0 || files.includes('')) return first;
  console.log(`\n── ${project}, once more: ${files.join(', ')} ──`);
  const second = runProject(project, files);
  const mended = first.failed.filter(({ file, name }) =>
    name === unfinished(file) ? !second.failed.some((failed) => failed.file === file) : second.passed.includes(name),
  );
  for (const { name } of mended) console.log(`passed only the second time: ${name}`);
  for (const { name } of second.failed) if (first.passed.includes(name)) console.log(`passed only the first time: ${name}`);
  return {
    ...first,
    passed: [...first.passed, ...mended.map(({ name }) => name)],
    failed: first.failed.filter((one) => !mended.includes(one)),
  };
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
  return withSecondChance(project, runProject(project, filter));
});
const passed = results.reduce((total, result) => total + result.passed.length, 0);
const failed = results.flatMap((result) => result.failed);
const skipped = results.flatMap((result) => result.skipped);
if ('missing' in chromium) console.log(`\nBrowser journeys were skipped: ${chromium.missing}.`);
for (const name of skipped) console.log(`skipped: ${name}`);
for (const { name } of failed) console.log(`failed: ${name}`);
console.log(`\n${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
process.exit(failed.length === 0 ? 0 : 1);
