import type { Entity } from '@paved/kernel';

/** The document that the catalog keeps as `head`: an entity without uid, etag and relations. */
export const documentOf = (head: string): Entity => JSON.parse(`{"metadata":{${head}}`) as Entity;
