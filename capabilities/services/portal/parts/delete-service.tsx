import type { RemovalPreview } from '@paved/services';
import {
  api,
  bytes,
  DestroyDialog,
  Loaded,
  plural,
  SkeletonRows,
  titleOf,
  typeWords,
  useChange,
  useData,
  useGo,
  type EntityTabProps,
} from '@paved/ui';
import { useState } from 'react';

const last = (id: string): string => id.split('.').at(-1) ?? id;

/** Deletes a service after showing what goes; its data is kept until it is destroyed on purpose. */
export function Dialog({ entity, entityRef, onClose }: EntityTabProps & { readonly onClose: () => void }) {
  const go = useGo();
  const name = titleOf(entity);
  const [keepRepository, setKeep] = useState(false);
  const preview = useData<RemovalPreview>('/api/services/removal', { query: { component: entityRef } });
  const remove = useChange<void, { runId: string }>(
    () =>
      api.post('/api/services/removal', {
        component: entityRef,
        confirm: preview.data?.name ?? entity.metadata.name,
        keepRepository,
        ...(preview.data ? { expected: preview.data.digest } : {}),
      }),
    {
      refresh: ['/api/orchestrator', '/api/catalog', '/api/repositories', '/api/runs'],
      done: ({ runId }) => {
        onClose();
        go(`/runs/${runId}`);
      },
    },
  );
  return (
    <DestroyDialog
      opened
      onClose={onClose}
      title={`Delete ${name}?`}
      typeName={preview.data?.name ?? entity.metadata.name}
      keep="Keep it"
      destroy={`Delete ${name}`}
      working={remove.isPending}
      error={remove.error}
      onDestroy={() => remove.mutate()}
    >
      <Loaded query={preview} what="The preview" skeleton={<SkeletonRows label="The preview" rows={4} height={32} />}>
        {(data) => <Preview data={data} />}
      </Loaded>
      {preview.data?.repository && preview.data.repository.stays === undefined ? (
        <label className="p-switch" style={{ margin: '12px 0 4px' }}>
          <input type="checkbox" className="p-check" checked={keepRepository} onChange={(event) => setKeep(event.target.checked)} />
          <span>
            <span className="p-medium">Keep the repository {preview.data.repository.slug}</span>
            <span className="p-help" style={{ display: 'block', marginTop: 0 }}>
              Otherwise its {plural(preview.data.repository.commits, 'commit')} go for good ({bytes(preview.data.repository.bytes)}).
            </span>
          </span>
        </label>
      ) : null}
    </DestroyDialog>
  );
}

function Preview({ data }: { data: RemovalPreview }) {
  const rows: { key: string; what: string; note: string }[] = [
    ...data.environments.flatMap((environment) =>
      environment.nodes
        .filter((node) => node.action !== 'none')
        .map((node) => ({
          key: `${environment.name}${node.key}`,
          what: last(node.id) === node.type ? typeWords(node.type) : `${typeWords(node.type)} ${last(node.id)}`,
          note: `${environment.name}, ${node.action === 'orphan' ? 'kept with its data' : 'removed'}`,
        })),
    ),
    ...(data.variables.length > 0 ? [{ key: 'variables', what: plural(data.variables.length, 'variable'), note: 'removed' }] : []),
    ...data.catalog.entities.map((ref) => ({
      key: ref,
      what: ref.split('/').at(-1) ?? ref,
      note: data.catalog.stays ?? `${ref.split(':')[0]}, leaves the catalog`,
    })),
  ];
  return (
    <>
      <p>
        {data.environments.length === 0
          ? 'It runs nowhere.'
          : `It stops serving in ${data.environments.map((environment) => environment.title).join(', ')} at once.`}{' '}
        {data.kept.length > 0
          ? `${plural(data.kept.length, 'resource')} with data ${data.kept.length === 1 ? 'is' : 'are'} kept until somebody destroys ${data.kept.length === 1 ? 'it' : 'them'} under “Data kept of deleted services”.`
          : ''}{' '}
        {data.repository?.stays ?? ''}
      </p>
      <ul className="p-list bare" style={{ maxHeight: 220, overflowY: 'auto', margin: '8px 0' }} aria-label="What goes" tabIndex={0}>
        {rows.map((row) => (
          <li key={row.key}>
            <div className="body">{row.what}</div>
            <span className="when">{row.note}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
