import { ApiError, type ApiClient } from '@paved/client';
import { messageOf, refOf, type Entity } from '@paved/kernel';
import { differingFields, ownersOf } from '../model/compare.ts';
import type { ImportLine } from '../model/import-line.ts';
import { isGenerated, originOf, portableEntity } from '../model/portable-entity.ts';
import type { BackstageApi } from './backstage-api.ts';

interface LocationAnswer {
  readonly location: { readonly id: string };
  readonly entities: readonly Entity[];
  readonly exists?: boolean;
}

interface ApplyItem {
  readonly ref?: string;
  readonly outcome: 'added' | 'updated' | 'unchanged' | 'refused';
  readonly problems: readonly { readonly message: string; readonly fix?: string }[];
}

export interface EntityImport {
  readonly lines: readonly ImportLine[];
  readonly counts: {
    readonly theirs: number;
    readonly same: number;
    readonly different: number;
    readonly stored: number;
    readonly missing: number;
  };
}

const BATCH = 200;

/** Registers sources here; each one that cannot be read is left out with the reason. A dry run only says which are new. */
export async function registerSources(
  api: ApiClient,
  sources: readonly { readonly type: string; readonly target: string }[],
  dryRun: boolean,
  lines: ImportLine[],
): Promise<Set<string>> {
  const registered = new Set<string>();
  const known = dryRun
    ? new Set(
        (await api.get<{ data: { type: string; target: string } }[]>('/api/catalog/locations')).map(
          ({ data }) => `${data.type}:${data.target}`,
        ),
      )
    : undefined;
  for (const { type, target } of sources) {
    const what = `${type}:${target}`;
    if (registered.has(what)) continue;
    if (type !== 'url') {
      lines.push({
        area: 'locations',
        what,
        outcome: 'left out',
        why: 'It is a file on the machine of Backstage; import its app-config.yaml to take it over.',
      });
      continue;
    }
    if (known !== undefined) {
      registered.add(what);
      lines.push({ area: 'locations', what, outcome: known.has(what) ? 'unchanged' : 'imported' });
      continue;
    }
    try {
      const answer = await api.post<LocationAnswer>('/api/catalog/locations?onConflict=refresh', { type, target });
      registered.add(what);
      lines.push({ area: 'locations', what, outcome: answer.exists === true ? 'unchanged' : 'imported' });
    } catch (error) {
      lines.push({ area: 'locations', what, outcome: 'left out', why: sentenceOf(error) });
    }
  }
  return registered;
}

/**
 * Compares the entities of a Backstage with what is here, and stores those that no source brings (people and teams of a provider that is
 * not set up here, entities of a processor). What a registered source should have brought is never stored: it would take its name.
 */
export async function importEntities(
  api: ApiClient,
  backstage: Pick<BackstageApi, 'entities'>,
  options: { readonly dryRun: boolean; readonly registered: ReadonlySet<string>; readonly providersConfigured: boolean },
  lines: ImportLine[],
): Promise<EntityImport> {
  const counts = { theirs: 0, same: 0, different: 0, stored: 0, missing: 0 };
  const owners = new Map<string, number>();
  const present = new Set<string>();
  const reasons = await problemReasons(api);
  for await (const page of backstage.entities()) {
    const entities = page.filter((entity) => !isGenerated(entity));
    counts.theirs += entities.length;
    const refs = entities.map(refOf);
    const { items } = await api.post<{ items: (Entity | null)[] }>('/api/catalog/entities/by-refs', { entityRefs: refs });
    const orphaned: Entity[] = [];
    for (const [index, theirs] of entities.entries()) {
      const ref = refs[index] ?? '';
      present.add(ref);
      for (const owner of ownersOf(theirs)) owners.set(owner, (owners.get(owner) ?? 0) + 1);
      const ours = items[index];
      if (ours !== null && ours !== undefined) {
        const paths = differingFields(theirs, ours);
        if (paths.length === 0) counts.same++;
        else {
          counts.different++;
          lines.push({ area: 'entities', what: ref, outcome: 'adjusted', why: `It differs at ${paths.join(', ')}.` });
        }
        continue;
      }
      const origin = originOf(theirs);
      const reason = reasons.get(ref);
      if (options.dryRun && reason === undefined && origin !== undefined && options.registered.has(origin))
        lines.push({ area: 'entities', what: ref, outcome: 'imported', why: `Its source ${origin} brings it, when that is registered.` });
      else if (reason !== undefined || (origin !== undefined && options.registered.has(origin))) {
        counts.missing++;
        lines.push({
          area: 'entities',
          what: ref,
          outcome: 'left out',
          why: reason ?? `Its source ${origin ?? ''} does not hold it any more, or is still being read.`,
        });
      } else if (origin !== undefined && /^(url|file):/.test(origin) && !isOrganisation(theirs)) {
        counts.missing++;
        lines.push({ area: 'entities', what: ref, outcome: 'left out', why: `It comes from ${origin}, which is not registered here.` });
      } else if (isOrganisation(theirs) && options.providersConfigured) {
        counts.missing++;
        lines.push({
          area: 'organisation',
          what: ref,
          outcome: 'left out',
          why: 'A provider of people and teams is set up; it brings it with its next run.',
        });
      } else orphaned.push(theirs);
    }
    counts.stored += await store(api, orphaned, options.dryRun, lines);
  }
  await sayOwners(api, owners, present, lines);
  return { lines, counts };
}

const isOrganisation = (entity: Entity): boolean => entity.kind === 'User' || entity.kind === 'Group';

/** Stores entities that have no source, all that are acceptable; the others are left out one by one. */
async function store(api: ApiClient, entities: readonly Entity[], dryRun: boolean, lines: ImportLine[]): Promise<number> {
  let stored = 0;
  for (let start = 0; start < entities.length; start += BATCH) {
    const documents = entities.slice(start, start + BATCH).map(portableEntity);
    const trial = await api.post<{ items: ApplyItem[] }>('/api/catalog/apply', { documents, dryRun: true });
    const good = documents.filter((document, i) => {
      const item = trial.items[i];
      const area = document.kind === 'User' || document.kind === 'Group' ? 'organisation' : 'entities';
      const what = item?.ref ?? refOf(document);
      if (item === undefined || item.outcome === 'refused') {
        lines.push({ area, what, outcome: 'left out', why: item?.problems.map((p) => p.message).join(' ') ?? 'It was not judged.' });
        return false;
      }
      lines.push({
        area,
        what,
        outcome: item.outcome === 'unchanged' ? 'unchanged' : 'imported',
        why: 'No source brings it: it is kept in the catalog’s store.',
      });
      return true;
    });
    stored += good.length;
    if (!dryRun && good.length > 0) await api.post('/api/catalog/apply', { documents: good });
  }
  return stored;
}

/** Why documents were refused here, by the reference they would have. */
async function problemReasons(api: ApiClient): Promise<Map<string, string>> {
  const reasons = new Map<string, string>();
  let cursor: string | undefined;
  do {
    const page = await api.get<{
      items: { ref?: string; message: string; source: string; line: number }[];
      pageInfo: { nextCursor?: string };
    }>('/api/catalog/problems', { limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
    for (const { ref, message, source, line } of page.items) if (ref !== undefined) reasons.set(ref, `${message} (${source}:${line})`);
    cursor = page.pageInfo.nextCursor;
  } while (cursor !== undefined);
  return reasons;
}

/** Owners that entities name and nobody is. */
async function sayOwners(
  api: ApiClient,
  owners: ReadonlyMap<string, number>,
  theirs: ReadonlySet<string>,
  lines: ImportLine[],
): Promise<void> {
  const refs = [...owners.keys()].toSorted();
  for (let start = 0; start < refs.length; start += BATCH) {
    const asked = refs.slice(start, start + BATCH);
    const { items } = await api.post<{ items: (Entity | null)[] }>('/api/catalog/entities/by-refs', {
      entityRefs: asked,
      fields: ['kind'],
    });
    for (const [index, owner] of asked.entries()) {
      if (items[index] !== null && items[index] !== undefined) continue;
      const n = owners.get(owner) ?? 0;
      const named = `${n} ${n === 1 ? 'entity names' : 'entities name'} it as owner`;
      lines.push({
        area: 'owners',
        what: owner,
        outcome: 'left out',
        why: theirs.has(owner) ? `${named}, but it did not come over.` : `${named}, but it exists in Backstage neither.`,
      });
    }
  }
}

const sentenceOf = (error: unknown): string =>
  error instanceof ApiError && error.fix !== undefined ? `${error.message} ${error.fix}` : messageOf(error);
