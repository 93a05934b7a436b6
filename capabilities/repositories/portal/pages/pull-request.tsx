import {
  Avatar,
  Loaded,
  nameOf,
  PageHeader,
  RelativeTime,
  Section,
  SkeletonPage,
  StatusPill,
  TabLinks,
  useCrumbs,
  useData,
  useRouteParams,
  useUrlState,
} from '@paved/ui';
import { IconGitBranch } from '@tabler/icons-react';
import { CheckList } from '../parts/check-list.tsx';
import { CommitList } from '../parts/commit-list.tsx';
import { Conversation } from '../parts/conversation.tsx';
import { PullRequestFiles } from '../parts/pull-request-files.tsx';
import { stateStatus, stateWords, type PullRequestAnswer } from '../shapes.ts';

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
        <PullRequestFiles data={data} path={path} />
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

function Checks({ data }: { data: PullRequestAnswer }) {
  return (
    <Section title="Checks" note={`at ${data.pullRequest.headSha.slice(0, 7)}`}>
      {data.checks.length === 0 ? <p className="p-13 p-t2">No pipeline checks this branch.</p> : <CheckList checks={data.checks} />}
    </Section>
  );
}
