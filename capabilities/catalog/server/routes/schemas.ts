import { pageOf } from '@paved/host';
import { z } from 'zod';

/** A query parameter that may be given several times. */
export const many = (description: string) =>
  z
    .union([z.string(), z.array(z.string())])
    .optional()
    .transform((value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]))
    .describe(description);

export const filter = many(
  'key=value, several joined by commas are an AND, several filters are an OR; a key alone asks whether it exists.',
);
export const wantedFields = many('Only these fields, dotted, parted by commas.');

export const count = (description: string) => z.coerce.number().int().min(0).max(1_000_000_000).optional().describe(description);

export const entitySchema = z
  .looseObject({
    apiVersion: z.string(),
    kind: z.string(),
    metadata: z.looseObject({
      uid: z.string().optional(),
      etag: z.string().optional(),
      name: z.string(),
      namespace: z.string().optional(),
      title: z.string().optional(),
      description: z.string().optional(),
      labels: z.record(z.string(), z.string()).optional(),
      annotations: z.record(z.string(), z.string()).optional(),
      tags: z.array(z.string()).optional(),
      links: z
        .array(z.looseObject({ url: z.string(), title: z.string().optional(), icon: z.string().optional(), type: z.string().optional() }))
        .optional(),
    }),
    spec: z.record(z.string(), z.unknown()).optional(),
    relations: z.array(z.object({ type: z.string(), targetRef: z.string() })).optional(),
    status: z
      .looseObject({ items: z.array(z.looseObject({ type: z.string(), level: z.string(), message: z.string() })).optional() })
      .optional(),
  })
  .meta({ id: 'Entity', description: 'Anything that exists, in Backstage’s envelope.' });

/** With `fields`, parts of entities. */
export const partialEntity = z.looseObject({}).describe('An entity, or the requested fields of it.');

/** Reads of the past. */
export const at = z.string().optional().describe('As it was at this time (ISO 8601, for example 2026-03-01T09:00:00Z).');

export const entityPage = pageOf(partialEntity);
export const predicateBody = z
  .record(z.string(), z.json())
  .optional()
  .describe('Predicate: fields with values, $all, $any, $not, $exists, $in, $hasPrefix, $contains.');
export const nameParams = z.object({ kind: z.string().min(1), namespace: z.string().min(1), name: z.string().min(1) });
export const problemItem = z.object({ at: z.string(), message: z.string(), fix: z.string().optional() });
export const locationBody = z
  .object({ id: z.string(), type: z.string(), target: z.string(), entityRef: z.string() })
  .meta({ id: 'CatalogLocation' });
export const noContent = z.null().describe('Nothing.');
