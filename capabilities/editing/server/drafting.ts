import { createTwoFilesPatch } from 'diff';
import { differences, type CheckedDocument, type Difference, type EntityProviders, type ReferenceWarning } from '@paved/catalog';
import { formatRef, hasRole, parseRef, PavedError, type Actor, type Json, type JsonObject, type Problem } from '@paved/kernel';
import type { Guard } from '@paved/host';
import { appendPart, removePart, replacePart } from '../model/document-parts.ts';
import { modesOf, newPathProblem, placeWords, type ChangeMode, type DocumentPlace } from '../model/place.ts';
import { valueOfText, withEntity } from '../model/with-entity.ts';
import { fileAt, locate, type FileText, type Located, type LocatingDeps } from './locating.ts';

export interface DraftingDeps extends LocatingDeps {
  readonly guard: Guard;
  readonly providers: EntityProviders;
}

/** What somebody wants: an entity's document changed or deleted, or a new one. */
export interface ChangeRequest {
  /** The entity to change; absent: a new one. */
  readonly ref?: string | undefined;
  /** The document's text, with comments and all. */
  readonly yaml?: string | undefined;
  /** Instead of `yaml`: what the document should say; the text keeps its form. */
  readonly entity?: JsonObject | undefined;
  readonly delete?: boolean | undefined;
  /** The document's text as it was opened: refused when it is another one by now. */
  readonly base?: string | undefined;
  /** Where a new document goes: an address of a repository and a path in it. Absent: the store. */
  readonly to?: { readonly address: string; readonly path: string } | undefined;
}

export interface ModeVerdict {
  readonly mode: ChangeMode;
  readonly allowed: boolean;
  readonly reason?: string;
  readonly fix?: string;
}

export type LocatedProblem = Problem & { readonly line: number };

/** What a change would do: everything but the doing. */
export interface Draft {
  readonly ref: string | undefined;
  readonly place: DocumentPlace;
  /** The document's text before (`''` for a new one) and after (`''` when it is deleted). */
  readonly before: string;
  readonly after: string;
  readonly problems: readonly LocatedProblem[];
  /** References that lead nowhere; they keep nobody from saving. */
  readonly warnings: readonly ReferenceWarning[];
  readonly differences: readonly Difference[];
  readonly modes: readonly ModeVerdict[];
  readonly file?: { readonly path: string; readonly before: string | undefined; readonly after: string | undefined };
  readonly patch: string;
  /** The commit and branch the file was read at. */
  readonly revision?: string;
  readonly branch?: string;
  readonly document?: CheckedDocument;
  readonly located?: Located;
}

/** Judges a change and works out what it would do, file and all. Nothing is written. */
export async function draftChange(deps: DraftingDeps, request: ChangeRequest, actor: Actor): Promise<Draft> {
  const located = request.ref === undefined ? undefined : await locate(deps, formatRef(parseRef(request.ref)));
  const place = located?.place ?? (await placeOfNew(deps, request, actor));
  const before = located?.text ?? '';
  if (request.delete === true && located === undefined)
    throw new PavedError('invalid', 'Deleting needs the reference of an entity.', { fix: 'Send ref.' });
  const after = request.delete === true ? '' : textOf(request, before);
  const { document, problems } = request.delete === true ? { document: undefined, problems: [] } : await check(deps, after, located, actor);
  const ref = located?.ref ?? document?.ref;
  const stale = located === undefined ? undefined : staleness(request.base, located);
  const file = await fileChange(deps, place, located, after);
  const patch =
    file === undefined
      ? createTwoFilesPatch('before.yaml', 'after.yaml', before, after)
      : createTwoFilesPatch(file.path, file.path, file.before ?? '', file.after ?? '');
  return {
    ref,
    place,
    before,
    after,
    problems: [...(stale === undefined ? [] : [stale]), ...problems],
    warnings: document?.warnings ?? [],
    differences: changesBetween(before, after),
    modes: modesOf(place).map((mode) => verdictOf(deps, mode, place, { actor, ref, located, document })),
    patch,
    ...(file === undefined ? {} : { file: { path: file.path, before: file.before, after: file.after } }),
    ...(file?.revision === undefined ? {} : { revision: file.revision }),
    ...(file?.branch === undefined ? {} : { branch: file.branch }),
    ...(document === undefined ? {} : { document }),
    ...(located === undefined ? {} : { located }),
  };
}

function textOf(request: ChangeRequest, before: string): string {
  if (request.yaml !== undefined) return request.yaml;
  if (request.entity === undefined) throw new PavedError('invalid', 'The change says nothing.', { fix: 'Send yaml, entity or delete.' });
  return withEntity(before, request.entity);
}

/** What a change does to what a document says; nothing is known of a text that cannot be read. */
function changesBetween(before: string, after: string): readonly Difference[] {
  const value = quietValue(after);
  return value === undefined && after.trim() !== '' ? [] : differences(quietValue(before), value);
}

/** What a text says; undefined for none and for unreadable ones. */
function quietValue(text: string): Json | undefined {
  try {
    return text.trim() === '' ? undefined : valueOfText(text);
  } catch {
    return undefined;
  }
}

async function placeOfNew(deps: DraftingDeps, { to }: ChangeRequest, actor: Actor): Promise<DocumentPlace> {
  if (to === undefined) return { type: 'store' };
  const wrong = newPathProblem(to.path);
  if (wrong !== undefined) throw new PavedError('invalid', wrong, { fix: 'Write it like catalog-info.yaml or catalog/checkout.yaml.' });
  const root = await deps.sources.at(to.address);
  if (root === undefined)
    throw new PavedError('not_found', `${to.address} is no repository that is hosted here or on a connected forge.`, {
      fix: 'GET /api/editing/places lists them.',
    });
  // The platform's credentials reach further than people do: only repositories that are part of the catalog already are open to all.
  if (root.type === 'forge' && !hasRole(actor, 'platform-engineer') && (await deps.providers.readFrom([root.repository])).length === 0)
    throw new PavedError('forbidden', `The catalog reads nothing from ${root.label} yet.`, {
      fix: 'Ask a platform engineer to connect it.',
    });
  return { type: 'source', source: await deps.sources.beside(root, to.path) };
}

/** Judges the text: one document, the catalog's rules, and that it stays the entity it was. */
async function check(
  deps: DraftingDeps,
  text: string,
  located: Located | undefined,
  actor: Actor,
): Promise<{ document: CheckedDocument | undefined; problems: LocatedProblem[] }> {
  const checked = await deps.checks.checkDocuments(text);
  const [document, second] = checked;
  const problem = (message: string, fix: string, at = '/', line = 1): LocatedProblem => ({ at, message, fix, line });
  if (document === undefined) return { document, problems: [problem('There is no document.', 'Write apiVersion, kind and metadata.')] };
  const problems: LocatedProblem[] = [...document.problems];
  if (second !== undefined || /^(---|\.\.\.)\s*$/m.test(text.trim().replace(/^---\s*\n/, '')))
    problems.push(problem('One change is about one document.', 'Take the others out.', '/', second?.line ?? 1));
  if (document.ref !== undefined && located !== undefined && document.ref !== located.ref)
    problems.push(
      problem(
        `This is ${located.ref}; kind, namespace and name stay.`,
        `To rename it, create ${document.ref}, move what points to it, then delete this one.`,
        '/metadata/name',
        document.line,
      ),
    );
  if (document.ref !== undefined && located === undefined) {
    const keeper = await deps.checks.keeperOf(document.ref);
    if (keeper !== undefined)
      problems.push(
        problem(
          `${document.ref} exists already, in ${keeper.source}.`,
          'Choose another name, or edit that one.',
          '/metadata/name',
          document.line,
        ),
      );
  }
  if (document.forEverybody === false && located === undefined && !hasRole(actor, 'platform-engineer'))
    problems.push(
      problem(
        `Documents of kind ${document.entity?.kind ?? ''} are for platform engineers.`,
        'Ask the platform team.',
        '/kind',
        document.line,
      ),
    );
  return { document, problems };
}

function staleness(base: string | undefined, located: Located): LocatedProblem | undefined {
  if (base === undefined || base === located.text) return undefined;
  const changed = differences(quietValue(base), quietValue(located.text));
  const words =
    changed.length === 0
      ? 'its comments'
      : changed
          .slice(0, 3)
          .map((one) => one.path.slice(1).replaceAll('/', '.'))
          .join(', ');
  return {
    at: '/',
    line: 1,
    message: `${located.ref} has changed since you opened it: ${words}.`,
    fix: 'Take the newer version and bring your change into it.',
  };
}

async function fileChange(
  deps: DraftingDeps,
  place: DocumentPlace,
  located: Located | undefined,
  after: string,
): Promise<(NonNullable<Draft['file']> & Pick<FileText, 'revision' | 'branch'>) | undefined> {
  if (place.type !== 'source' && place.type !== 'disk') return undefined;
  const path = place.type === 'source' ? place.source.path : place.path;
  if (located?.file !== undefined) {
    const { text, part, ...at } = located.file;
    return { ...at, path, before: text, after: after === '' ? removePart(text, part) : replacePart(text, part, after) };
  }
  const there = await fileAt(deps, place);
  if (there === undefined) return { path, before: undefined, after: after.endsWith('\n') ? after : `${after}\n` };
  const { text, ...at } = there;
  return { ...at, path, before: text, after: appendPart(text, after) };
}

/** Whether the actor may save in this way, with the rule that says no. */
function verdictOf(
  deps: DraftingDeps,
  mode: ChangeMode,
  place: DocumentPlace,
  who: { actor: Actor; ref: string | undefined; located: Located | undefined; document: CheckedDocument | undefined },
): ModeVerdict {
  const { actor, ref, located, document } = who;
  const ownerRefs = located?.ownerRefs ?? document?.ownerRefs ?? [];
  // Whoever may not change it may still propose: whoever merges decides. Of a connected forge only where the catalog reads already.
  const proposes = mode === 'pull-request' && located !== undefined;
  const asked: [string, readonly string[]][] = [[proposes ? 'editing.change.propose' : 'editing.change.create', ownerRefs]];
  if (place.type === 'source' && place.source.type === 'repository') {
    if (mode === 'commit') asked.push(['repositories.repository.push', place.source.ownerRefs]);
    if (mode === 'pull-request') asked.push(['repositories.pull_request.create', place.source.ownerRefs]);
  }
  for (const [permission, owners] of asked) {
    const decision = deps.guard.decide(actor, permission, { ...(ref === undefined ? {} : { ref }), ownerRefs: owners });
    if (!decision.allowed)
      return { mode, allowed: false, reason: decision.reason, ...(decision.fix === undefined ? {} : { fix: decision.fix }) };
  }
  if (mode === 'write' && !hasRole(actor, 'administrator'))
    return { mode, allowed: false, reason: `${placeWords(place)} is a file of the server.`, fix: 'Ask an administrator.' };
  return { mode, allowed: true };
}
