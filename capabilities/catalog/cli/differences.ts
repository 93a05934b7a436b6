import type { CliContext } from '@paved/client';
import { PavedError, refOf, type Entity, type Json } from '@paved/kernel';
import { parseDocuments } from '../model/documents.ts';
import { differences, type Difference } from '../model/history/diff.ts';
import { sourceDocument } from '../model/history/document.ts';
import type { DocumentFile } from './document-files.ts';

export type EntityDifference = Difference & { readonly ref: string | undefined };

/** A field as people write it: `/metadata/annotations/acme.com~1tier` is `metadata.annotations.acme.com/tier`. */
export const fieldName = (pointer: string): string =>
  pointer === ''
    ? 'everything'
    : pointer
        .slice(1)
        .split('/')
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
        .join('.');

export const shown = (value: Json | undefined): string =>
  value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value);

/** What differs between two versions of an entity, by what stood in their source. */
export const between = (before: Entity | undefined, after: Entity | undefined, ref?: string): EntityDifference[] =>
  differences(bare(before), bare(after)).map((one) => ({ ref, ...one }));

/** The documents of files; the first that is no document ends it, with its place. */
export function documentsOf(files: readonly DocumentFile[]): Entity[] {
  return files.flatMap((file) =>
    parseDocuments(file.text).map((document) => {
      if ('broken' in document)
        throw new PavedError(
          'invalid',
          `${file.name}:${document.line}: ${document.broken.message}`,
          document.broken.fix === undefined ? {} : { fix: document.broken.fix },
        );
      return document.value as unknown as Entity;
    }),
  );
}

/** What documents would change in the catalog. */
export async function differencesFromCatalog(cli: CliContext, documents: readonly Entity[]): Promise<EntityDifference[]> {
  const refs = documents.map((document) => refOf(document));
  const { items } = await cli.api.post<{ items: (Entity | null)[] }>('/api/catalog/entities/by-refs', { entityRefs: refs });
  return documents.flatMap((document, i) => between(items[i] ?? undefined, document, refs[i]));
}

/** Shows differences field by field; with `exitCode` the command ends with 1 when there is one. */
export function listDifferences(cli: CliContext, differing: readonly EntityDifference[], same: string, exitCode = false): void {
  const rows = cli.format === 'table' ? differing.flatMap(fieldByField) : differing;
  cli.list(
    rows,
    [
      ...(rows.some((row) => row.ref !== undefined) ? [{ header: 'ENTITY', value: (row: { ref: string | undefined }) => row.ref }] : []),
      { header: 'FIELD', value: (row) => fieldName(row.path) },
      { header: 'BEFORE', value: (row) => shown(row.before), narrow: 'wrap', tone: () => 'bad' },
      { header: 'AFTER', value: (row) => shown(row.after), narrow: 'wrap', tone: () => 'good' },
    ],
    same,
  );
  if (exitCode && rows.length > 0) process.exitCode = 1;
}

const bare = (entity: Entity | undefined): Json | undefined =>
  entity === undefined ? undefined : (sourceDocument(entity) as unknown as Json);

/** A document that one side lacks is shown by its fields, not as one long line. */
function fieldByField(row: EntityDifference): EntityDifference[] {
  const { before, after } = row;
  if (before !== undefined && after !== undefined) return [row];
  const parts = (value: Json | undefined, path: string): { path: string; value: Json | undefined }[] =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, child]) => parts(child, `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`))
      : [{ path, value }];
  return parts(before ?? after, row.path).map(({ path, value }) => ({
    ref: row.ref,
    path,
    ...(value === undefined ? {} : before === undefined ? { after: value } : { before: value }),
  }));
}
