import type { Kept } from '@paved/services';
import { destroyKeptData, listKeptData } from '@paved/client';
import {
  ActorName,
  Button,
  bytes,
  call,
  capital,
  type Column,
  DataTable,
  DestroyDialog,
  Link,
  Loaded,
  nameOf,
  PageHeader,
  RelativeTime,
  State,
  toast,
  typeWords,
  useCall,
  useChange,
  useCrumbs,
  useGo,
} from '@paved/ui';
import { IconDatabase } from '@tabler/icons-react';
import { useMemo, useState } from 'react';

/** Databases and volumes whose service is gone. */
export function Page() {
  useCrumbs([{ label: 'Environments', href: '/environments' }, { label: 'Kept data' }]);
  const go = useGo();
  const kept = useCall(listKeptData, undefined, { live: ['orchestrator.*'] });
  const [chosen, setChosen] = useState<Kept>();
  const destroy = useChange<Kept, { runId: string }>(
    (one) => call(destroyKeptData, { path: { uid: one.uid }, body: { confirm: one.id } }),
    {
      refresh: ['/api/services', '/api/orchestrator'],
      done: ({ runId }, one) => {
        setChosen(undefined);
        toast(`${one.id} is being destroyed`, { status: 'progressing', action: { label: 'Follow', run: () => go(`/runs/${runId}`) } });
      },
    },
  );
  const columns = useMemo(
    (): readonly Column<Kept>[] => [
      {
        id: 'what',
        head: 'Data',
        fill: true,
        sort: (one) => one.id,
        cell: (one) => (
          <span className="p-namecell">
            <span className="p-name p-medium" style={{ color: 'var(--p-text)' }}>
              {nameOf(one.component)}
            </span>
            <small>
              {typeWords(one.type)} {one.id.split('.').at(-1)}
            </small>
            <span className="under">
              {typeWords(one.type)} {one.id.split('.').at(-1)}, {capital(one.environment)}
            </span>
          </span>
        ),
      },
      { id: 'environment', head: 'Environment', hide: 'sm', cell: (one) => capital(one.environment) },
      { id: 'size', head: 'Size', align: 'right', cell: (one) => (one.bytes === undefined ? '–' : bytes(one.bytes)) },
      {
        id: 'by',
        head: 'Deleted by',
        hide: 'sm',
        cell: (one) =>
          one.deleted ? (
            <Link className="p-plain" href={`/runs/${one.deleted.runId}`}>
              <ActorName actor={one.deleted.by} />
            </Link>
          ) : (
            <span className="p-t3">service exists</span>
          ),
      },
      { id: 'at', head: 'Kept since', align: 'right', hide: 'sm', cell: (one) => <RelativeTime at={one.keptAt} /> },
      {
        id: 'destroy',
        head: <span className="p-vh">Destroy</span>,
        align: 'right',
        cell: (one) => (
          <Button small disabledReason={one.mayDestroy ? undefined : 'Only an owner destroys its data'} onClick={() => setChosen(one)}>
            Destroy
          </Button>
        ),
      },
    ],
    [],
  );
  return (
    <>
      <PageHeader
        title="Data kept of deleted services"
        lede="Deleting a service keeps its databases and volumes. They stay until somebody destroys them here."
      />
      <Loaded query={kept} what="Kept data">
        {(page) =>
          page.items.length === 0 ? (
            <State icon={IconDatabase} title="Nothing is kept">
              When a service with a database is deleted, its data waits here for a second decision.
            </State>
          ) : (
            <DataTable label="Kept data" rows={page.items} columns={columns} id={(one) => one.uid} />
          )
        }
      </Loaded>
      {chosen ? (
        <DestroyDialog
          opened
          onClose={() => setChosen(undefined)}
          title={`Destroy ${typeWords(chosen.type)} of ${nameOf(chosen.component)}?`}
          typeName={chosen.id}
          keep="Keep it"
          destroy="Destroy the data"
          working={destroy.isPending}
          error={destroy.error}
          onDestroy={() => destroy.mutate(chosen)}
        >
          <p>
            {chosen.bytes === undefined ? 'Everything in it' : bytes(chosen.bytes)} in {chosen.environment} is deleted now and cannot be
            restored.
          </p>
        </DestroyDialog>
      ) : null}
    </>
  );
}
