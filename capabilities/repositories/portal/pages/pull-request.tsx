import {
  api,
  Avatar,
  Button,
  Diff,
  ErrorNotice,
  Glyph,
  Link,
  Loaded,
  nameOf,
  PageHeader,
  plural,
  RelativeTime,
  Section,
  Segments,
  SkeletonPage,
  SkeletonRows,
  StatusPill,
  type StatusName,
  statusOfRun,
  TabLinks,
  toast,
  useChange,
  useCrumbs,
  useData,
  useRouteParams,
  useUrlState,
  type DiffLine,
} from '@paved/ui';
import { IconGitBranch } from '@tabler/icons-react';
import { useState } from 'react';
import { CommitList } from '../parts/commit-list.tsx';
import { Markdown } from '../parts/markdown.tsx';
import { Remark } from '../parts/remark.tsx';
import { stateStatus, type DiffAnswer, type PullRequestAnswer } from '../shapes.ts';

const stateWords = { open: 'Open', merged: 'Merged', closed: 'Closed' } as const;

/** A pull request: conversation, files, checks, merging. */
export function Page() {
  const { project = '', name = '', number = '' } = useRouteParams();
  const slug = `${project}/${name}`;
  const path = `/api/repositories/${slug}/pull-requests/${number}`;
  const answer = useData<PullRequestAnswer>(path, {
    live: ['repositories.*', 'runs.run.changed'],
    concerns: (event) => event.subject === slug || event.type.startsWith('runs.'),
  });
  useCrumbs([
    { label: slug, href: `/repositories/${slug}` },
    { label: 'Pull requests', href: `/repositories/${slug}/pull-requests` },
    { label: `#${number}` },
  ]);
  return (
    <Loaded query={answer} what="The pull request" skeleton={<SkeletonPage label="The pull request" />}>
      {(data) => <PullRequestView data={data} path={path} slug={slug} />}
    </Loaded>
  );
}

function PullRequestView({ data, path, slug }: { data: PullRequestAnswer; path: string; slug: string }) {
  const { params } = useUrlState();
  const { pullRequest: pull } = data;
  const tab = params.get('tab') ?? 'conversation';
  const base = `/repositories/${slug}/pull-requests/${pull.number}`;
  const href = (name: string) => (name === 'conversation' ? base : `${base}?tab=${name}`);
  return (
    <>
      <PageHeader
        tight
        title={pull.title}
        pill={<StatusPill status={stateStatus[pull.state]}>{stateWords[pull.state]}</StatusPill>}
        facts={[
          {
            text: (
              <span className="p-row tight">
                <Avatar small name={pull.author.name} /> {nameOf(pull.author.ref)}
              </span>
            ),
            label: 'Author',
          },
          {
            icon: IconGitBranch,
            text: (
              <span className="p-mono">
                {pull.head} → {pull.base}
              </span>
            ),
          },
          {
            text: (
              <>
                opened <RelativeTime at={pull.createdAt} />
              </>
            ),
          },
          { text: `#${pull.number}` },
        ]}
      />
      <TabLinks
        label="Parts of the pull request"
        current={href(tab)}
        tabs={[
          { label: 'Conversation', href: href('conversation'), note: data.remarks.length },
          { label: 'Commits', href: href('commits'), note: data.commits.length },
          { label: 'Files', href: href('files') },
        ]}
      />
      {tab === 'commits' ? (
        <CommitList commits={data.commits} slug={slug} />
      ) : tab === 'files' ? (
        <Files data={data} path={path} />
      ) : (
        <div className="p-cols">
          <Conversation data={data} path={path} filesHref={href('files')} />
          <aside>
            <Checks data={data} />
          </aside>
        </div>
      )}
    </>
  );
}

function Conversation({ data, path, filesHref }: { data: PullRequestAnswer; path: string; filesHref: string }) {
  const { pullRequest: pull } = data;
  const [body, setBody] = useState('');
  const say = useChange<{ verdict?: 'approved' | 'changes_requested' }>(
    ({ verdict }) => api.post(`${path}/remarks`, { body, ...(verdict ? { verdict } : {}) }),
    { refresh: [path], done: () => setBody('') },
  );
  const state = useChange<'close' | 'reopen'>((verb) => api.post(`${path}/${verb}`), { refresh: ['/api/repositories'] });
  return (
    <div>
      {pull.state === 'open' ? <Merge data={data} path={path} /> : null}
      {pull.ended ? (
        <p className="p-13 p-t2" style={{ marginBottom: 16 }}>
          {stateWords[pull.state]} by {pull.ended.by.name} <RelativeTime at={pull.ended.at} />
          {pull.mergeSha ? (
            <>
              {' '}
              as{' '}
              <Link className="p-link p-mono" href={`/repositories/${pull.slug}/commit/${pull.mergeSha}`}>
                {pull.mergeSha.slice(0, 7)}
              </Link>
            </>
          ) : null}
          {pull.ended.overrideReason ? `. Checks were passed over: ${pull.ended.overrideReason}` : '.'}
        </p>
      ) : null}
      <article className="p-remark" style={{ borderTop: 0, paddingTop: 0 }}>
        <Avatar name={pull.author.name} />
        <div className="head">
          <b>{nameOf(pull.author.ref)}</b>
          <span className="p-t3 p-12">
            <RelativeTime at={pull.createdAt} />
          </span>
        </div>
        {pull.body.trim() === '' ? <p className="body p-t3">No description.</p> : <Markdown text={pull.body} />}
      </article>
      {data.remarks.map((remark) => (
        <Remark key={remark.id} remark={remark} href={filesHref} />
      ))}
      {pull.state === 'merged' ? null : (
        <form
          style={{ borderTop: '1px solid var(--p-border)', paddingTop: 16, marginBottom: 36 }}
          onSubmit={(event) => {
            event.preventDefault();
            say.mutate({});
          }}
        >
          <div className="p-field">
            <label htmlFor="remark">Say something</label>
            <textarea id="remark" className="p-input" rows={3} value={body} onChange={(event) => setBody(event.target.value)} />
          </div>
          {say.error || state.error ? (
            <div style={{ marginTop: 12 }}>
              <ErrorNotice error={say.error ?? state.error} />
            </div>
          ) : null}
          <div className="p-row wrap" style={{ marginTop: 12 }}>
            <Button type="submit" working={say.isPending} disabledReason={body.trim() === '' ? 'Write something first' : undefined}>
              Comment
            </Button>
            {data.may.review && pull.state === 'open' ? (
              <>
                <Button working={say.isPending && say.variables.verdict === 'approved'} onClick={() => say.mutate({ verdict: 'approved' })}>
                  Approve
                </Button>
                <Button
                  look="quiet"
                  disabledReason={body.trim() === '' ? 'Say what should change' : undefined}
                  onClick={() => say.mutate({ verdict: 'changes_requested' })}
                >
                  Ask for changes
                </Button>
              </>
            ) : null}
            <span className="p-grow" />
            {data.may.edit ? (
              <Button look="quiet" working={state.isPending} onClick={() => state.mutate(pull.state === 'open' ? 'close' : 'reopen')}>
                {pull.state === 'open' ? 'Close without merging' : 'Open again'}
              </Button>
            ) : null}
          </div>
        </form>
      )}
    </div>
  );
}

/** What stands in the way, by its shape: work under way, a failure, or a person who has to act. */
const blockerStatus = (code: string): StatusName =>
  code === 'check_running' ? 'progressing' : code === 'changes_requested' ? 'waiting' : code === 'nothing' ? 'skipped' : 'failed';

function Merge({ data, path }: { data: PullRequestAnswer; path: string }) {
  const { pullRequest: pull, mergeability } = data;
  const [method, setMethod] = useState<'merge' | 'squash'>('merge');
  const [reason, setReason] = useState('');
  const merge = useChange<void>(
    () => api.post(`${path}/merge`, { method, expectedHead: pull.headSha, ...(reason.trim() === '' ? {} : { overrideReason: reason }) }),
    { refresh: ['/api/repositories'], done: () => toast(`#${pull.number} is merged`) },
  );
  const hard = mergeability.blockers.filter((blocker) => !blocker.override);
  const soft = mergeability.blockers.filter((blocker) => blocker.override);
  const blocked = hard[0]?.sentence ?? (soft.length > 0 && reason.trim().length < 3 ? soft[0]?.sentence : undefined);
  return (
    <section className="p-merge" aria-label="Merging">
      {mergeability.blockers.length === 0 ? (
        <p className="p-13 p-row tight">
          <Glyph status="healthy" label={null} /> Nothing stands in the way.{' '}
          {mergeability.behind > 0 ? `It is ${plural(mergeability.behind, 'commit')} behind ${pull.base}.` : ''}
        </p>
      ) : (
        <ul className="p-13">
          {mergeability.blockers.map((blocker) => (
            <li key={blocker.code} className="p-row tight" style={{ minHeight: 28 }}>
              <Glyph status={blockerStatus(blocker.code)} label={null} /> {blocker.sentence}
            </li>
          ))}
        </ul>
      )}
      {soft.length > 0 && hard.length === 0 && data.may.merge ? (
        <div className="p-field" style={{ marginTop: 12 }}>
          <label htmlFor="reason">
            Reason to merge all the same<span className="optional">kept in the audit log</span>
          </label>
          <input id="reason" className="p-input sm" value={reason} onChange={(event) => setReason(event.target.value)} />
        </div>
      ) : null}
      {merge.error ? (
        <div style={{ marginTop: 12 }}>
          <ErrorNotice error={merge.error} />
        </div>
      ) : null}
      <div className="p-row wrap" style={{ marginTop: 14 }}>
        <Button
          look="primary"
          working={merge.isPending}
          disabledReason={data.may.merge ? blocked : 'Only an owner of this repository merges'}
          onClick={() => merge.mutate()}
        >
          {method === 'squash' ? 'Squash and merge' : `Merge into ${pull.base}`}
        </Button>
        <Segments
          label="How"
          value={method}
          onChange={setMethod}
          options={[
            { value: 'merge', label: 'Merge commit' },
            { value: 'squash', label: 'Squash' },
          ]}
        />
      </div>
    </section>
  );
}

function Checks({ data }: { data: PullRequestAnswer }) {
  return (
    <Section title="Checks" note={`at ${data.pullRequest.headSha.slice(0, 7)}`}>
      {data.checks.length === 0 ? (
        <p className="p-13 p-t2">No pipeline checks this branch.</p>
      ) : (
        <ul className="p-list">
          {data.checks.map((check) => (
            <li key={check.name}>
              <Glyph status={statusOfRun(check.status)} />
              <div className="body">
                {check.href ? (
                  <Link className="p-name" href={check.href}>
                    {check.name}
                  </Link>
                ) : (
                  <b>{check.name}</b>
                )}
                {check.summary ? <small>{check.summary}</small> : null}
              </div>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Files({ data, path }: { data: PullRequestAnswer; path: string }) {
  const { params, set } = useUrlState();
  const sides = params.get('diff') === 'sides';
  const diff = useData<DiffAnswer>(`${path}/diff`);
  const [at, setAt] = useState<{ path: string; line: DiffLine }>();
  const [body, setBody] = useState('');
  const say = useChange<void>(
    () =>
      api.post(`${path}/remarks`, {
        body,
        path: at?.path,
        line: at?.line.after ?? at?.line.before,
        side: at?.line.kind === 'del' ? 'old' : 'new',
      }),
    {
      refresh: [path],
      done: () => {
        setAt(undefined);
        setBody('');
      },
    },
  );
  const below = (file: string, line: DiffLine) => {
    const remarks = data.remarks.filter(
      (remark) =>
        remark.path === file &&
        !remark.outdated &&
        (remark.side === 'old' ? line.kind === 'del' && remark.line === line.before : line.kind !== 'del' && remark.line === line.after),
    );
    const writing = at?.path === file && at.line.after === line.after && at.line.before === line.before && at.line.kind === line.kind;
    if (remarks.length === 0 && !writing) return null;
    return (
      <div className="p-line-remarks">
        {remarks.map((remark) => (
          <Remark key={remark.id} remark={remark} />
        ))}
        {writing ? (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              say.mutate();
            }}
          >
            <textarea
              className="p-input"
              rows={3}
              aria-label="Remark on this line"
              autoFocus
              value={body}
              onChange={(event) => setBody(event.target.value)}
            />
            <ErrorNotice error={say.error} />
            <div className="p-row" style={{ marginTop: 8 }}>
              <Button small type="submit" working={say.isPending} disabledReason={body.trim() === '' ? 'Write something first' : undefined}>
                Remark on this line
              </Button>
              <Button small look="quiet" onClick={() => setAt(undefined)}>
                Cancel
              </Button>
            </div>
          </form>
        ) : null}
      </div>
    );
  };
  return (
    <Loaded query={diff} what="The difference" skeleton={<SkeletonRows label="The difference" rows={12} height={20} />}>
      {(answer) => (
        <>
          <div className="p-row" style={{ marginBottom: 12 }}>
            <span className="p-13 p-t2 p-grow">{plural(answer.files.length, 'file')} changed</span>
            <Segments
              label="Layout"
              value={sides ? 'sides' : 'unified'}
              onChange={(value) => set((next) => (value === 'sides' ? next.set('diff', 'sides') : next.delete('diff')))}
              options={[
                { value: 'unified', label: 'Unified' },
                { value: 'sides', label: 'Side by side' },
              ]}
            />
          </div>
          <Diff
            source={{ files: answer.files }}
            sides={sides}
            onLine={below}
            onChoose={data.pullRequest.state === 'open' ? (file, line) => setAt({ path: file, line }) : undefined}
          />
        </>
      )}
    </Loaded>
  );
}
