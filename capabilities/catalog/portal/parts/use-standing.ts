import { getCatalogSource, getEntityOrigin, listCatalogProblems } from '@paved/client';
import { useCall, useMay } from '@paved/ui';
import { SOURCE_EVENTS } from '../ingestion/source.ts';

/** Where an entity was read from, how its source stands, and what is wrong with it. */
export function useStanding(entityRef: string) {
  const mayReadSources = useMay('catalog.location.read');
  const concerns = { live: SOURCE_EVENTS };
  const origin = useCall(getEntityOrigin, { query: { ref: entityRef } }, concerns).data;
  const locationId = origin?.locationId;
  const source = useCall(
    getCatalogSource,
    { path: { id: locationId ?? '' } },
    { ...concerns, off: locationId === undefined || !mayReadSources },
  );
  const problems = useCall(listCatalogProblems, { query: { ref: entityRef, limit: 20 } }, concerns).data?.items ?? [];
  return { origin, source: source.data, problems };
}
