import { getCatalogImpact } from '@paved/client';
import {
  capital,
  count,
  EmptyFilter,
  EntityLink,
  entityHref,
  GraphView,
  Icon,
  iconOf,
  Link,
  Loaded,
  Metric,
  nameOf,
  plural,
  Section,
  State,
  Strip,
  Tag,
  useCall,
  useGo,
  useUrlState,
} from '@paved/ui';
import { IconShieldCheck } from '@tabler/icons-react';
import { wayTo } from '../../model/impact.ts';
import { boxOf, noteOf } from '../graph/catalog-graph.ts';
import './impact.css';

type Answer = Awaited<ReturnType<typeof getCatalogImpact>>['items'];
type Item = Answer[number];

/** A graph of more is not read by anyone; the list stays. */
const DRAWN = 60;
/** Rows of an owner that are shown at first. */
const SHORT = 20;

/** Who is affected when this does not work: how many, whose, how far away and on which way. */
export function Impact({ entityRef, name }: { entityRef: string; name: string }) {
  const answer = useCall(
    getCatalogImpact,
    { query: { ref: entityRef, limit: 2000 } },
    { live: ['catalog.entity.changed', 'catalog.source.synced'], keep: true },
  );
  return (
    <Loaded query={answer} what="What is affected">
      {({ items, truncated }) =>
        items.length === 0 ? (
          <State icon={IconShieldCheck} title={`Nothing needs ${name}`}>
            No entity says that it depends on it, calls an API of it, or has it as a part. It can go down alone.
          </State>
        ) : (
          <Affected items={items} truncated={truncated} entityRef={entityRef} name={name} />
        )
      }
    </Loaded>
  );
}

function Affected({ items, truncated, entityRef, name }: { items: Answer; truncated: boolean; entityRef: string; name: string }) {
  const go = useGo();
  const { params, set } = useUrlState();
  const kind = params.get('kind');
  const lifecycle = params.get('lifecycle');
  const shown = items.filter((item) => (kind === null || item.kind === kind) && (lifecycle === null || item.lifecycle === lifecycle));
  const by = new Map(items.map((item) => [item.ref, item.by]));
  const titles = new Map([[entityRef, name], ...items.map((item): [string, string] => [item.ref, item.title])]);
  const owners = [...Map.groupBy(shown, (item) => item.owner ?? '')].toSorted(
    ([a, x], [b, y]) => y.length - x.length || a.localeCompare(b),
  );
  const put = (key: string) => (value: string) => set((next) => (value === '' ? next.delete(key) : next.set(key, value)));
  const clear = () =>
    set((next) => {
      next.delete('kind');
      next.delete('lifecycle');
    });
  return (
    <>
      <Strip label="What would be affected">
        <Metric
          caption="Affected"
          value={`${count(shown.length)}${truncated ? '+' : ''}`}
          note={shown.length === items.length ? undefined : `of ${count(items.length)}`}
        />
        <Metric caption="Directly" value={count(shown.filter((item) => item.distance === 1).length)} note="one hop away" />
        <Metric
          caption="Teams"
          value={count(owners.filter(([owner]) => owner !== '').length)}
          note={owners[0]?.[0] ? `${owners.length > 1 ? 'most ' : ''}${capital(nameOf(owners[0][0]))}` : undefined}
        />
        <Metric caption="Furthest" value={shown.reduce((most, item) => Math.max(most, item.distance), 0)} unit=" hops" />
      </Strip>
      <div className="p-impact-tools">
        <Choice label="Kind" value={kind} onChange={put('kind')} of={items.map((item) => item.kind)} />
        <Choice label="Lifecycle" value={lifecycle} onChange={put('lifecycle')} of={items.flatMap((item) => item.lifecycle ?? [])} />
        <span className="p-grow" />
        <Link className="p-button" href={`/catalog/graph?ref=${encodeURIComponent(entityRef)}&direction=incoming&depth=3`}>
          Explore
        </Link>
      </div>
      {shown.length === 0 ? (
        <EmptyFilter noun="affected entity" filters={Number(kind !== null) + Number(lifecycle !== null)} onClear={clear} />
      ) : null}
      {shown.length > 0 && items.length <= DRAWN ? (
        <div className="p-impact-graph">
          <GraphView
            label={`What ${name} takes along`}
            nodes={[
              { id: entityRef, label: name, note: 'does not work', self: true, status: 'failed' },
              ...items.map((item) => ({ ...boxOf(item), outside: !shown.includes(item) })),
            ]}
            edges={items.map((item) => ({ from: item.by, to: item.ref }))}
            height={Math.min(520, 160 + items.length * 20)}
            onChoose={(id) => go(entityHref(id))}
            tools={false}
          />
        </div>
      ) : null}
      <div className="p-impact-owners">
        {owners.map(([owner, held]) => (
          <Owner
            key={owner}
            owner={owner}
            held={held}
            way={(ref) => wayTo(ref, by).slice(1, -1)}
            titleOf={(ref) => titles.get(ref) ?? nameOf(ref)}
          />
        ))}
      </div>
    </>
  );
}

interface OwnerProps {
  readonly owner: string;
  readonly held: readonly Item[];
  readonly way: (ref: string) => readonly string[];
  readonly titleOf: (ref: string) => string;
}

function Owner({ owner, held, way, titleOf }: OwnerProps) {
  const { params, set } = useUrlState();
  const open = params.getAll('open').includes(owner);
  const rows = open ? held : held.slice(0, SHORT);
  return (
    <Section
      title={owner === '' ? 'No owner' : capital(nameOf(owner))}
      note={held.length}
      more={owner === '' ? undefined : <EntityLink entityRef={owner}>Open team</EntityLink>}
    >
      <ul className="p-list" aria-label={`Affected, owned by ${owner === '' ? 'nobody' : nameOf(owner)}`}>
        {rows.map((item) => {
          const between = way(item.ref);
          return (
            <li key={item.ref}>
              <Icon of={iconOf(item.kind, item.type)} />
              <div className="body">
                <Link className="p-name" href={entityHref(item.ref)}>
                  {item.title}
                </Link>{' '}
                {item.lifecycle === 'experimental' || item.lifecycle === 'deprecated' ? <Tag>{capital(item.lifecycle)}</Tag> : null}
                <small>
                  {noteOf(item)} · {reasons[item.reason](titleOf(item.by))}
                  {between.length > 1 ? ` · way: ${between.map(titleOf).join(' → ')}` : ''}
                </small>
              </div>
              <span className="when">{plural(item.distance, 'hop')}</span>
            </li>
          );
        })}
      </ul>
      {rows.length < held.length ? (
        <button type="button" className="p-link p-13" onClick={() => set((next) => next.append('open', owner))}>
          {plural(held.length - rows.length, 'more', 'more')}
        </button>
      ) : null}
    </Section>
  );
}

const reasons: Record<Item['reason'], (other: string) => string> = {
  dependsOn: (other) => `depends on ${other}`,
  consumesApi: (other) => `calls ${other}`,
  providesApi: (other) => `provided by ${other}`,
  hasPart: (other) => `has ${other} as a part`,
  partOf: (other) => `part of ${other}`,
};

function Choice({
  label,
  value,
  of,
  onChange,
}: {
  label: string;
  value: string | null;
  of: readonly string[];
  onChange: (value: string) => void;
}) {
  const counts = [...Map.groupBy(of, (one) => one)].toSorted((a, b) => b[1].length - a[1].length);
  if (counts.length < 2 && value === null) return null;
  return (
    <select
      className="p-input sm p-impact-choice"
      aria-label={label}
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">Every {label.toLowerCase()}</option>
      {counts.map(([one, all]) => (
        <option key={one} value={one}>
          {capital(one)} ({all.length})
        </option>
      ))}
    </select>
  );
}
