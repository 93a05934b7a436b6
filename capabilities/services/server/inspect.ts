import type { Scm } from '@paved/repositories';
import type { StepContext } from '@paved/runs';
import { findingsOf, READ, type Findings } from '../model/findings.ts';

/** Larger files say nothing that is looked for. */
const TEXT_LIMIT = 256 * 1024;

/** Reads what matters of a branch. */
export async function inspect(scm: Scm, repository: { slug: string; branch: string }, step: StepContext): Promise<Findings> {
  const { slug, branch } = repository;
  const head = await scm.resolve(slug, branch);
  if (head === undefined) {
    step.log('It is empty.');
    return findingsOf([], {});
  }
  const tree = await scm.tree(slug, head, '', { recursive: true });
  const paths = tree.map(({ path }) => path);
  const texts: Record<string, string> = {};
  for (const path of READ.filter((wanted) => tree.some((entry) => entry.path === wanted && (entry.size ?? 0) <= TEXT_LIMIT))) {
    const file = await scm.readFile(slug, head, path);
    if (file !== undefined && !file.binary) texts[path] = file.text;
  }
  const findings = findingsOf(paths, texts);
  step.log(`${tree.filter((entry) => entry.type === 'file').length} files; of interest: ${findings.files.join(', ') || 'none'}`);
  return findings;
}
