import { PAVED_API_VERSION, refOf, type Entity, type Problem } from '@paved/kernel';
import { parseDocuments } from '../model/documents.ts';
import { envelopeProblems } from '../model/field-rules.ts';
import { createKindRegistry } from '../model/kind-registry.ts';
import { targetsOf } from '../model/location.ts';
import { fillPlaceholders, placeholdersOf, unreadable } from '../model/placeholders.ts';
import { validateDocument } from '../model/validate.ts';
import type { DocumentFile } from './document-files.ts';

/** One finding: where, what, how to fix it. */
export interface Finding {
  /** A warning keeps nothing from being valid. */
  readonly level: 'error' | 'warning';
  readonly file: string;
  readonly line: number;
  readonly document: string;
  readonly problem: string;
  readonly fix: string;
}

/** What stands beside the files. Without it, other files are taken to be there. */
export interface Surroundings {
  /** The files that a document in `file` names by a path from there; undefined when there are none. */
  readonly files: (file: string, target: string) => readonly DocumentFile[] | undefined;
  readonly has: (file: string, target: string) => boolean;
}

/** A path from the file, not an address and not a place on some server. */
const isBeside = (target: string): boolean => !/^[a-z][a-z0-9+.-]*:/i.test(target) && !target.startsWith('/');

/**
 * Checks files without a server: everything but references to what is not in them. Files that Location documents name are
 * checked too. Kinds that EntityKind documents among the files, or in `kinds`, declare are known. Of the platform's own kinds,
 * whose schemas the server has, the envelope is checked.
 */
export function validateFiles(
  given: readonly DocumentFile[],
  kinds: readonly DocumentFile[] = [],
  beside?: Surroundings,
): {
  /** Those given, and those that Locations lead to. */
  files: readonly DocumentFile[];
  documents: number;
  findings: Finding[];
  /** What stands in the files: `Component checkout`, by reference. */
  named: ReadonlyMap<string, string>;
} {
  const { files, missing } = followed(given, beside);
  const registry = createKindRegistry().withDocuments([...files, ...kinds].flatMap(documentsOf));
  const findings: Finding[] = [];
  const standsAt = new Map<string, string>();
  const names = new Map<string, string>();
  let documents = 0;
  for (const file of files) {
    for (const document of parseDocuments(file.text)) {
      documents++;
      const add = (name: string, line: number, problem: Problem): void =>
        void findings.push({ level: 'error', file: file.name, line, document: name, problem: problem.message, fix: problem.fix ?? '' });
      if ('broken' in document) {
        add(`document ${document.index + 1}`, document.line, document.broken);
        continue;
      }
      const { value, lineOf } = document;
      const entity = value as unknown as Entity;
      const named = typeof entity.metadata?.name === 'string' && typeof entity.kind === 'string';
      const name = named ? `${entity.kind} ${entity.metadata.name}` : `document ${document.index + 1}`;
      const placeholders = placeholdersOf(value);
      const filled = fillPlaceholders(value, new Map(placeholders.map(({ at, kind }) => [at, kind === '$text' ? 'text' : {}])));
      const ours = value['apiVersion'] === PAVED_API_VERSION && 'message' in registry.find(PAVED_API_VERSION, String(value['kind']));
      for (const problem of ours ? envelopeProblems(filled) : problemsOf(filled, registry)) add(name, lineOf(problem.at), problem);
      for (const placeholder of placeholders)
        if (beside !== undefined && isBeside(placeholder.target) && !beside.has(file.name, placeholder.target))
          add(name, lineOf(placeholder.at), unreadable(placeholder, 'there is no such file'));
      for (const target of missing.get(placeOf(file, document.index)) ?? [])
        add(name, lineOf('/spec'), {
          at: '/spec',
          message: `The Location names ${target}, and there is no such file.`,
          fix: 'Correct the path, which starts from this file, or add the file.',
        });
      if (!named) continue;
      const ref = refOf(entity);
      names.set(ref, name);
      const here = `${file.name}:${lineOf('')}`;
      const before = standsAt.get(ref);
      if (before === undefined) standsAt.set(ref, here);
      else
        add(name, lineOf('/metadata/name'), {
          at: '/metadata/name',
          message: `${ref} stands in ${before} already.`,
          fix: 'Give one of them another name, or remove it: the catalog takes the first.',
        });
    }
  }
  return { files, documents, findings, named: names };
}

/** The files with all that their Location documents lead to, and the targets that lead nowhere, by the document's place. */
function followed(
  given: readonly DocumentFile[],
  beside: Surroundings | undefined,
): { files: readonly DocumentFile[]; missing: ReadonlyMap<string, readonly string[]> } {
  const files = new Map(given.map((file) => [file.name, file]));
  const missing = new Map<string, string[]>();
  if (beside === undefined) return { files: given, missing };
  // Grows while it is walked: what is added is followed too.
  for (const file of files.values()) {
    for (const document of parseDocuments(file.text)) {
      if ('broken' in document || document.value['kind'] !== 'Location') continue;
      const { targets, optional } = targetsOf(document.value as unknown as Entity);
      for (const target of targets.filter(isBeside)) {
        const found = beside.files(file.name, target);
        const place = placeOf(file, document.index);
        if (found === undefined && !optional) missing.set(place, [...(missing.get(place) ?? []), target]);
        for (const one of found ?? []) if (!files.has(one.name)) files.set(one.name, one);
      }
    }
  }
  return { files: [...files.values()], missing };
}

const placeOf = (file: DocumentFile, index: number): string => `${index} ${file.name}`;

const documentsOf = (file: DocumentFile): unknown[] =>
  parseDocuments(file.text).flatMap((document) => ('broken' in document ? [] : [document.value]));

function problemsOf(document: unknown, registry: ReturnType<typeof createKindRegistry>): readonly Problem[] {
  const verdict = validateDocument(document, registry);
  return verdict.valid ? [] : verdict.problems;
}
