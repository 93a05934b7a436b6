import { createHash } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import type { Audit } from '@paved/audit';
import { STORED_BY_PEOPLE } from '@paved/catalog';
import type { Database, Events } from '@paved/host';
import { formatRef, isPavedError, messageOf, parseRef, PavedError, type Actor } from '@paved/kernel';
import { CHANGE_SAVED, type SavedChange } from '../index.ts';
import { changeLines } from '../model/change-words.ts';
import { placeWords, type ChangeMode } from '../model/place.ts';
import { draftChange, type ChangeRequest, type Draft, type DraftingDeps } from './drafting.ts';

export interface SavingDeps extends DraftingDeps {
  readonly db: Database;
  readonly events: Events;
  readonly audit: Audit;
  readonly baseUrl: () => string;
}

export interface SaveRequest extends ChangeRequest {
  readonly mode: ChangeMode;
  readonly message?: string | undefined;
  readonly branch?: string | undefined;
}

/** What became of a change. `visible`: the catalog shows it already. `note` says what is left to do. */
export type ChangeOutcome = { readonly ref: string; readonly visible: boolean; readonly note?: string } & (
  | SavedChange
  | { readonly type: 'stored' }
  | { readonly type: 'written'; readonly path: string }
);

/** Times that a change is drafted anew because its branch moved between reading and writing. */
const TRIES = 4;

/** Saves a change where its document is kept. Throws `invalid`, `stale`, `forbidden` or `unsupported` with what stands in the way. */
export async function saveChange(deps: SavingDeps, request: SaveRequest, actor: Actor): Promise<ChangeOutcome> {
  const { draft, ref, saved } = await saveOnTip(deps, request, actor);
  await deps.db.transaction().execute(async (tx) => {
    await deps.audit.record(
      {
        actor,
        action: request.delete === true ? 'editing.document.delete' : 'editing.document.change',
        subject: ref,
        before: draft.before,
        after: draft.after,
        facts: {
          mode: request.mode,
          place: placeWords(draft.place),
          fields: changeLines(draft.differences),
          ...('href' in saved ? { href: saved.href } : {}),
        },
      },
      tx,
    );
    await deps.events.publish(tx, {
      type: CHANGE_SAVED,
      subject: ref,
      data: { ref, mode: request.mode, ...('href' in saved ? { href: saved.href } : {}) },
    });
  });
  return { ref, ...saved, ...(await show(deps, draft, saved.type, ref, actor)) };
}

/** Commits that others make meanwhile stand in the way only when they change the same document. */
async function saveOnTip(
  deps: SavingDeps,
  request: SaveRequest,
  actor: Actor,
): Promise<{ readonly draft: Draft; readonly ref: string; readonly saved: Saved }> {
  let base = request.base;
  for (let attempt = 1; ; attempt++) {
    const asked = { ...request, base };
    const draft = await draftChange(deps, asked, actor);
    refuse(draft, asked);
    const { ref } = draft;
    if (ref === undefined) throw new PavedError('invalid', 'The document names no entity.', { fix: 'Add kind and metadata.name.' });
    const message = request.message?.trim() || usualMessage(draft, request, ref);
    try {
      return { draft, ref, saved: await carryOut(deps, draft, { ...request, message }, ref, actor) };
    } catch (error) {
      if (!isPavedError(error, 'stale') || attempt === TRIES) throw error;
      if (draft.located !== undefined) base = draft.before;
    }
  }
}

function refuse(draft: Draft, request: SaveRequest): void {
  if (draft.place.type === 'elsewhere') throw new PavedError('unsupported', draft.place.reason, { fix: draft.place.fix });
  const [first] = draft.problems;
  if (first !== undefined) {
    const stale = request.base !== undefined && draft.located !== undefined && request.base !== draft.located.text;
    throw new PavedError(stale ? 'stale' : 'invalid', first.message, {
      ...(first.fix === undefined ? {} : { fix: first.fix }),
      problems: draft.problems,
    });
  }
  const mode = draft.modes.find((one) => one.mode === request.mode);
  if (mode === undefined)
    throw new PavedError('invalid', `${placeWords(draft.place)} takes no ${request.mode}.`, {
      fix: `Choose ${draft.modes.map((one) => one.mode).join(' or ')}.`,
    });
  if (!mode.allowed)
    throw new PavedError('forbidden', mode.reason ?? 'You may not change this.', mode.fix === undefined ? {} : { fix: mode.fix });
  if (draft.before === draft.after) throw new PavedError('invalid', 'Nothing changes.', { fix: 'Change something first.' });
}

function usualMessage(draft: Draft, request: ChangeRequest, ref: string): string {
  const name = draft.located?.entity.metadata.name ?? draft.document?.entity?.metadata.name ?? ref;
  if (request.delete === true) return `Remove ${name} from the catalog`;
  if (draft.located === undefined) return `Describe ${name} for the catalog`;
  const fields = new Set(draft.differences.map((one) => one.path.split('/')[2] ?? one.path.split('/')[1] ?? 'document'));
  return fields.size >= 1 && fields.size <= 3 ? `Change ${[...fields].join(', ')} of ${name}` : `Change the description of ${name}`;
}

type Saved = SavedChange | { readonly type: 'stored' } | { readonly type: 'written'; readonly path: string };

async function carryOut(
  deps: SavingDeps,
  draft: Draft,
  request: SaveRequest & { message: string },
  ref: string,
  actor: Actor,
): Promise<Saved> {
  const { place, file } = draft;
  if (place.type === 'store') {
    if (request.delete === true) await deps.catalog.remove([ref], STORED_BY_PEOPLE, actor);
    else if (draft.document?.entity !== undefined) await deps.catalog.put([draft.document.entity], STORED_BY_PEOPLE, actor);
    return { type: 'stored' };
  }
  if (place.type === 'disk') {
    await writeWhole(place.path, file?.after);
    return { type: 'written', path: place.path };
  }
  if (place.type !== 'source') throw new PavedError('unsupported', 'The document cannot be changed here.');
  const body = [
    ...changeLines(draft.located === undefined || request.delete === true ? [] : draft.differences).map((line) => `- ${line}`),
    `${draft.located === undefined ? 'Describes' : 'About'} ${ref}: ${deps.baseUrl()}/catalog/${pathOf(ref)}`,
  ].join('\n');
  return deps.sources.save(
    {
      place: place.source,
      files: { [place.source.path]: file?.after },
      message: request.message,
      body,
      mode: request.mode === 'commit' ? 'commit' : 'pull-request',
      key: keyOf(draft, request, ref, actor),
      ...(request.branch === undefined ? {} : { branch: request.branch }),
      ...(draft.revision === undefined ? {} : { revision: draft.revision }),
      ...(draft.located === undefined && file?.before === undefined ? { onlyNew: true } : {}),
    },
    actor,
  );
}

const pathOf = (ref: string): string => {
  const { kind, namespace, name } = parseRef(ref);
  return `${namespace}/${kind}/${name}`;
};

/** The same change asked for twice (an impatient click, a lost answer) is made once. */
const keyOf = (draft: Draft, request: SaveRequest, ref: string, actor: Actor): string =>
  createHash('sha256')
    .update(JSON.stringify([actor.ref, ref, request.mode, request.branch, request.message, draft.file?.before, draft.file?.after]))
    .digest('hex');

/** The file as a whole or not at all; undefined deletes it. */
async function writeWhole(file: string, text: string | undefined): Promise<void> {
  if (text === undefined) return rm(file, { force: true });
  const next = `${file}.paved-${process.pid}`;
  await writeFile(next, text);
  await rename(next, file);
}

/** Lets the catalog read what was saved. The change stands whatever becomes of this: a reason is told, not thrown. */
async function show(
  deps: SavingDeps,
  draft: Draft,
  type: ChangeOutcome['type'],
  ref: string,
  actor: Actor,
): Promise<{ visible: boolean; note?: string }> {
  if (type === 'stored') return { visible: true };
  const { place, located, after } = draft;
  try {
    if (type === 'pull-request') {
      if (place.type === 'source' && located === undefined) await deps.sources.readInto(place.source, actor);
      return { visible: false };
    }
    if (after === '') return { visible: true, ...(await forget(deps, draft, ref, actor)) };
    if (located !== undefined) await deps.catalog.refresh({ ref });
    else if (place.type === 'source') await deps.sources.readInto(place.source, actor);
    const now = await deps.checks.keeperOf(ref);
    if (now !== undefined && !now.stale) return { visible: true };
    return { visible: false, note: 'The catalog has not read it yet. Its source says why.' };
  } catch (error) {
    if (!isPavedError(error)) throw error;
    return { visible: false, note: `It is saved, but could not be read yet: ${messageOf(error)}` };
  }
}

/** After a deletion: a source whose only file went is removed, others are read again. */
async function forget(deps: SavingDeps, draft: Draft, ref: string, actor: Actor): Promise<{ note?: string }> {
  const from = await deps.catalog.locationOf(ref);
  const gone = draft.file?.after === undefined;
  const address = draft.place.type === 'source' ? draft.place.source.address : draft.place.type === 'disk' ? draft.place.path : '';
  if (gone && from !== undefined && from.location.target === address) await deps.catalog.removeLocation(from.location.id, actor);
  else if (from !== undefined) await deps.catalog.refresh({ type: from.location.type, target: from.location.target });
  return (await deps.catalog.get(formatRef(parseRef(ref)))) === undefined
    ? {}
    : { note: 'The catalog still shows it. Its source says why.' };
}
