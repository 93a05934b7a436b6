import { expect, test } from 'vitest';
import { parseTestResults } from './test-results.ts';

test('JUnit: failures, skips, durations and escaped messages', () => {
  const report = parseTestResults(`<?xml version="1.0"?><testsuites><testsuite name="s">
    <testcase name="adds &lt;b&gt;" time="0.012" classname="math"/>
    <testcase name="fails" time="1.5"><failure message="1 &amp; 2 differ">at x</failure></testcase>
    <testcase name="later"><skipped/></testcase></testsuite></testsuites>`);
  expect(report).toMatchObject({ format: 'junit', passed: 1, failed: 1, skipped: 1 });
  expect(report?.cases[0]).toEqual({ name: 'adds <b>', suite: 'math', status: 'passed', durationMs: 12 });
  expect(report?.cases[1]?.message).toBe('1 & 2 differ');
});

test('TAP of node --test: leaves count, parents do not, skip and todo are no failures', () => {
  const report = parseTestResults(`TAP version 13
# Subtest: group
    # Subtest: one
    ok 1 - one
      ---
      duration_ms: 3.2
      ...
    not ok 2 - two
      ---
      duration_ms: 1
      error: 'expected 1'
      ...
    1..2
not ok 1 - group
ok 2 - three # SKIP no database
not ok 3 - four # TODO
1..3
`);
  expect(report?.cases.map((c) => [c.name, c.status])).toEqual([
    ['one', 'passed'],
    ['two', 'failed'],
    ['three', 'skipped'],
    ['four', 'passed'],
  ]);
  expect(report?.cases[1]?.message).toContain('expected 1');
});

test('other text is no report', () => {
  expect(parseTestResults('npm warn something')).toBeUndefined();
});
