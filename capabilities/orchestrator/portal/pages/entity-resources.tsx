import { destroyResource, listResources } from '@paved/client';
import {
  call,
  capital,
  type Column,
  DataTable,
  DestroyDialog,
  type EntityTabProps,
  Explain,
  Icon,
  iconOf,
  KeyValues,
  Loaded,
  MoreMenu,
  related,
  RelativeTime,
  State,
  Status,
  Tag,
  TextLink,
  toast,
  typeWords,
  useCall,
  useChange,
  useGo,
  useMay,
} from '@paved/ui';
import { IconCube, IconTrash } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { LIVE, nodeName, type Resource } from '../shapes.ts';

const secret = (value: unknown): value is { secretRef: { path: string; version: number } } =>
  typeof value === 'object' && value !== null && 'secretRef' in value;

/** What the service has: databases, routes, volumes, in every environment; also what was set aside. */
export function Tab({ entity, entityRef }: EntityTabProps) {
  const go = useGo();
  const resources = useCall(listResources, { query: { component: entityRef } }, { live: LIVE });
  const may = useMay('orchestrator.deployment.create', related(entity, 'ownedBy'));
  const [shown, setShown] = useState<Resource>();
  const [destroying, setDestroying] = useState<Resource>();
  const destroy = useChange<Resource, { runId: string }>(
    (resource) => call(destroyResource, { path: { uid: resource.uid }, body: { confirm: resource.id } }),
    {
      refresh: ['/api/orchestrator'],
      done: ({ runId }, resource) => {
        setDestroying(undefined);
        toast(`${nodeName(resource.id)} is being destroyed`, {
          status: 'progressing',
          action: { label: 'Follow', run: () => go(`/runs/${runId}`) },
        });
      },
    },
  );
  const columns = useMemo(
    (): readonly Column<Resource>[] => [
      {
        id: 'name',
        head: 'Resource',
        fill: true,
        sort: (resource) => resource.id,
        cell: (resource) => (
          <span className="p-namecell">
            <Icon of={iconOf('resource', resource.type)} />
            <button
              type="button"
              className="p-link p-name"
              style={{ color: 'var(--p-text)', fontWeight: 530 }}
              onClick={() => setShown(resource)}
            >
              {nodeName(resource.id)}
            </button>
            {resource.status === 'orphaned' ? <Tag>Set aside</Tag> : null}
            <small>{resource.definition}</small>
            <span className="under">
              {typeWords(resource.type)} · {resource.environment}
            </span>
          </span>
        ),
      },
      {
        id: 'type',
        head: 'Type',
        hide: 'sm',
        sort: (resource) => resource.type,
        cell: (resource) => (resource.class === 'default' ? typeWords(resource.type) : `${typeWords(resource.type)}, ${resource.class}`),
      },
      {
        id: 'environment',
        head: 'Environment',
        hide: 'sm',
        sort: (resource) => resource.environment,
        cell: (resource) => capital(resource.environment),
      },
      {
        id: 'health',
        head: 'Health',
        cell: (resource) => (resource.health ? <Status status={resource.health} /> : <span className="p-t3">–</span>),
      },
      { id: 'made', head: 'Made', hide: 'lg', align: 'right', cell: (resource) => <RelativeTime at={resource.createdAt} /> },
      {
        id: 'more',
        head: <span className="p-vh">Actions</span>,
        align: 'right',
        cell: (resource) =>
          resource.status === 'orphaned' && may ? (
            <MoreMenu
              small
              label={`Actions for ${nodeName(resource.id)}`}
              entries={[{ label: 'Destroy with its data', icon: IconTrash, danger: true, run: () => setDestroying(resource) }]}
            />
          ) : null,
      },
    ],
    [may],
  );
  return (
    <>
      <Loaded query={resources} what="Resources">
        {(page) =>
          page.items.length === 0 ? (
            <State icon={IconCube} title="No resources yet">
              A database, route or volume is asked for in score.yaml and made with the next deployment.
            </State>
          ) : (
            <DataTable
              label="Resources"
              rows={page.items}
              columns={columns}
              id={(resource) => resource.uid}
              initialSort={{ id: 'environment' }}
            />
          )
        }
      </Loaded>
      <Explain
        opened={shown !== undefined}
        onClose={() => setShown(undefined)}
        title={shown ? `${typeWords(shown.type)} ${nodeName(shown.id)}` : ''}
      >
        {shown ? (
          <>
            <p className="p-t2" style={{ marginBottom: 16 }}>
              Made by definition {shown.definition} with driver {shown.driver}.{' '}
              {shown.stateful ? 'It keeps data: no deployment destroys it.' : ''} {shown.reason ?? shown.error ?? ''}
            </p>
            <KeyValues
              items={[
                ['Environment', shown.environment],
                ['Class', shown.class],
                ['Status', shown.status],
                ['Used by', shown.consumers.map((ref) => ref.split('/').at(-1)).join(', ') || 'nobody'],
              ]}
            />
            <h3 style={{ margin: '20px 0 8px' }}>Outputs</h3>
            <KeyValues
              items={Object.entries(shown.outputs).map(([key, value]) => [
                key,
                secret(value) ? (
                  <span key={key} className="p-mono">
                    •••• {value.secretRef.path}
                  </span>
                ) : typeof value === 'string' && value.startsWith('http') ? (
                  <TextLink key={key} href={value}>
                    {value}
                  </TextLink>
                ) : (
                  <span key={key} className="p-mono">
                    {typeof value === 'string' ? value : JSON.stringify(value)}
                  </span>
                ),
              ])}
            />
          </>
        ) : null}
      </Explain>
      {destroying ? (
        <DestroyDialog
          opened
          onClose={() => setDestroying(undefined)}
          title={`Destroy ${nodeName(destroying.id)} in ${destroying.environment}?`}
          typeName={destroying.id}
          keep="Keep it"
          destroy={`Destroy ${destroying.type}`}
          working={destroy.isPending}
          error={destroy.error}
          onDestroy={() => destroy.mutate(destroying)}
        >
          <p>All its data is deleted now and cannot be restored.</p>
        </DestroyDialog>
      ) : null}
    </>
  );
}
