import type { EntityTabProps } from '@paved/ui';
import { ChangesView } from './changes-view.tsx';

/** What changed for a team with the groups in it, or in a system or domain. */
export function Tab({ entity, entityRef }: EntityTabProps) {
  return <ChangesView about={entity.kind.toLowerCase() === 'group' ? { team: entityRef } : { system: entityRef }} />;
}
