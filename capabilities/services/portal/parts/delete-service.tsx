import { previewServiceRemoval, removeService } from '@paved/client';
import {
  bytes,
  call,
  DestroyDialog,
  type EntityTabProps,
  Loaded,
  plural,
  SkeletonRows,
  titleOf,
  useCall,
  useChange,
  useGo,
} from '@paved/ui';
import { useState } from 'react';
import { RemovalList } from './removal-list.tsx';

/** Deletes a service after showing what goes; its data is kept until it is destroyed on purpose. */
export function Dialog({ entity, entityRef, onClose }: EntityTabProps & { readonly onClose: () => void }) {
  const go = useGo();
  const name = titleOf(entity);
  const [keepRepository, setKeep] = useState(false);
  const preview = useCall(previewServiceRemoval, { query: { component: entityRef } });
  const remove = useChange<void, { runId: string }>(
    () =>
      call(removeService, {
        body: {
          component: entityRef,
          confirm: preview.data?.name ?? entity.metadata.name,
          keepRepository,
          expected: preview.data?.digest,
        },
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
      onDestroy={() => {
        // Nobody deletes what was not shown.
        if (preview.data) remove.mutate();
      }}
    >
      <Loaded query={preview} what="The preview" skeleton={<SkeletonRows label="The preview" rows={4} height={32} />}>
        {(data) => <RemovalList preview={data} keepRepository={keepRepository} />}
      </Loaded>
      {preview.data?.repository && preview.data.repository.stays === undefined ? (
        <label className="p-switch" style={{ margin: '12px 0 4px' }}>
          <input type="checkbox" className="p-check" checked={keepRepository} onChange={(event) => setKeep(event.target.checked)} />
          <span>
            <span className="p-medium">Keep the repository {preview.data.repository.slug}</span>
            <span className="p-help" style={{ display: 'block', marginTop: 0 }}>
              Otherwise its {plural(preview.data.repository.commits, 'commit')} ({bytes(preview.data.repository.bytes)}) go.
            </span>
          </span>
        </label>
      ) : null}
    </DestroyDialog>
  );
}
