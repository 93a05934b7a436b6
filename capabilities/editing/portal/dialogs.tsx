import type { EntityTabProps, EntityVersionProps } from '@paved/ui';
import { useGo } from '@paved/ui';
import { useEffect } from 'react';
import { editHref } from './edit-href.ts';

/** Editing needs room: the menu's entry leads to a page of its own. */
export function Edit({ entityRef, onClose }: EntityTabProps & { readonly onClose: () => void }) {
  useLeave(editHref(entityRef), onClose);
  return null;
}

/** The version as a change of what is there now; of an entity that is gone, as a new one. */
export function Restore({ entityRef, version, entity, onClose }: EntityVersionProps) {
  useLeave(
    entity === undefined
      ? `/editing/new?from=${encodeURIComponent(entityRef)}&version=${version}`
      : editHref(entityRef, `?version=${version}`),
    onClose,
  );
  return null;
}

function useLeave(href: string, onClose: () => void): void {
  const go = useGo();
  useEffect(() => {
    onClose();
    go(href);
  }, []); // oxlint-disable-line react-hooks/exhaustive-deps -- once, when it is chosen
}
