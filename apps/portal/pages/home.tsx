import { refOf, type Entity } from '@paved/kernel';
import {
  count,
  Link,
  LinkButton,
  Loaded,
  longDay,
  PageHeader,
  plural,
  RelativeTime,
  Section,
  SkeletonRows,
  State,
  useCrumbs,
  useData,
  useOwnRefs,
  useSession,
} from '@paved/ui';
import { IconCircleCheck, IconPlus } from '@tabler/icons-react';
import type { BoardAnswer, Confirmation, PullRequest, Run, TemplateCard } from '../home/answers.ts';
import { AttentionList, attentionOf } from '../home/attention.tsx';
import { OwnRuns } from '../home/own-runs.tsx';
import { ServiceTable } from '../home/service-table.tsx';
import { StartList } from '../home/start-list.tsx';
import './home.css';

const LIVE = ['orchestrator.workload.changed', 'orchestrator.deployment.changed'];
/** What concerns you: what needs a person, your services, your runs, and where to start. */
export function Page() {
  useCrumbs([{ label: 'Home' }]);
  const session = useSession();
  const own = useOwnRefs();
  const me = session?.actor.ref ?? '';
  const owned = own.map((ref) => `kind=component,relations.ownedBy=${ref}`);
  const services = useData<{ items: readonly Entity[]; totalItems: number }>('/api/catalog/entities/by-query', {
    query: { filter: owned, limit: 50, orderField: 'metadata.name,asc' },
    live: ['catalog.entity.changed'],
  });
  const board = useData<BoardAnswer>('/api/orchestrator/environments', { live: LIVE });
  const runs = useData<{ items: readonly Run[]; totalItems: number }>('/api/runs', {
    query: { actor: me, limit: 24 },
    live: ['runs.run.changed'],
  });
  const pulls = useData<{ items: readonly PullRequest[] }>('/api/repositories/pull-requests', {
    query: { state: 'open', limit: 20 },
    live: ['repositories.pull_request.changed'],
  });
  const confirmations = useData<{ items: readonly Confirmation[] }>('/api/ownership/confirmations', {
    query: { limit: 1000 },
    live: ['ownership.*', 'catalog.entity.changed'],
  });
  const templates = useData<{ items: readonly TemplateCard[] }>('/api/templates');
  // All at once: sections that arrive one after the other push each other about.
  const ready = [services, board, runs, pulls, confirmations, templates].every((query) => query.data !== undefined || query.error !== null);
  const mine = new Set((services.data?.items ?? []).map(refOf));
  const attention = attentionOf({
    board: board.data,
    runs: runs.data?.items ?? [],
    pulls: pulls.data?.items ?? [],
    confirmations: confirmations.data?.items ?? [],
    own,
    mine,
    me,
  });
  const healthy = (board.data?.services ?? []).filter(
    (service) =>
      mine.has(service.component) &&
      Object.values(service.cells).some((cell) => cell.deploymentId) &&
      Object.values(service.cells).every((cell) => cell.health === undefined || cell.health === 'healthy'),
  ).length;
  const last = (board.data?.services ?? [])
    .filter((service) => mine.has(service.component))
    .flatMap((service) => Object.values(service.cells).flatMap((cell) => (cell.deployedAt ? [cell.deployedAt] : [])))
    .toSorted()
    .at(-1);
  const header = (
    <PageHeader
      title="Your work"
      lede={`${longDay(new Date())}.`}
      actions={
        <LinkButton href="/create" icon={IconPlus}>
          Create
        </LinkButton>
      }
    />
  );
  if (!ready) {
    return (
      <>
        {header}
        <div className="p-cols">
          <SkeletonRows label="Your work" rows={7} height={48} />
          <SkeletonRows label="Where to start" rows={4} height={54} />
        </div>
      </>
    );
  }
  return (
    <>
      {header}
      <div className="p-cols">
        <div>
          <Section title="Needs your attention" note={attention.length || undefined}>
            {attention.length === 0 ? (
              <State icon={IconCircleCheck} title="Nothing needs you">
                {healthy > 0 ? `${plural(healthy, 'service')} ${healthy === 1 ? 'is' : 'are'} healthy. ` : ''}
                {last ? (
                  <>
                    Last change <RelativeTime at={last} />.
                  </>
                ) : mine.size === 0 && services.data ? (
                  'You own no service yet.'
                ) : null}
              </State>
            ) : (
              <AttentionList entries={attention} />
            )}
          </Section>
          <Section
            title="My services"
            note={services.data ? count(services.data.totalItems) : undefined}
            more={
              <Link href={`/catalog?${new URLSearchParams(own.filter((ref) => ref.startsWith('group:')).map((ref) => ['owner', ref]))}`}>
                Open in catalog
              </Link>
            }
          >
            <Loaded query={services} what="Your services" skeleton={<SkeletonRows label="Your services" rows={5} height={48} />}>
              {(page) =>
                page.items.length === 0 ? (
                  <State icon={IconPlus} title="No services yet" actions={<LinkButton href="/create">Create a service</LinkButton>}>
                    What your teams own appears here with its health in every environment.
                  </State>
                ) : (
                  <ServiceTable services={page.items} board={board.data} />
                )
              }
            </Loaded>
          </Section>
        </div>
        <div>
          <Section
            title="Start something"
            more={<Link href="/create">All {templates.data ? count(templates.data.items.length) : ''} paths</Link>}
          >
            <Loaded query={templates} what="Golden paths" skeleton={<SkeletonRows label="Golden paths" rows={4} height={54} />}>
              {({ items }) => <StartList items={items} />}
            </Loaded>
          </Section>
          <Section title="My runs" more={<Link href="/runs?mine=true">All runs</Link>}>
            <Loaded query={runs} what="Your runs" skeleton={<SkeletonRows label="Your runs" rows={5} height={32} />}>
              {(page) =>
                page.items.length === 0 ? (
                  <p className="p-13 p-t2">What you start appears here with its steps and log.</p>
                ) : (
                  <OwnRuns runs={page.items.filter((run) => run.kind !== 'catalog.location.sync' || run.status !== 'succeeded')} />
                )
              }
            </Loaded>
          </Section>
        </div>
      </div>
    </>
  );
}
