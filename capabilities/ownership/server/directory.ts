import type { Catalog } from '@paved/catalog';
import { ENTITY_CHANGED, SOURCE_SYNCED } from '@paved/catalog';
import type { Events } from '@paved/host';
import { directoryOf, type Directory } from '../model/directory.ts';

/** People and teams, read once and again after one of them changed. */
export interface DirectoryReader {
  get(): Promise<Directory>;
  close(): void;
}

export function createDirectoryReader(deps: { catalog: Catalog; events: Events }): DirectoryReader {
  let known: Promise<Directory> | undefined;
  const forget = deps.events.subscribe([ENTITY_CHANGED, SOURCE_SYNCED], ({ data }) => {
    const kinds = [data['kind'], ...((data['kinds'] as unknown[] | undefined) ?? [])];
    if (kinds.includes('user') || kinds.includes('group')) known = undefined;
  });
  return {
    get() {
      const reading = (known ??= Promise.all([deps.catalog.ofKind('user'), deps.catalog.ofKind('group')]).then(([users, groups]) =>
        directoryOf(users, groups),
      ));
      reading.catch(() => {
        if (known === reading) known = undefined;
      });
      return reading;
    },
    close: forget,
  };
}
