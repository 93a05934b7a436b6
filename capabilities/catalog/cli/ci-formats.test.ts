import { expect, test } from 'vitest';
import { ciFormats } from './ci-formats.ts';
import type { Finding } from './validate-files.ts';

const missing: Finding = {
  level: 'error',
  file: 'svc/a b/catalog-info.yaml',
  line: 7,
  document: 'Component <shop>',
  problem: 'spec.owner is missing.',
  fix: 'Add it, "owner: team".',
};
const loose: Finding = { ...missing, level: 'warning', line: 9, problem: 'group:default/x is not in the catalog: 100%.' };
const some = { findings: [missing, { ...missing, line: 20 }, loose], counted: '2 documents in 1 file' };
const none = { findings: [], counted: '2 documents in 1 file' };

test('GitHub gets a command for each finding, at its line', () => {
  expect(ciFormats.github(some).split('\n')).toEqual([
    '::error file=svc/a b/catalog-info.yaml,line=7,title=Component <shop>::spec.owner is missing. Add it, "owner: team".',
    '::error file=svc/a b/catalog-info.yaml,line=20,title=Component <shop>::spec.owner is missing. Add it, "owner: team".',
    '::warning file=svc/a b/catalog-info.yaml,line=9,title=Component <shop>::group:default/x is not in the catalog: 100%25. Add it, "owner: team".',
  ]);
  expect(ciFormats.github(none)).toBe('2 documents in 1 file: all valid.');
});

test('GitLab gets a Code Quality report; a problem that moves keeps its fingerprint, two alike have two', () => {
  const read = (text: string) => JSON.parse(text) as { fingerprint: string }[];
  const report = read(ciFormats.gitlab(some));
  expect(report).toMatchObject([
    { severity: 'major', location: { path: missing.file, lines: { begin: 7 } }, check_name: 'paved-catalog' },
    { severity: 'major', location: { path: missing.file, lines: { begin: 20 } } },
    { severity: 'minor' },
  ]);
  expect(new Set(report.map(({ fingerprint }) => fingerprint)).size).toBe(3);
  const moved = read(ciFormats.gitlab({ ...some, findings: [{ ...missing, line: 70 }] }));
  expect(moved[0]?.fingerprint).toBe(report[0]?.fingerprint);
  expect(read(ciFormats.gitlab(none))).toEqual([]);
});

test('JUnit has a failed case for each error, and a passed one when there is none', () => {
  const failed = ciFormats.junit(some);
  expect(failed).toContain('<testsuites tests="2" failures="2">');
  expect(failed).toContain('name="Component &lt;shop&gt;, line 7"');
  expect(failed.match(/<failure /g)).toHaveLength(2);
  expect(ciFormats.junit(none)).toContain('<testcase classname="catalog" name="2 documents in 1 file"></testcase>');
  const warned = ciFormats.junit({ ...none, findings: [loose] });
  expect(warned).toContain('tests="1" failures="0"');
  expect(warned).toContain('<system-out>svc/a b/catalog-info.yaml:9: Component');
  expect(ciFormats.junit({ ...none, findings: [{ ...missing, problem: 'a\u0000b' }] })).toContain('a\ufffdb');
});

test('SARIF names the file as an address and the line', () => {
  const { version, runs } = JSON.parse(ciFormats.sarif(some)) as { version: string; runs: { results: object[] }[] };
  expect(version).toBe('2.1.0');
  expect(runs[0]?.results).toHaveLength(3);
  expect(runs[0]?.results[0]).toMatchObject({
    level: 'error',
    message: { text: 'Component <shop>: spec.owner is missing. Add it, "owner: team".' },
    locations: [{ physicalLocation: { artifactLocation: { uri: 'svc/a%20b/catalog-info.yaml' }, region: { startLine: 7 } } }],
  });
});
