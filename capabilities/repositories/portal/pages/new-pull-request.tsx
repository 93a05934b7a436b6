import {
  api,
  Button,
  Diff,
  ErrorNotice,
  Loaded,
  plural,
  SkeletonRows,
  State,
  useChange,
  useData,
  useGo,
  useRouteParams,
  useUrlState,
} from '@paved/ui';
import { IconGitBranch } from '@tabler/icons-react';
import { useState } from 'react';
import { CommitList } from '../parts/commit-list.tsx';
import { RepositoryFrame } from '../parts/repository-frame.tsx';
import type { DiffAnswer, PullRequest, ShownCommit, ShownRepository } from '../shapes.ts';

interface Comparison {
  readonly ahead: number;
  readonly behind: number;
  readonly commits: readonly ShownCommit[];
  readonly diff: DiffAnswer;
}

function NewPullRequest({ repository }: { repository: ShownRepository }) {
  const go = useGo();
  const { params, set } = useUrlState();
  const path = `/api/repositories/${repository.slug}`;
  const branches = useData<{ items: readonly { name: string; isDefault: boolean }[] }>(`${path}/branches`);
  const base = params.get('base') ?? repository.defaultBranch;
  const head = params.get('head') ?? branches.data?.items.find((branch) => branch.name !== base)?.name;
  const compared = useData<Comparison>(`${path}/compare`, { query: { base, head }, off: head === undefined });
  const [title, setTitle] = useState<string>();
  const [body, setBody] = useState('');
  const shown = title ?? compared.data?.commits.at(-1)?.subject ?? '';
  const open = useChange<void, PullRequest>(() => api.post(`${path}/pull-requests`, { title: shown, body, head, base }), {
    refresh: ['/api/repositories'],
    done: (made) => go(`/repositories/${repository.slug}/pull-requests/${made.number}`),
  });
  if (branches.data && branches.data.items.length < 2) {
    return (
      <State icon={IconGitBranch} title={`Only ${repository.defaultBranch} exists`}>
        Push another branch first: git push origin HEAD:my-change.
      </State>
    );
  }
  // The lists of branches are as wide as their longest name: they come with the form, not after it.
  if (branches.isPending) return <SkeletonRows label="Branches" rows={6} />;
  const choose = (key: 'base' | 'head', value: string) => set((next) => next.set(key, value));
  return (
    <>
      <div className="p-row wrap" style={{ marginBottom: 20, fontSize: 13 }}>
        <label className="p-row tight">
          Merge
          <select
            className="p-input sm"
            style={{ width: 'auto' }}
            value={head ?? ''}
            onChange={(event) => choose('head', event.target.value)}
          >
            {branches.data?.items.map((branch) => (
              <option key={branch.name}>{branch.name}</option>
            ))}
          </select>
        </label>
        <label className="p-row tight">
          into
          <select className="p-input sm" style={{ width: 'auto' }} value={base} onChange={(event) => choose('base', event.target.value)}>
            {branches.data?.items.map((branch) => (
              <option key={branch.name}>{branch.name}</option>
            ))}
          </select>
        </label>
      </div>
      <form
        style={{ maxWidth: 720, marginBottom: 36 }}
        onSubmit={(event) => {
          event.preventDefault();
          open.mutate();
        }}
      >
        <div className="p-field">
          <label htmlFor="title">Title</label>
          <input id="title" className="p-input" required value={shown} onChange={(event) => setTitle(event.target.value)} />
        </div>
        <div className="p-field">
          <label htmlFor="body">
            What and why<span className="optional">optional</span>
          </label>
          <textarea id="body" className="p-input" rows={5} value={body} onChange={(event) => setBody(event.target.value)} />
          <p className="p-help">Markdown.</p>
        </div>
        {open.error ? (
          <div style={{ marginTop: 16 }}>
            <ErrorNotice error={open.error} />
          </div>
        ) : null}
        <div className="p-row" style={{ marginTop: 20 }}>
          <Button
            type="submit"
            look="primary"
            working={open.isPending}
            disabledReason={
              compared.data && compared.data.ahead === 0
                ? `${head ?? 'It'} has nothing that ${base} lacks`
                : shown === ''
                  ? 'Give it a title'
                  : undefined
            }
          >
            Open pull request
          </Button>
        </div>
      </form>
      <Loaded query={compared} what="The comparison">
        {(data) => (
          <>
            <h2 style={{ marginBottom: 8 }}>
              {plural(data.commits.length, 'commit')} <span className="n">{plural(data.diff.files.length, 'file')} changed</span>
            </h2>
            <CommitList commits={data.commits} slug={repository.slug} />
            <div style={{ height: 24 }} />
            <Diff source={{ files: data.diff.files }} />
          </>
        )}
      </Loaded>
    </>
  );
}

/** Asks to merge one branch into another. */
export function Page() {
  const { project = '', name = '' } = useRouteParams();
  return (
    <RepositoryFrame tab="pull-requests" crumb={{ label: 'New pull request', href: `/repositories/${project}/${name}/pull-requests/new` }}>
      {(repository) => <NewPullRequest repository={repository} />}
    </RepositoryFrame>
  );
}
