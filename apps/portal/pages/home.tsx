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
} from '@paved/ui';
import { IconCircleCheck, IconPlus } from '@tabler/icons-react';
import type { TemplateCard } from '../home/answers.ts';
import { AttentionList } from '../home/attention.tsx';
import { OwnRuns } from '../home/own-runs.tsx';
import { ServiceTable } from '../home/service-table.tsx';
import { StartList } from '../home/start-list.tsx';
import { useAttention } from '../home/use-attention.ts';
import './home.css';

/** What concerns you: what needs a person, your services, your runs, and where to start. */
export function Page() {
  useCrumbs([{ label: 'Home' }]);
  const { services, board, runs, ready: standing, mine, own, attention } = useAttention();
  const templates = useData<{ items: readonly TemplateCard[] }>('/api/templates');
  // All at once: sections that arrive one after the other push each other about.
  const ready = standing && (templates.data !== undefined || templates.error !== null);
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
