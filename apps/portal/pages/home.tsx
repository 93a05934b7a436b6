import { formatDuration, refOf, type Entity, type Health } from '@paved/kernel';
import {
  capital,
  count,
  DataTable,
  Duration,
  entityHref,
  Glyph,
  Icon,
  iconOf,
  Link,
  LinkButton,
  Loaded,
  longDay,
  nameOf,
  PageHeader,
  plural,
  RelativeTime,
  Section,
  SkeletonRows,
  State,
  statusOfRun,
  titleOf,
  useCrumbs,
  useData,
  useOwnRefs,
  useSession,
  type Column,
  type StatusName,
} from '@paved/ui';
import { IconCircleCheck, IconPlus, IconTemplate } from '@tabler/icons-react';
import { useMemo, type ReactNode } from 'react';
import './home.css';

interface Cell {
  readonly health?: Health;
  readonly reason?: string;
  readonly version?: string;
  readonly deploymentId?: string;
  readonly deployedAt?: string;
  readonly latest?: { readonly id: string; readonly status: string; readonly version: string; readonly error?: string };
}
interface BoardAnswer {
  readonly environments: readonly { readonly name: string; readonly title: string }[];
  readonly services: readonly { readonly component: string; readonly cells: Readonly<Record<string, Cell>> }[];
}
interface Run {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly kind: string;
  readonly subjects: readonly string[];
  readonly error?: { readonly message: string };
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
}
interface PullRequest {
  readonly slug: string;
  readonly number: number;
  readonly title: string;
  readonly author: { readonly ref: string };
  readonly updatedAt: string;
}
interface TemplateCard {
  readonly ref: string;
  readonly name: string;
  readonly namespace: string;
  readonly title: string;
  readonly description: string;
  readonly type: string;
  readonly icon?: string;
  readonly typicalMs?: number;
}
interface Attention {
  readonly key: string;
  readonly status: StatusName;
  readonly title: ReactNode;
  readonly note: string;
  readonly at?: string | undefined;
  readonly action: string;
  readonly href: string;
}

const LIVE = ['orchestrator.workload.changed', 'orchestrator.deployment.changed'];
const versionWords = (version: string | undefined): string =>
  version === undefined ? '–' : /^[0-9a-f]{40}$/.test(version) ? version.slice(0, 7) : version;

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
    query: { actor: me, limit: 8 },
    live: ['runs.run.changed'],
  });
  const pulls = useData<{ items: readonly PullRequest[] }>('/api/repositories/pull-requests', {
    query: { state: 'open', limit: 20 },
    live: ['repositories.pull_request.changed'],
  });
  const templates = useData<{ items: readonly TemplateCard[] }>('/api/templates');
  // All at once: sections that arrive one after the other push each other about.
  const ready = [services, board, runs, pulls, templates].every((query) => query.data !== undefined || query.error !== null);
  const mine = new Set((services.data?.items ?? []).map(refOf));
  const attention = attentionOf({ board: board.data, runs: runs.data?.items ?? [], pulls: pulls.data?.items ?? [], mine, me });
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
              <ul className="p-list top p-attention">
                {attention.slice(0, 8).map((entry, i) => (
                  <li key={entry.key}>
                    <Glyph status={entry.status} />
                    <div className="body">
                      {entry.title}
                      <small>{entry.note}</small>
                    </div>
                    {entry.at ? (
                      <span className="when">
                        <RelativeTime at={entry.at} />
                      </span>
                    ) : null}
                    <LinkButton small href={entry.href} look={i === 0 ? 'primary' : 'default'}>
                      {entry.action}
                    </LinkButton>
                  </li>
                ))}
              </ul>
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
              {({ items }) => (
                <ul className="p-start">
                  {items.slice(0, 4).map((card) => (
                    <li key={card.ref}>
                      <Link href={`/create/${card.namespace}/${card.name}`}>
                        <Icon of={card.icon || card.type ? iconOf('component', card.icon ?? card.type) : IconTemplate} />
                        <span className="p-grow">
                          <b>{card.title}</b>
                          <small>{card.description}</small>
                        </span>
                        {card.typicalMs ? <span className="when">{formatDuration(card.typicalMs)}</span> : null}
                      </Link>
                    </li>
                  ))}
                </ul>
              )}
            </Loaded>
          </Section>
          <Section title="My runs" more={<Link href="/runs?mine=true">All runs</Link>}>
            <Loaded query={runs} what="Your runs" skeleton={<SkeletonRows label="Your runs" rows={5} height={32} />}>
              {(page) =>
                page.items.length === 0 ? (
                  <p className="p-13 p-t2">What you start appears here with its steps and log.</p>
                ) : (
                  <ul className="p-runs">
                    {page.items.slice(0, 6).map((run) => (
                      <li key={run.id}>
                        <Glyph status={statusOfRun(run.status)} />
                        <Link className="p-plain p-trunc" href={`/runs/${run.id}`}>
                          {run.title}
                        </Link>
                        <span className="when">
                          <Duration from={run.startedAt ?? run.createdAt} to={run.endedAt} />
                        </span>
                      </li>
                    ))}
                  </ul>
                )
              }
            </Loaded>
          </Section>
        </div>
      </div>
    </>
  );
}

/** What waits for a person, worst first: failing services, failed runs of yours, reviews. */
function attentionOf({
  board,
  runs,
  pulls,
  mine,
  me,
}: {
  board: BoardAnswer | undefined;
  runs: readonly Run[];
  pulls: readonly PullRequest[];
  mine: ReadonlySet<string>;
  me: string;
}): readonly Attention[] {
  const services = (board?.services ?? []).filter((service) => mine.has(service.component));
  const sick = services.flatMap((service) =>
    (board?.environments ?? []).flatMap((environment): Attention[] => {
      const cell = service.cells[environment.name];
      const name = nameOf(service.component);
      if (cell?.latest?.status === 'failed') {
        return [
          {
            key: `d${cell.latest.id}`,
            status: 'failed',
            title: (
              <>
                <b>{name}</b> {versionWords(cell.latest.version)} did not reach {environment.name}
              </>
            ),
            note: cell.latest.error ?? 'What ran before keeps serving',
            action: 'See why',
            href: `/deployments/${cell.latest.id}`,
          },
        ];
      }
      if (cell?.health === 'failed' || cell?.health === 'degraded' || cell?.health === 'waiting') {
        return [
          {
            key: `w${service.component}${environment.name}`,
            status: cell.health,
            title: (
              <>
                <b>{name}</b> {cell.health === 'failed' ? 'does not serve' : 'serves, but not as asked,'} in {environment.name}
              </>
            ),
            note: cell.reason ?? 'The log has the details',
            at: cell.deployedAt,
            action: 'See logs',
            href: `${entityHref(service.component, 'logs')}?environment=${environment.name}`,
          },
        ];
      }
      return [];
    }),
  );
  const failed = runs
    .filter(
      (run, i) =>
        run.status === 'failed' &&
        !runs.slice(0, i).some((newer) => newer.kind === run.kind && newer.subjects[0] === run.subjects[0] && newer.status === 'succeeded'),
    )
    .slice(0, 3)
    .map((run): Attention => ({
      key: run.id,
      status: 'failed',
      title: (
        <>
          <b>{run.title}</b> failed
        </>
      ),
      note: run.error?.message ?? 'Its log has the details',
      at: run.endedAt ?? run.createdAt,
      action: 'Open run',
      href: `/runs/${run.id}`,
    }));
  const reviews = pulls
    .filter((pull) => pull.author.ref !== me && [...mine].some((ref) => nameOf(ref) === pull.slug.split('/')[1]))
    .map((pull): Attention => ({
      key: `${pull.slug}${pull.number}`,
      status: 'waiting',
      title: (
        <>
          Review <b>{pull.title}</b>
        </>
      ),
      note: `${pull.slug} #${pull.number}, by ${nameOf(pull.author.ref)}`,
      at: pull.updatedAt,
      action: 'Review',
      href: `/repositories/${pull.slug}/pull-requests/${pull.number}`,
    }));
  return [
    ...sick.filter((entry) => entry.status === 'failed'),
    ...failed,
    ...reviews,
    ...sick.filter((entry) => entry.status !== 'failed'),
  ];
}

function ServiceTable({ services, board }: { services: readonly Entity[]; board: BoardAnswer | undefined }) {
  const columns = useMemo((): readonly Column<Entity>[] => {
    const cells = new Map((board?.services ?? []).map((service) => [service.component, service.cells]));
    return [
      {
        id: 'name',
        head: 'Service',
        fill: true,
        sort: (entity) => titleOf(entity),
        cell: (entity) => (
          <span className="p-two">
            <Link className="p-name" href={entityHref(refOf(entity))}>
              {titleOf(entity)}
            </Link>
            <small className="p-trunc">{entity.metadata.description ?? capital(String(entity.spec?.['type'] ?? 'component'))}</small>
          </span>
        ),
      },
      ...(board?.environments ?? []).map((environment): Column<Entity> => ({
        id: environment.name,
        head: (
          <>
            <span className="hide-sm">{environment.title}</span>
            <span className="only-phone">
              {capital(environment.name.slice(0, 4))}
              <span className="p-vh"> {environment.title}</span>
            </span>
          </>
        ),
        cell: (entity) => {
          const cell = cells.get(refOf(entity))?.[environment.name];
          const moving = cell?.latest !== undefined && ['queued', 'planning', 'applying'].includes(cell.latest.status);
          if (!cell || (cell.deploymentId === undefined && !moving)) return <span className="p-t3">–</span>;
          return (
            <span className="p-status" style={{ color: 'inherit' }} title={cell.reason}>
              <Glyph status={moving ? 'progressing' : (cell.health ?? 'unknown')} />
              <span className="p-num hide-sm">{versionWords(cell.version ?? cell.latest?.version).slice(0, 16)}</span>
            </span>
          );
        },
      })),
      {
        id: 'deployed',
        head: 'Deployed',
        align: 'right',
        hide: 'sm',
        cell: (entity) => {
          const at = Object.values(cells.get(refOf(entity)) ?? {})
            .flatMap((cell) => (cell.deployedAt ? [cell.deployedAt] : []))
            .toSorted()
            .at(-1);
          return at ? <RelativeTime at={at} /> : <span className="p-t3">–</span>;
        },
      },
    ];
  }, [board]);
  return (
    <DataTable
      label="My services"
      rows={services}
      columns={columns}
      id={refOf}
      href={(entity) => entityHref(refOf(entity))}
      density="tall"
      keys
    />
  );
}
