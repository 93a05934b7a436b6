import { createHash, hash } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import { isPavedError, messageOf, refOf, type Entity, type Problem } from '@paved/kernel';
import { eachDocument, type DocumentText, type SourceDocument } from '../../model/documents.ts';
import type { KindRegistry } from '../../model/kind-registry.ts';
import { annotate, locationEntity, locationRef, targetsOf } from '../../model/location.ts';
import { placeholdersOf } from '../../model/placeholders.ts';
import { refusal, type SourceRules } from '../../model/source-rules.ts';
import { validateDocument } from '../../model/validate.ts';
import { fillFromFiles } from './fill-from-files.ts';
import { createFindings } from './findings.ts';
import type { ReadSession } from './git-files.ts';
import { isLocal, rootOf } from './own-disk.ts';
import type { ReadEntity, Reading } from './reading.ts';
import { unreadableFor, type SourceFile } from './source-file.ts';
import type { Resolved, Sources } from './sources.ts';

const MAX_TARGETS = 20_000;
const MAX_PARTS = 500;

export interface ReadDeps {
  readonly sources: Sources;
  readonly registry: KindRegistry;
  readonly rules: SourceRules;
}

/** How a reading is taken in while it goes on, so that a large source never stands in memory as a whole. */
export interface Taking {
  /** Gets each entity in reading order; `Reading.entities` stays empty then. */
  take(read: ReadEntity): Promise<void> | void;
  /** Whether the document with this print at this place stands in the catalog as it is: it is not read then. */
  unchanged(source: string, index: number, print: string): boolean;
  /** Stands for the rules that documents are read by: other rules, other prints. */
  readonly rules: string;
}

/**
 * Reads a location and everything its Location documents lead to. Never throws for what is wrong inside; throws `rate_limited` when
 * a host asked for patience: then nothing is known, and everything stays as it is.
 */
export async function readLocation(
  deps: ReadDeps,
  location: { type: string; target: string; kinds?: readonly string[] | null; origin?: string },
  taking?: Taking,
): Promise<Reading> {
  const origin = locationRef(location);
  const root = rootOf(location);
  const entities: ReadEntity[] = [];
  const findings = createFindings();
  const parts: (Resolved & { revision: string })[] = [];
  const local = isLocal(location);
  const session: ReadSession = new Map();
  const digest = createHash('sha256');
  const visited = new Set<string>();
  let unreadableReason: string | undefined;
  let targetGone = false;
  let commit: string | undefined;
  let read = 0;

  const generated = locationEntity(location, createHash('sha1').update(origin).digest('hex'));
  let generatedTaken = false;
  /** The entity that stands for the location comes before what it brings. */
  const takeGenerated = async (): Promise<void> => {
    if (generatedTaken) return;
    generatedTaken = true;
    await pass({ entity: generated, edges: [], place: { source: origin, document: 0, line: 1 } });
  };
  const pass = async (read: ReadEntity): Promise<void> => {
    if (taking === undefined) entities.push(read);
    else await taking.take(read);
  };

  const queue: {
    type: string;
    target: string;
    parentRef: string;
    from?: { source: string; line: number; path: string };
    optional: boolean;
  }[] = [
    {
      type: location.type,
      target: location.target,
      parentRef: refOf(generated),
      optional: location.origin?.startsWith('provider:') === true,
    },
  ];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { type, target, parentRef, from, optional } = next;
    let files: readonly SourceFile[];
    try {
      const found = await deps.sources.read(type, target, { local, session, takes: deps.registry.takes });
      files = found.files;
      commit ??= files[0]?.revision;
      if (found.revision !== undefined) parts.push({ type: type as Resolved['type'], target, revision: found.revision });
    } catch (error) {
      if (isPavedError(error, 'rate_limited')) throw error;
      // Only a missing file is fine where files are optional; a source that cannot be reached keeps what it brought. A discovered
      // place without a file brings nothing, not even itself.
      if (optional && isPavedError(error, 'not_found')) continue;
      await takeGenerated();
      const message = messageOf(error);
      const fix = (error as { fix?: string }).fix;
      findings.missing(from ?? { source: origin, line: 1, path: '/' }, { message, ...(fix === undefined ? {} : { fix }) });
      if (from === undefined) unreadableReason = message;
      // A commit that was read and lacks the file says that what it brought is gone; everything else says nothing about it.
      if (isDeleted(error)) {
        targetGone ||= from === undefined;
        continue;
      }
      findings.unread(`${type === 'file' ? 'file' : 'url'}:${target}`, message);
      if (from !== undefined && !isPavedError(error, 'not_found')) findings.unreached(parentRef, message);
      continue;
    }
    await takeGenerated();
    for (const file of files) {
      const source = `${file.type}:${file.target}`;
      if (visited.has(source)) continue;
      visited.add(source);
      digest.update(source).update(file.unreadable?.message ?? file.text);
      if (file.unreadable !== undefined) {
        findings.refuse({ source, line: 1, path: '/' }, file.unreadable, undefined);
        if (file.unreadable.below === true) findings.hidden(source, file.unreadable.message);
        continue;
      }
      let print = '';
      const known = (text: DocumentText): boolean => {
        if (taking === undefined) return false;
        print = printOf(text, file, parentRef, taking.rules);
        return taking.unchanged(source, text.index, print);
      };
      await breathe();
      for (const document of eachDocument(file.text, known)) {
        if (++read % 200 === 0) await breathe();
        await take(document, file, source, parentRef, print);
      }
    }
  }

  /** Of a document's text and everything else that decides what becomes of it. */
  function printOf({ source, index, line }: DocumentText, file: SourceFile, parentRef: string, rules: string): string {
    const around = [
      rules,
      deps.registry.version(),
      origin,
      location.kinds,
      parentRef,
      file.target,
      file.viewUrl,
      file.editUrl,
      file.sourceLocation,
      index,
      line,
    ];
    return hash('sha256', `${JSON.stringify(around)}${source}`, 'base64url').slice(0, 22);
  }

  async function take(document: SourceDocument, file: SourceFile, source: string, parentRef: string, print: string): Promise<void> {
    const refuse = (problem: Problem, line: number, claims: unknown): void =>
      findings.refuse({ source, line, path: problem.at }, problem, claims);
    if ('broken' in document) return refuse(document.broken, document.line, document.claims);
    const { value, lineOf } = document;
    if (file.type === 'file' && location.type === 'directory' && !belongs(value, deps.registry)) return;
    const placeholders = placeholdersOf(value);
    const filled = placeholders.length === 0 ? { value } : await fillFromFiles(value, placeholders, beside(file));
    if ('problem' in filled) return refuse(filled.problem, lineOf(filled.problem.at), value);
    const verdict = validateDocument(filled.value, deps.registry);
    if (!verdict.valid) {
      for (const problem of verdict.problems) refuse(problem, lineOf(problem.at), value);
      return;
    }
    // Kinds that the platform team declared for everybody are added to those that a developer's source may hold.
    const everybody = deps.registry.isForEverybody(verdict.entity.kind) ? [verdict.entity.kind] : [];
    const kinds = location.kinds === undefined || location.kinds === null ? null : [...location.kinds, ...everybody];
    const refused = refusal(deps.rules, { ...location, kinds }, verdict.entity);
    if (refused !== undefined) return refuse({ at: '/kind', ...refused }, lineOf('/kind'), value);
    const entity = annotate(verdict.entity, {
      location: source,
      origin,
      ...(file.viewUrl === undefined ? {} : { viewUrl: file.viewUrl }),
      ...(file.editUrl === undefined ? {} : { editUrl: file.editUrl }),
      ...(file.sourceLocation === undefined ? {} : { sourceLocation: file.sourceLocation }),
    });
    // What depends on other files, or leads to them, is read every time.
    const whole = placeholders.length === 0 && entity.kind !== 'Location';
    await pass({
      entity,
      edges: verdict.edges,
      place: {
        source,
        document: document.index,
        line: document.line,
        parentRef,
        ...(whole ? { print } : {}),
        ...(file.revision === undefined ? {} : { revision: file.revision }),
      },
    });
    if (entity.kind === 'Location') follow(entity, file, source, lineOf);
  }

  function follow(entity: Entity, file: SourceFile, source: string, lineOf: (pointer: string) => number): void {
    const { targets, optional } = targetsOf(entity);
    targets.forEach((target, i) => {
      const at = entity.spec?.['target'] === target ? '/spec/target' : `/spec/targets/${entity.spec?.['target'] === undefined ? i : i - 1}`;
      const from = { source, line: lineOf(at), path: at };
      let meant: Resolved;
      try {
        meant = deps.sources.resolve(file, target);
      } catch (error) {
        findings.missing(from, unreadableFor(error));
        return;
      }
      const to: Resolved = meant.type === 'url' && entity.spec?.['type'] === 'git' ? { ...meant, type: 'git' } : meant;
      if (to.type === 'file' && !/\.(ya?ml|json)$/i.test(to.target)) {
        findings.missing(from, {
          message: `The target "${target}" is not a YAML file.`,
          fix: 'Point to a .yaml file, or to a pattern such as ./components/*.yaml.',
        });
      } else if (visited.size + queue.length > MAX_TARGETS) {
        findings.missing(from, {
          message: `More than ${MAX_TARGETS} files hang on this location.`,
          fix: 'Register parts of it as locations of their own.',
        });
      } else queue.push({ ...to, parentRef: refOf(entity), from, optional });
    });
  }

  /** What is read beside a file belongs to the revision. */
  function beside(file: SourceFile) {
    return async (target: string) => {
      const found = await deps.sources.readBeside(file, target, root, session);
      if (found.part !== undefined) parts.push(found.part);
      digest.update(found.text);
      return found;
    };
  }

  return {
    revision: digest.digest('base64url'),
    ...(commit === undefined ? {} : { commit }),
    entities,
    ...findings.all,
    ...(parts.length > MAX_PARTS ? {} : { parts }),
    ...(unreadableReason === undefined ? {} : { unreadable: unreadableReason }),
    ...(targetGone ? { targetGone } : {}),
  };
}

/** Whether the repository was read at a commit that lacks the file: see `SourceReader.read`. */
const isDeleted = (error: unknown): boolean => isPavedError(error, 'not_found') && typeof error.facts['goneAt'] === 'string';

/** In a folder that holds other things too, only documents of these groups are the catalog's. */
const belongs = ({ apiVersion, kind }: Record<string, unknown>, registry: KindRegistry): boolean =>
  typeof apiVersion === 'string' &&
  typeof kind === 'string' &&
  (/^(backstage\.io|scaffolder\.backstage\.io|paved\.dev)\//.test(apiVersion) || registry.takes(apiVersion, kind));
