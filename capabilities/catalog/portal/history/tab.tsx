import type { EntityTabProps } from '@paved/ui';
import { VersionsView } from './versions-view.tsx';

/** The entity's versions. */
export function Tab({ entity, entityRef }: EntityTabProps) {
  return <VersionsView entityRef={entityRef} entity={entity} />;
}
