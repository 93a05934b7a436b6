import { refOf, type Entity } from '@paved/kernel';
import {
  EntityName,
  byWorst,
  capital,
  EntityLink,
  entityHref,
  Icon,
  iconOf,
  Link,
  related,
  RelativeTime,
  Status,
  Tag,
  titleOf,
  typeWords,
  type WindowedColumn,
} from '@paved/ui';
import { textOf, valueAt } from '../../model/list/field-value.ts';
import type { Workload } from '../workloads.ts';
import { fieldOf } from './list-fields.ts';

type Running = ReadonlyMap<string, { health: Workload['health']; workloads: readonly Workload[] }>;
type Cells = WindowedColumn<Entity>;

/** Columns that come from what runs; the catalog cannot sort by them. */
export const RUNNING: readonly string[] = ['health', 'where', 'deployed'];
/** Shares of the width; 120 is the rule. */
const WIDTHS: Readonly<Record<string, number>> = { description: 260, where: 160, health: 145, kind: 130, deployed: 95 };
const RUNNING_TITLES: Readonly<Record<string, string>> = { health: 'Health', where: 'Runs in', deployed: 'Deployed' };

/** Columns offered without naming a path. */
export const OFFERED: readonly string[] = [
  'kind',
  'type',
  'lifecycle',
  'owner',
  'system',
  'tag',
  'namespace',
  'title',
  'description',
  ...RUNNING,
];

export const columnTitle = (id: string, titles: ReadonlyMap<string, string>): string =>
  RUNNING_TITLES[id] ?? fieldOf(id, titles.get(id)).title;

/** What a list shows by itself: what runs for components, what the kind names for others, else the usual. `own` are ids the kind names. */
export function usualColumns(kind: string | undefined, own: readonly string[]): readonly string[] {
  const named = own.filter((id) => id !== 'name' && id !== 'title');
  if (kind?.toLowerCase() === 'component') {
    const usual = ['type', 'owner', 'system'];
    return [...usual, ...named.filter((id) => !usual.includes(id) && id !== 'lifecycle'), ...RUNNING];
  }
  if (named.length > 0) return named;
  if (kind !== undefined) return ['type', 'lifecycle', 'owner', 'system'];
  return ['kind', 'type', 'owner', 'system', 'health', 'deployed'];
}

/** The name first, then these columns. */
export function columnsOf(
  ids: readonly string[],
  {
    running,
    titles,
    widths,
    group,
  }: {
    running: Running | undefined;
    titles: ReadonlyMap<string, string>;
    /** Widths that somebody gave columns, as shares. */
    widths: Readonly<Record<string, number>>;
    /** What the groups of the list say already. */
    group: string | undefined;
  },
): readonly Cells[] {
  const first = ids.slice(0, 2);
  const described = !ids.includes('description') && ids.length < 8;
  return [
    {
      id: 'name',
      head: 'Name',
      width: described ? 420 : 260,
      given: widths['name'],
      sortable: true,
      cell: (entity) => <NameCell entity={entity} described={described} marked={!ids.includes('lifecycle') && group !== 'lifecycle'} />,
    },
    ...ids
      .filter((id) => id !== 'name')
      .map((id, i): Cells => ({
        id,
        head: columnTitle(id, titles),
        sortable: !RUNNING.includes(id),
        width: WIDTHS[id] ?? 120,
        given: widths[id],
        // On phones a name and one status are left; what the name has below it says the rest.
        ...(id === 'health' ? {} : { hide: i > 4 ? 'xl' : first.includes(id) || id === 'deployed' ? 'sm' : 'lg' }),
        ...(id === 'deployed' ? { align: 'right' } : {}),
        cell: cellOf(id, running),
      })),
  ];
}

/** What it is called, with what no other column says. */
function NameCell({ entity, described, marked }: { entity: Entity; described: boolean; marked: boolean }) {
  const lifecycle = entity.spec?.['lifecycle'];
  const owner = related(entity, 'ownedBy')[0];
  return (
    <span className="p-namecell">
      <Icon of={iconOf(entity.kind, entity.spec?.['type'])} />
      <Link href={entityHref(refOf(entity))} className="p-name p-trunc">
        {titleOf(entity)}
      </Link>
      {marked && (lifecycle === 'experimental' || lifecycle === 'deprecated') ? <Tag>{capital(lifecycle)}</Tag> : null}
      {described ? <small className="p-trunc">{entity.metadata.description}</small> : null}
      <span className="under p-trunc">
        {entity.kind}
        {owner ? (
          <>
            {' · '}
            <EntityName entityRef={owner} />
          </>
        ) : null}
      </span>
    </span>
  );
}

const NONE = <span className="p-t3">–</span>;

function cellOf(id: string, running: Running | undefined): Cells['cell'] {
  switch (id) {
    case 'kind':
      return (entity) => entity.kind;
    case 'type':
      return (entity) => {
        const type = entity.spec?.['type'];
        return typeof type === 'string' ? typeWords(type) : NONE;
      };
    case 'owner':
      return (entity) => <Refs refs={related(entity, 'ownedBy')} none={entity.kind === 'Component' ? 'No owner' : '–'} />;
    case 'health':
      return (entity) => {
        const state = running?.get(refOf(entity));
        if (state) return <Status status={state.health} />;
        return entity.kind === 'Component' && running ? <span className="p-t3">Not deployed</span> : null;
      };
    case 'where':
      return (entity) =>
        (running?.get(refOf(entity))?.workloads ?? [])
          .toSorted((a, b) => byWorst(a.health, b.health))
          .map((workload) => (
            <span key={workload.environment} style={{ marginRight: 12 }}>
              {workload.environment} <span className="p-t3 p-num">{shortVersion(workload.version)}</span>
            </span>
          ));
    case 'deployed':
      return (entity) => {
        const last = (running?.get(refOf(entity))?.workloads ?? [])
          .flatMap((workload) => (workload.deployedAt ? [workload.deployedAt] : []))
          .toSorted()
          .at(-1);
        return last ? <RelativeTime at={last} /> : null;
      };
    default: {
      const { path } = fieldOf(id);
      if (path.startsWith('relations.')) {
        const type = path.slice('relations.'.length);
        return (entity) => <Refs refs={related(entity, type)} none="–" />;
      }
      return (entity) => {
        const text = textOf(valueAt(entity, path));
        return text === '' ? NONE : <span title={text}>{text}</span>;
      };
    }
  }
}

const shortVersion = (version: string | undefined): string | undefined =>
  version !== undefined && /^[0-9a-f]{40}$/.test(version) ? version.slice(0, 7) : version?.slice(0, 16);

/** The first of what an entity points to, and how many more there are. */
function Refs({ refs, none }: { refs: readonly string[]; none: string }) {
  const [first] = refs;
  if (first === undefined) return <span className="p-t3">{none}</span>;
  return (
    <>
      <EntityLink entityRef={first} />
      {refs.length > 1 ? <span className="p-t3"> +{refs.length - 1}</span> : null}
    </>
  );
}
