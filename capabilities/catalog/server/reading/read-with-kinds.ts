import { readLocation, type ReadDeps } from './read-location.ts';
import type { Reading } from './reading.ts';

/** Reads a location as registering it would in the end: the kinds that its own documents declare are known. */
export async function readWithKinds(deps: ReadDeps, location: Parameters<typeof readLocation>[1]): Promise<Reading> {
  const reading = await readLocation(deps, location);
  const registry = deps.registry.withDocuments(reading.entities.map(({ entity }) => entity));
  return registry === deps.registry ? reading : readLocation({ ...deps, registry }, location);
}
