import type { Entity } from '@paved/kernel';
import type { Deployment, Plan } from '@paved/orchestrator';
import { api, DestroyDialog, Loaded, plural, repositoryOf, SkeletonRows, titleOf, toast, useChange, useGo, type ApiError } from '@paved/ui';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { actionWords, nodeWords } from '../shapes.ts';

/** Deletes a service after showing what goes; data is set aside until it is destroyed on purpose. */
export function DeleteService({ entity, entityRef, onClose }: { entity: Entity; entityRef: string; onClose: () => void }) {
  const go = useGo();
  const name = titleOf(entity);
  const repository = repositoryOf(entity);
  const [withRepository, setWithRepository] = useState(false);
  const plans = usePreview(entityRef);
  const remove = useChange<void, { deployments: readonly Deployment[] }>(
    async () => {
      const answer = await api.delete<{ deployments: readonly Deployment[] }>('/api/orchestrator/services', {
        component: entityRef,
        confirm: entity.metadata.name,
      });
      if (repository && withRepository) await api.delete(`/api/repositories/${repository}`);
      const uid = entity.metadata.uid;
      if (withRepository && uid) await api.delete(`/api/catalog/entities/by-uid/${uid}`).catch(() => undefined);
      return answer;
    },
    {
      refresh: ['/api/orchestrator', '/api/catalog', '/api/repositories'],
      done: ({ deployments }) => {
        onClose();
        const first = deployments[0];
        toast(
          `${name} is being taken down`,
          first ? { status: 'progressing', action: { label: 'Follow', run: () => go(`/runs/${first.runId}`) } } : {},
        );
        if (withRepository) go('/catalog');
      },
    },
  );
  return (
    <DestroyDialog
      opened
      onClose={onClose}
      title={`Delete ${name}?`}
      typeName={entity.metadata.name}
      keep="Keep it"
      destroy={`Delete ${name}`}
      working={remove.isPending}
      error={remove.error}
      onDestroy={() => remove.mutate()}
    >
      <Loaded query={plans} what="The preview" skeleton={<SkeletonRows label="The preview" rows={3} height={32} />}>
        {({ plans: list }) => {
          const kept = list.flatMap((plan) => plan.nodes.filter((node) => node.action === 'orphan'));
          return (
            <>
              <p>
                {list.length === 0 ? 'It runs nowhere.' : `It stops serving in ${list.map((plan) => plan.environment).join(', ')} at once.`}{' '}
                {kept.length > 0
                  ? `${plural(kept.length, 'resource')} with data ${kept.length === 1 ? 'is' : 'are'} set aside and can be destroyed later under Resources.`
                  : ''}
              </p>
              <ul className="p-list bare" style={{ maxHeight: 200, overflowY: 'auto', margin: '8px 0' }} aria-label="What goes">
                {list.flatMap((plan) =>
                  plan.nodes
                    .filter((node) => node.action !== 'none')
                    .map((node) => (
                      <li key={`${plan.environment}${node.key}`}>
                        <div className="body">{nodeWords(node)}</div>
                        <span className="when">
                          {plan.environment}, {actionWords[node.action]}
                        </span>
                      </li>
                    )),
                )}
              </ul>
            </>
          );
        }}
      </Loaded>
      {repository ? (
        <label className="p-switch" style={{ margin: '8px 0 4px' }}>
          <input
            type="checkbox"
            className="p-check"
            checked={withRepository}
            onChange={(event) => setWithRepository(event.target.checked)}
          />
          <span>
            <span className="p-medium">Also delete the repository {repository}</span>
            <span className="p-help" style={{ display: 'block', marginTop: 0 }}>
              Its history cannot be restored, and the service leaves the catalog.
            </span>
          </span>
        </label>
      ) : null}
    </DestroyDialog>
  );
}

/** What deleting would do. The API previews with the same verb, so this is a DELETE that changes nothing. */
function usePreview(component: string) {
  return useQuery<{ plans: readonly Plan[] }, ApiError>({
    queryKey: ['api', '/api/orchestrator/services', { component, preview: true }],
    queryFn: () => api.delete<{ plans: readonly Plan[] }>('/api/orchestrator/services', { component, preview: true }),
  });
}
