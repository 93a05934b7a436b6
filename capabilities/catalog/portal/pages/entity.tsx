import { refOf, type Entity } from '@paved/kernel';
import {
  api,
  Bone,
  capital,
  entityHref,
  EnvironmentStripSkeleton,
  EntityLink,
  iconOf,
  IconButton,
  Link,
  Loaded,
  MoreMenu,
  PageHeader,
  pathOf,
  pinned,
  related,
  repositoryOf,
  SkeletonPage,
  SkeletonRows,
  State,
  Steady,
  TabLinks,
  Tag,
  titleOf,
  typeWords,
  toast,
  toastError,
  useChange,
  useCrumbs,
  useData,
  useEntityTitle,
  useMayAny,
  useModules,
  useRouteParams,
  visited,
  type EntityMenuEntry,
  type EntityPart,
  type EntityTab,
  type HeaderFact,
  type MenuEntry,
} from '@paved/ui';
import {
  IconBrandGit,
  IconClock,
  IconCopy,
  IconPlayerPlay,
  IconRefresh,
  IconSearch,
  IconSitemap,
  IconStar,
  IconStarFilled,
  IconTag,
  IconUsers,
} from '@tabler/icons-react';
import { Suspense, useEffect, useState } from 'react';
import { EntityDialog, lazily } from '../parts/entity-dialog.tsx';
import { useKinds } from '../list/use-kinds.ts';
import { LongWords } from '../parts/long-words.tsx';
import { StandingNotices } from '../parts/standing-notices.tsx';

/** The page of one entity; every capability may add tabs and parts. */
export function Page() {
  const { namespace = 'default', kind = 'component', name = '', tab } = useRouteParams();
  const ref = `${kind}:${namespace}/${name}`.toLowerCase();
  const entity = useData<Entity>(`/api/catalog/entities/by-name/${pathOf(kind, namespace, name)}`, {
    live: ['catalog.entity.changed'],
    concerns: (event) => event.subject === ref,
  });
  const parent = entity.data ? related(entity.data, 'partOf')[0] : undefined;
  const parentTitle = useEntityTitle(parent);
  useCrumbs([
    { label: 'Catalog', href: '/catalog?kind=Component' },
    ...(parent ? [{ label: parentTitle, href: entityHref(parent) }] : []),
    { label: entity.data ? titleOf(entity.data) : name },
  ]);
  if (entity.error?.code === 'not_found') return <Missing kind={kind} name={name} />;
  return (
    <Loaded query={entity} what={`This ${kind}`} skeleton={<SkeletonPage label={name} />}>
      {(data) => <EntityView entity={data} entityRef={ref} tab={tab ?? ''} />}
    </Loaded>
  );
}

/** Nothing of that name: the nearest names are offered. */
function Missing({ kind, name }: { kind: string; name: string }) {
  const near = useData<{ items: readonly Entity[] }>('/api/catalog/entities/by-query', {
    query: { fullTextFilterTerm: name.slice(0, Math.max(3, Math.ceil(name.length / 2))), fullTextFilterFields: 'metadata.name', limit: 3 },
  });
  const first = near.data?.items[0];
  return (
    <State
      icon={IconSearch}
      title={`No ${kind} called ${name}`}
      actions={
        <>
          {first ? (
            <Link className="p-button" href={entityHref(refOf(first))}>
              Open {first.metadata.name}
            </Link>
          ) : null}
          <Link className="p-button quiet" href={`/catalog?q=${encodeURIComponent(name)}`}>
            Search
          </Link>
        </>
      }
    >
      {first ? `Did you mean ${first.metadata.name}? ` : ''}It may also have been renamed or removed.
    </State>
  );
}

function Part({ part, entity, entityRef, more }: { part: EntityPart; entity: Entity; entityRef: string; more: readonly MenuEntry[] }) {
  const Shown = lazily(part, async () => (await part.load()).Part);
  return (
    <Suspense
      fallback={
        part.height === 0 ? null : part.slot === 'actions' ? (
          <Bone width={part.height} height={32} radius={6} />
        ) : part.slot === 'strip' ? (
          <EnvironmentStripSkeleton />
        ) : (
          <div style={{ minHeight: part.height }} aria-busy="true" />
        )
      }
    >
      <Shown entity={entity} entityRef={entityRef} more={more} />
    </Suspense>
  );
}

function TabBody({ tab, entity, entityRef }: { tab: EntityTab; entity: Entity; entityRef: string }) {
  const Shown = lazily(tab, async () => (await tab.load()).Tab, true);
  return (
    <Suspense fallback={<SkeletonRows label={tab.label} />}>
      <Shown entity={entity} entityRef={entityRef} />
    </Suspense>
  );
}

function EntityView({ entity, entityRef, tab }: { entity: Entity; entityRef: string; tab: string }) {
  const modules = useModules();
  const pins = pinned.use();
  const isPinned = pins.includes(entityRef);
  const kind = entity.kind.toLowerCase();
  const kinds = useKinds();
  const base = entityHref(entityRef);
  const may = useMayAny();
  const owners = related(entity, 'ownedBy');
  const fits = modules
    .flatMap((module) => module.entityTabs ?? [])
    .filter((entry) => entry.suits(entity) && (entry.permission === undefined || may(entry.permission, owners)));
  const tabs = fits.toSorted((a, b) => a.order - b.order);
  const parts = modules
    .flatMap((module) => module.entityParts ?? [])
    .filter((part) => part.suits(entity))
    .toSorted((a, b) => a.order - b.order);
  const current = tabs.find((entry) => entry.path === tab);
  const owner = related(entity, 'ownedBy')[0];
  const system = related(entity, 'partOf')[0];
  const lifecycle = entity.spec?.['lifecycle'];
  const repository = repositoryOf(entity);
  useEffect(
    () =>
      visited({ href: base, label: titleOf(entity), note: typeof entity.spec?.['type'] === 'string' ? entity.spec['type'] : entity.kind }),
    [base, entity],
  );
  const refresh = useChange<void>(() => api.post('/api/catalog/refresh', { entityRef }), {
    refresh: ['/api/catalog'],
    done: () => toast(`${titleOf(entity)} was read again`),
    failed: toastError,
  });
  const [dialog, setDialog] = useState<EntityMenuEntry>();
  const offered = modules
    .flatMap((module) => module.entityMenu ?? [])
    .filter((entry) => entry.suits(entity) && may(entry.permission, owners));
  const more: readonly MenuEntry[] = [
    { label: 'Read again from its source', icon: IconRefresh, run: () => refresh.mutate() },
    { label: 'Copy the reference', icon: IconCopy, run: () => void navigator.clipboard.writeText(entityRef) },
    ...offered.map((entry) => ({
      label: entry.label(entity),
      icon: entry.icon,
      ...(entry.danger ? { danger: true } : {}),
      run: () => setDialog(entry),
    })),
  ];
  const facts: readonly (HeaderFact | undefined)[] = [
    owner
      ? { icon: IconUsers, label: 'Owner', text: <EntityLink entityRef={owner} /> }
      : kind === 'component'
        ? { icon: IconUsers, text: <Tag>No owner</Tag> }
        : undefined,
    system ? { icon: IconSitemap, label: 'Part of', text: <EntityLink entityRef={system} /> } : undefined,
    typeof entity.spec?.['type'] === 'string'
      ? { icon: IconTag, label: 'Type', text: typeWords(entity.spec['type']) }
      : { icon: IconTag, label: 'Kind', text: kinds.get(kind)?.title ?? entity.kind },
    repository
      ? {
          icon: IconBrandGit,
          label: 'Repository',
          text: (
            <Link className="p-plain p-mono" href={`/repositories/${repository}`}>
              {repository}
            </Link>
          ),
        }
      : undefined,
    lifecycle === 'experimental' || lifecycle === 'deprecated'
      ? { icon: IconClock, label: 'Lifecycle', text: <Tag>{capital(lifecycle)}</Tag> }
      : undefined,
  ];
  const actionPart = parts.find((part) => part.slot === 'actions');
  return (
    <>
      <PageHeader
        tight
        icon={iconOf(entity.kind, entity.spec?.['type'])}
        title={titleOf(entity)}
        lede={entity.metadata.description === undefined ? undefined : <LongWords text={entity.metadata.description} />}
        facts={facts}
        actions={
          <>
            <IconButton
              boxed
              label={isPinned ? `Unpin ${titleOf(entity)}` : `Pin ${titleOf(entity)} to the navigation`}
              icon={isPinned ? IconStarFilled : IconStar}
              aria-pressed={isPinned}
              onClick={() => pinned.set(isPinned ? pins.filter((ref) => ref !== entityRef) : [...pins, entityRef])}
            />
            {actionPart ? <Part part={actionPart} entity={entity} entityRef={entityRef} more={more} /> : <MoreMenu entries={more} />}
          </>
        }
      />
      {dialog ? <EntityDialog entry={dialog} entity={entity} entityRef={entityRef} onClose={() => setDialog(undefined)} /> : null}
      {parts
        .filter((part) => part.slot === 'strip')
        .map((part, i) => (
          <Part key={i} part={part} entity={entity} entityRef={entityRef} more={more} />
        ))}
      <TabLinks
        label="Parts of this page"
        tabs={[{ label: 'Overview', href: base }, ...tabs.map((entry) => ({ label: entry.label, href: `${base}/${entry.path}` }))]}
        current={current ? `${base}/${current.path}` : base}
      />
      {current ? (
        <TabBody tab={current} entity={entity} entityRef={entityRef} />
      ) : tab !== '' ? (
        <State icon={IconPlayerPlay} title={`${titleOf(entity)} has no ${tab}`}>
          The tabs above are what it has.
        </State>
      ) : (
        <Steady>
          <StandingNotices entity={entity} entityRef={entityRef} />
          <div className="p-cols wide">
            <div>
              {parts
                .filter((part) => part.slot === 'overview')
                .map((part, i) => (
                  <Part key={i} part={part} entity={entity} entityRef={entityRef} more={more} />
                ))}
            </div>
            <div>
              {parts
                .filter((part) => part.slot === 'rail')
                .map((part, i) => (
                  <Part key={i} part={part} entity={entity} entityRef={entityRef} more={more} />
                ))}
            </div>
          </div>
        </Steady>
      )}
    </>
  );
}
