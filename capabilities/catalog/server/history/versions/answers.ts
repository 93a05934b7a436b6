import type { Entity, JsonObject } from '@paved/kernel';
import { z } from 'zod';
import { commitUrl } from '../../../model/history/commit-url.ts';
import { differences } from '../../../model/history/diff.ts';
import { comparable, documentOf } from '../../../model/history/document.ts';
import type { VersionRow } from './views.ts';

/** How something became what it is: who, why, from which commit, and what is different since. */
export const versionSchema = z
  .object({
    ref: z.string(),
    version: z.number().int().describe('1, 2, …; goes on counting when the entity is removed and comes back.'),
    change: z.enum(['added', 'updated', 'removed']),
    kind: z.string(),
    title: z.string(),
    at: z.string(),
    until: z.string().optional().describe('When the next version replaced it; absent for the present one.'),
    actor: z.string().optional(),
    cause: z
      .string()
      .optional()
      .describe('push, schedule, user, system, delete, unregister, or origin:<name> for entities without a source.'),
    run: z.string().optional().describe('The run that read it.'),
    source: z.string(),
    line: z.number().int(),
    revision: z.string().optional().describe('The commit it was read at.'),
    commitUrl: z.string().optional().describe('Where people see that commit: a path of the portal, or its forge’s page.'),
    diff: z
      .array(z.object({ path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() }))
      .describe('Against the version before: JSON Pointers with both values. Empty for what was added or removed.'),
    forgotten: z.literal(true).optional().describe('The version before is no longer kept, so there is nothing to compare with.'),
  })
  .meta({ id: 'CatalogVersion' });

type VersionAnswer = z.infer<typeof versionSchema>;

/** A row as clients see it; `by`: as they saw it at that time. */
export function versionAnswer(row: VersionRow, by?: Date): VersionAnswer {
  const named = row.head ?? row.beforeHead;
  const document = named === null ? undefined : documentOf(named);
  const url = commitUrl(row.source, row.revision);
  return {
    ref: row.ref,
    version: row.version,
    change: row.change,
    kind: document?.kind ?? row.ref.slice(0, row.ref.indexOf(':')),
    title: document?.metadata.title ?? document?.metadata.name ?? row.ref.slice(row.ref.indexOf('/') + 1),
    at: row.at.toISOString(),
    ...(row.until === null || (by !== undefined && row.until > by) ? {} : { until: row.until.toISOString() }),
    ...(row.actor === null ? {} : { actor: row.actor }),
    ...(row.cause === null ? {} : { cause: row.cause }),
    ...(row.run === null ? {} : { run: row.run }),
    source: row.source,
    line: row.line,
    ...(row.revision === null ? {} : { revision: row.revision }),
    ...(url === undefined ? {} : { commitUrl: url }),
    diff:
      row.change === 'updated' && row.beforeHead !== null
        ? differences(comparable(row.beforeHead, row.beforeStatus), comparable(row.head, row.status))
        : [],
    ...(row.change === 'updated' && row.beforeHead === null ? { forgotten: true as const } : {}),
  };
}

/** A version's entity as it was answered when it began. */
export function entityOfVersion(row: VersionRow, relations: readonly { type: string; targetRef: string }[]): Entity | undefined {
  if (row.head === null) return undefined;
  const { metadata, ...document } = documentOf(row.head);
  return {
    metadata: { uid: row.uid, ...metadata },
    ...document,
    relations: [...relations],
    ...(row.status === null ? {} : { status: JSON.parse(row.status) as JsonObject }),
  } as Entity;
}
