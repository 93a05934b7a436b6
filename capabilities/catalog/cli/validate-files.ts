import { PAVED_API_VERSION, type Problem } from '@paved/kernel';
import { parseDocuments } from '../model/documents.ts';
import { envelopeProblems } from '../model/field-rules.ts';
import { createKindRegistry } from '../model/kind-registry.ts';
import { fillPlaceholders, placeholdersOf } from '../model/placeholders.ts';
import { validateDocument } from '../model/validate.ts';
import type { DocumentFile } from './document-files.ts';

/** One finding: where, what, how to fix it. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly document: string;
  readonly problem: string;
  readonly fix: string;
}

/**
 * Checks files without a server: everything but references to what is not in them. Kinds that EntityKind documents among the
 * files, or in `kinds`, declare are known. Of the platform's own kinds, whose schemas the server has, the envelope is checked.
 * Placeholders are taken to be readable text.
 */
export function validateFiles(
  files: readonly DocumentFile[],
  kinds: readonly DocumentFile[] = [],
): { documents: number; findings: Finding[] } {
  const documentsOf = (file: DocumentFile): unknown[] =>
    parseDocuments(file.text).flatMap((document) => ('broken' in document ? [] : [document.value]));
  const registry = createKindRegistry().withDocuments([...files, ...kinds].flatMap(documentsOf));
  const findings: Finding[] = [];
  let documents = 0;
  for (const file of files) {
    for (const document of parseDocuments(file.text)) {
      documents++;
      const add = (name: string, line: number, problem: Problem): void =>
        void findings.push({ file: file.name, line, document: name, problem: problem.message, fix: problem.fix ?? '' });
      if ('broken' in document) {
        add(`document ${document.index + 1}`, document.line, document.broken);
        continue;
      }
      const { value, lineOf } = document;
      const metadata = value['metadata'] as { name?: unknown } | undefined;
      const name =
        typeof metadata?.name === 'string' && typeof value['kind'] === 'string'
          ? `${value['kind']} ${metadata.name}`
          : `document ${document.index + 1}`;
      const filled = fillPlaceholders(value, new Map(placeholdersOf(value).map(({ at, kind }) => [at, kind === '$text' ? 'text' : {}])));
      const ours = value['apiVersion'] === PAVED_API_VERSION && 'message' in registry.find(PAVED_API_VERSION, String(value['kind']));
      const problems = ours ? envelopeProblems(filled) : problemsOf(filled, registry);
      for (const problem of problems) add(name, lineOf(problem.at), problem);
    }
  }
  return { documents, findings };
}

function problemsOf(document: unknown, registry: ReturnType<typeof createKindRegistry>): readonly Problem[] {
  const verdict = validateDocument(document, registry);
  return verdict.valid ? [] : verdict.problems;
}
