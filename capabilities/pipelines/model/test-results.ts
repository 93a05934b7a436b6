export interface TestCase {
  readonly name: string;
  readonly suite?: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly durationMs?: number;
  readonly message?: string;
}

export interface TestReport {
  readonly format: 'junit' | 'tap';
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly cases: readonly TestCase[];
}

const CASES_KEPT = 2_000;
const MESSAGE_KEPT = 4_000;

/** Reads JUnit XML or TAP 13/14, whichever the text is; undefined when it is neither. */
export function parseTestResults(text: string): TestReport | undefined {
  if (/<testsuites?[\s>]/.test(text)) return report('junit', junitCases(text));
  if (/^(TAP version|(not )?ok\b|1\.\.\d+)/m.test(text)) return report('tap', tapCases(text));
  return undefined;
}

function report(format: TestReport['format'], cases: TestCase[]): TestReport {
  const count = (status: TestCase['status']): number => cases.filter((c) => c.status === status).length;
  return { format, passed: count('passed'), failed: count('failed'), skipped: count('skipped'), cases: cases.slice(0, CASES_KEPT) };
}

function junitCases(xml: string): TestCase[] {
  const cases: TestCase[] = [];
  // Each testcase is either self-closed or holds failure, error, skipped, system-out. Attributes may hold ">" only escaped.
  for (const match of xml.matchAll(/<testcase\b((?:[^>"']|"[^"]*"|'[^']*')*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const attributes = attributesOf(match[1] ?? '');
    const body = match[2] ?? '';
    const failure = /<(failure|error)\b((?:[^>"']|"[^"]*"|'[^']*')*?)(?:\/>|>([\s\S]*?)<\/\1>)/.exec(body);
    const status = failure !== null ? 'failed' : /<skipped\b/.test(body) ? 'skipped' : 'passed';
    const message = failure === null ? undefined : unescapeXml(attributesOf(failure[2] ?? '').get('message') ?? failure[3] ?? '');
    const seconds = Number(attributes.get('time'));
    const suite = attributes.get('classname');
    cases.push({
      name: unescapeXml(attributes.get('name') ?? 'unnamed'),
      ...(suite === undefined ? {} : { suite: unescapeXml(suite) }),
      status,
      ...(Number.isFinite(seconds) ? { durationMs: Math.round(seconds * 1000) } : {}),
      ...(message === undefined ? {} : { message: message.trim().slice(0, MESSAGE_KEPT) }),
    });
  }
  return cases;
}

function attributesOf(text: string): Map<string, string> {
  return new Map([...text.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map((m) => [m[1] ?? '', m[2] ?? m[3] ?? '']));
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text
    .replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, '$1')
    .replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (all, dec?: string, hex?: string, named?: string) =>
      dec !== undefined
        ? String.fromCodePoint(Number(dec))
        : hex !== undefined
          ? String.fromCodePoint(Number.parseInt(hex, 16))
          : (entities[named ?? ''] ?? all),
    );
}

/** TAP nests subtests by four spaces; a parent's line repeats its children, so only leaves count. */
function tapCases(text: string): TestCase[] {
  const cases: TestCase[] = [];
  const lines = text.split(/\r?\n/);
  let deepest = 0;
  for (const [index, line] of lines.entries()) {
    const match = /^(\s*)(not )?ok\b\s*\d*\s*(?:-\s*)?(.*)$/.exec(line);
    if (match === null) continue;
    const depth = Math.floor((match[1] ?? '').length / 4);
    const isParent = depth < deepest;
    deepest = depth;
    if (isParent) continue;
    const [, name = '', directive] = /^(.*?)(?:\s+#\s*(skip|todo)\b.*)?$/i.exec(match[3] ?? '') ?? [];
    const failed = match[2] !== undefined && directive?.toLowerCase() !== 'todo';
    const yaml = failed || lines[index + 1]?.trim() === '---' ? diagnostics(lines, index + 1) : undefined;
    const duration = Number(/duration_ms:\s*([\d.]+)/.exec(yaml ?? '')?.[1]);
    const error = /error:\s*(?:\|-?\s*\n)?\s*(.+)/.exec(yaml ?? '')?.[1];
    cases.push({
      name: name.trim() || 'unnamed',
      status: failed ? 'failed' : directive?.toLowerCase() === 'skip' ? 'skipped' : 'passed',
      ...(Number.isFinite(duration) ? { durationMs: Math.round(duration) } : {}),
      ...(failed && error !== undefined ? { message: error.trim().slice(0, MESSAGE_KEPT) } : {}),
    });
  }
  return cases;
}

function diagnostics(lines: readonly string[], from: number): string | undefined {
  if (lines[from]?.trim() !== '---') return undefined;
  const end = lines.findIndex((line, index) => index > from && line.trim() === '...');
  return end < 0 ? undefined : lines.slice(from + 1, Math.min(end, from + 60)).join('\n');
}
