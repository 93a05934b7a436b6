/**
 * How an entity stands to its source: `ok`; `stale`, kept as its last good version because its document is broken or unreadable; or
 * `orphan`, kept although no source names it any more. Lists filter, count and group by it as by a field of this name.
 */
export const INGESTION = 'ingestion';
export const ingestionStates = ['ok', 'stale', 'orphan'] as const;
export type IngestionState = (typeof ingestionStates)[number];
