import { stringify } from 'yaml';
import type { Entity, Json, JsonObject } from '@paved/kernel';

/** The document that the catalog keeps as `head`: an entity without uid, etag and relations. */
export const documentOf = (head: string): Entity => JSON.parse(`{"metadata":{${head}}`) as Entity;

/** What the catalog adds to say where an entity stands; its source says nothing of it. */
const added = new Set(['backstage.io/managed-by-location', 'backstage.io/managed-by-origin-location']);
/** Host, owner and name of an address. */
const repositoryPart = (url: string): string => url.split('/').slice(0, 5).join('/');

/** The document as its source has it: without what the catalog wrote into it. */
export function sourceDocument(entity: Entity): Entity {
  const { uid: _uid, etag: _etag, annotations, namespace, ...metadata } = entity.metadata;
  const place = annotations?.['backstage.io/managed-by-location'];
  const fromUrl = place?.startsWith('url:') === true ? place.slice('url:'.length) : undefined;
  const isAdded = (key: string, value: string): boolean => {
    if (added.has(key)) return true;
    if (fromUrl === undefined) return false;
    // People write a source location of their own; the one of the file's folder is ours. The other two are ours inside the repository.
    if (key === 'backstage.io/source-location') return value === `url:${fromUrl.slice(0, fromUrl.lastIndexOf('/') + 1)}`;
    return (key === 'backstage.io/view-url' || key === 'backstage.io/edit-url') && repositoryPart(value) === repositoryPart(fromUrl);
  };
  const own = Object.entries(annotations ?? {}).filter(([key, value]) => !isAdded(key, value));
  const { apiVersion, kind, spec } = entity;
  return {
    apiVersion,
    kind,
    metadata: {
      ...metadata,
      ...(namespace === undefined || namespace === 'default' ? {} : { namespace }),
      ...(own.length === 0 ? {} : { annotations: Object.fromEntries(own) }),
    },
    ...(spec === undefined ? {} : { spec }),
  } as Entity;
}

/** Name first, then what people call it, then the rest: as people write it. */
const metadataOrder = ['name', 'namespace', 'title', 'description', 'labels', 'annotations', 'tags', 'links'];

/** The document as YAML, ready to stand in a source again. */
export function yamlOf(entity: Entity): string {
  const { apiVersion, kind, metadata, spec } = sourceDocument(entity);
  const fields = metadata as unknown as JsonObject;
  const known = metadataOrder.filter((key) => fields[key] !== undefined);
  const rest = Object.keys(fields).filter((key) => !metadataOrder.includes(key));
  const ordered = Object.fromEntries([...known, ...rest].map((key): [string, Json | undefined] => [key, fields[key]]));
  return stringify({ apiVersion, kind, metadata: ordered, ...(spec === undefined ? {} : { spec }) }, { lineWidth: 0 });
}

/** What is compared between versions: the document, and why it is an old one when it is. */
export function comparable(head: string | null | undefined, status: string | null | undefined): JsonObject | undefined {
  if (head === null || head === undefined) return undefined;
  const document = documentOf(head) as unknown as JsonObject;
  if (status === null || status === undefined) return document;
  const items = (JSON.parse(status) as { items?: { message?: string }[] }).items ?? [];
  return { ...document, status: items.map((item) => item.message ?? '').join(' ') };
}
