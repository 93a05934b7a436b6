import { createHash } from 'node:crypto';
import type { Finding } from './validate-files.ts';

/** What was looked at, in words: "3 documents in 2 files". */
export interface Checked {
  readonly findings: readonly Finding[];
  readonly counted: string;
}

/** How findings are written for what shows them beside a change. */
export const ciFormats = {
  github,
  gitlab,
  junit,
  sarif,
} satisfies Record<string, (checked: Checked) => string>;

export type CiFormat = keyof typeof ciFormats;

const said = ({ document, problem, fix }: Finding): string => `${document}: ${problem} ${fix}`.trim();

/** Workflow commands of GitHub Actions, a line each: `::error file=…,line=…::message`. */
function github({ findings, counted }: Checked): string {
  const escaped = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const lines = findings.map(
    ({ level, file, line, document, problem, fix }) =>
      `::${level} file=${property(file)},line=${line},title=${property(document)}::${escaped(`${problem} ${fix}`.trim())}`,
  );
  return lines.length === 0 ? `${counted}: all valid.` : lines.join('\n');
}

/** GitLab's Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
function gitlab({ findings }: Checked): string {
  const seen = new Map<string, number>();
  const report = findings.map((finding) => {
    // The same problem keeps its fingerprint when lines move; twice in one document it is told apart by its turn.
    const what = JSON.stringify([finding.file, finding.document, finding.problem]);
    const turn = (seen.get(what) ?? 0) + 1;
    seen.set(what, turn);
    return {
      description: said(finding),
      check_name: 'paved-catalog',
      fingerprint: createHash('sha256').update(`${what}#${turn}`).digest('hex'),
      severity: finding.level === 'error' ? 'major' : 'minor',
      location: { path: finding.file, lines: { begin: finding.line } },
    };
  });
  return JSON.stringify(report, null, 2);
}

/** JUnit's XML as CI systems read it: a failed case for each error, one that passed when there is none. Warnings are words of it. */
function junit({ findings, counted }: Checked): string {
  const errors = findings.filter(({ level }) => level === 'error');
  const warnings = findings.filter(({ level }) => level === 'warning');
  const place = ({ file, line }: Finding): string => `${file}:${line}`;
  const cases = errors.map(
    (finding) =>
      `    <testcase classname="${xml(finding.file)}" name="${xml(`${finding.document}, line ${finding.line}`)}" file="${xml(finding.file)}">\n` +
      `      <failure message="${xml(finding.problem)}">${xml(`${place(finding)}: ${finding.problem} ${finding.fix}`.trim())}</failure>\n` +
      `    </testcase>`,
  );
  if (cases.length === 0) {
    const words = warnings.map((finding) => xml(`${place(finding)}: ${said(finding)}`)).join('\n');
    cases.push(
      `    <testcase classname="catalog" name="${xml(counted)}">${words === '' ? '' : `<system-out>${words}</system-out>`}</testcase>`,
    );
  }
  const counts = `tests="${cases.length}" failures="${errors.length}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="paved catalog validate" ${counts}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
  ].join('\n');
}

/** SARIF 2.1.0 as code scanning takes it: https://docs.oasis-open.org/sarif/sarif/v2.1.0/ */
function sarif({ findings }: Checked): string {
  const result = (finding: Finding): object => ({
    ruleId: 'catalog-document',
    level: finding.level,
    message: { text: said(finding) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: finding.file.split(/[\\/]/).map(encodeURIComponent).join('/') },
          region: { startLine: finding.line },
        },
      },
    ],
  });
  return JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'paved catalog validate',
              rules: [{ id: 'catalog-document', shortDescription: { text: 'A catalog document follows the rules of its kind.' } }],
            },
          },
          results: findings.map(result),
        },
      ],
    },
    null,
    2,
  );
}

/** Characters that XML gives a meaning, and those it does not take at all. */
const xml = (text: string): string =>
  text
    // oxlint-disable-next-line no-control-regex -- these are what is taken out
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
