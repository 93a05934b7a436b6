import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { settingsProblems } from '@paved/host';
import { createProgram } from './cli.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Snippet {
  /** File and line, as an editor opens it. */
  readonly at: string;
  readonly text: string;
  readonly documents: readonly Record<string, unknown>[];
}

/** Every YAML block of the README and the guides. */
const snippets = ['README.md', ...globSync('docs/guides/*.md', { cwd: root }).sort()].flatMap((name): Snippet[] => {
  const whole = readFileSync(path.join(root, name), 'utf8');
  return [...whole.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map((match) => {
    const text = match[1] ?? '';
    const parsed = parseAllDocuments(text);
    const at = `${name}:${whole.slice(0, match.index).split('\n').length}`;
    for (const document of parsed) expect([at, document.errors]).toEqual([at, []]);
    return { at, text, documents: parsed.map((document) => document.toJS() as Record<string, unknown>) };
  });
});

const isEntity = ({ documents }: Snippet): boolean => documents.some((document) => 'kind' in document);
/** Files of GitHub and GitLab. */
const isPipeline = ({ documents }: Snippet): boolean =>
  documents.some(
    (document) => 'jobs' in document || Object.values(document).some((job) => typeof job === 'object' && job !== null && 'script' in job),
  );
const settings = snippets.filter((snippet) => !isEntity(snippet) && !isPipeline(snippet));

test('the walk sees settings and documents', () => {
  expect(settings.length).toBeGreaterThan(8);
  expect(snippets.filter(isEntity).length).toBeGreaterThan(2);
});

test.each(settings)('$at: the settings are taken as they stand', ({ documents }) => {
  for (const document of documents) {
    // What a reference leads to is not here to be judged.
    const isReference = (at: readonly (string | number)[]): boolean => {
      const value = at.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], document);
      return typeof value === 'object' && value !== null && ('$file' in value || '$env' in value);
    };
    expect(settingsProblems(document).filter((problem) => !isReference(problem.path))).toEqual([]);
  }
});

test('the documents are valid as they stand, together with the kinds that the guides declare', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'paved-guides-'));
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.stubEnv('GITHUB_ACTIONS', undefined);
  try {
    const files = snippets.filter(isEntity).map(({ at, text }) => {
      const file = path.join(folder, `${at.replaceAll(/[/:]/g, '-')}.yaml`);
      writeFileSync(file, text);
      return file;
    });
    const { program } = createProgram(new AbortController().signal);
    const outcome = await program.parseAsync(['catalog', 'validate', ...files], { from: 'user' }).then(
      () => 'valid',
      (error: Error) => error.message,
    );
    expect([outcome, log.mock.calls.flat().join('\n')]).toEqual(['valid', expect.stringContaining('all valid')]);
  } finally {
    log.mockRestore();
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  }
});
