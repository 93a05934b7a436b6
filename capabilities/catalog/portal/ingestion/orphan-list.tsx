import {
  api,
  Button,
  DestroyDialog,
  EntityLink,
  Loaded,
  Notice,
  plural,
  RelativeTime,
  State,
  toast,
  useChange,
  useData,
  useMay,
} from '@paved/ui';
import { IconLinkOff } from '@tabler/icons-react';
import { useState } from 'react';
import { placeOf, SOURCE_EVENTS } from './source.ts';

interface Orphan {
  readonly ref: string;
  readonly location: string;
  readonly namedBy?: string;
  readonly source: string;
  readonly line: number;
  readonly lastNamedAt?: string;
  readonly since: string;
}

/** Entities that no source names any more: who named them, where, and since when not. */
export function OrphanList() {
  const orphans = useData<{ items: readonly Orphan[]; totalItems: number; policy: 'keep' | 'remove' }>('/api/catalog/orphans', {
    query: { limit: 200 },
    live: SOURCE_EVENTS,
  });
  const may = useMay('catalog.location.delete');
  const [asking, setAsking] = useState(false);
  const remove = useChange<void, { removed: readonly string[] }>(() => api.post('/api/catalog/orphans/remove', {}), {
    refresh: ['/api/catalog'],
    done: ({ removed }) => {
      setAsking(false);
      toast(`${plural(removed.length, 'orphan')} removed`);
    },
  });
  return (
    <Loaded query={orphans} what="Orphans">
      {({ items, totalItems, policy }) =>
        items.length === 0 ? (
          <State icon={IconLinkOff} title="No orphans">
            {policy === 'remove'
              ? 'What a source no longer names is removed. With catalog.orphans: keep it would stay here until someone decides.'
              : 'An orphan is an entity that no source names any more. It stays here until it is named again or someone removes it.'}
          </State>
        ) : (
          <>
            {may ? (
              <Notice actions={<Button onClick={() => setAsking(true)}>Remove {plural(totalItems, 'orphan')}</Button>}>
                <b>No source names {totalItems === 1 ? 'this entity' : `these ${totalItems} entities`} any more.</b> They are kept as they
                were last read. Whoever names one again has it.
              </Notice>
            ) : null}
            <ul className="p-list" aria-label="Orphans" style={{ marginTop: 12 }}>
              {items.map((orphan) => (
                <li key={orphan.ref}>
                  <div className="body">
                    <span className="name">
                      <EntityLink entityRef={orphan.ref} />
                    </span>
                    <small className="p-ingestion-message">
                      Stood in {placeOf(orphan.source)}:{orphan.line}
                      {orphan.namedBy === undefined || orphan.namedBy.includes('/generated-') ? '' : `, named by ${orphan.namedBy}`}
                      {orphan.lastNamedAt === undefined ? null : (
                        <>
                          , last seen <RelativeTime at={orphan.lastNamedAt} />
                        </>
                      )}
                    </small>
                  </div>
                  <span className="when">
                    gone <RelativeTime at={orphan.since} />
                  </span>
                </li>
              ))}
            </ul>
            <DestroyDialog
              opened={asking}
              onClose={() => setAsking(false)}
              title={`Remove ${plural(totalItems, 'orphan')}?`}
              keep="Keep them"
              destroy={`Remove ${plural(totalItems, 'orphan')}`}
              working={remove.isPending}
              error={remove.error}
              onDestroy={() => remove.mutate()}
            >
              <p>They leave the catalog with their relations. Their history stays, and a source that names one again brings it back.</p>
            </DestroyDialog>
          </>
        )
      }
    </Loaded>
  );
}
