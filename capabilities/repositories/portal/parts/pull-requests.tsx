import { EmptyFilter, Loaded, Segments, State, useData, useUrlState } from '@paved/ui';
import { IconGitPullRequest } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { PullRequest } from '../shapes.ts';
import { PullRequestTable } from './pull-request-table.tsx';

type State = 'open' | 'merged' | 'closed';

/** The list with its states; of one repository, or of all. */
export function PullRequests({ slug, action }: { slug?: string; action?: ReactNode }) {
  const { params, set } = useUrlState();
  const state = (params.get('state') ?? 'open') as State;
  const pulls = useData<{ items: readonly PullRequest[]; totalItems: number }>(
    slug ? `/api/repositories/${slug}/pull-requests` : '/api/repositories/pull-requests',
    { query: { state, limit: 100 }, live: ['repositories.pull_request.changed'], keep: true },
  );
  return (
    <>
      <div className="p-row" style={{ marginBottom: 12 }}>
        <Segments<State>
          label="State"
          value={state}
          onChange={(next) => set((query) => (next === 'open' ? query.delete('state') : query.set('state', next)))}
          options={[
            { value: 'open', label: 'Open' },
            { value: 'merged', label: 'Merged' },
            { value: 'closed', label: 'Closed' },
          ]}
        />
        <span className="p-grow" />
        {action}
      </div>
      <Loaded query={pulls} what="Pull requests">
        {(page) =>
          page.items.length > 0 ? (
            <PullRequestTable items={page.items} withRepository={slug === undefined} />
          ) : state === 'open' ? (
            <State icon={IconGitPullRequest} title="No pull request is open">
              Push a branch and open one: its checks run, somebody reviews, it merges.
            </State>
          ) : (
            <EmptyFilter noun="pull request" filters={1} onClear={() => set((query) => query.delete('state'))} />
          )
        }
      </Loaded>
    </>
  );
}
