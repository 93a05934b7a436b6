import { listAuditEntries } from '@paved/client';
import { type EntityTabProps, Loaded, State, useCall } from '@paved/ui';
import { IconHistory } from '@tabler/icons-react';
import { AuditTable } from '../parts/audit-table.tsx';

/** What was changed about this entity, by whom. */
export function Tab({ entityRef }: EntityTabProps) {
  const log = useCall(listAuditEntries, { query: { subject: entityRef, limit: 100 } });
  return (
    <Loaded query={log} what="The history">
      {(page) =>
        page.items.length === 0 ? (
          <State icon={IconHistory} title="Nothing was changed yet">
            Every change to this appears here with who made it and through which door.
          </State>
        ) : (
          <AuditTable entries={page.items} />
        )
      }
    </Loaded>
  );
}
