import type { listTeams } from '@paved/client';
import {
  Button,
  capital,
  count,
  downloadFrom,
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
  TextLink,
  useData,
  useGo,
  useUrlState,
} from '@paved/ui';
import { IconDownload, IconShieldCheck } from '@tabler/icons-react';
import { wayTo } from '../../model/impact.ts';
import { reasonWords, tierWords, type Affected as Item, type ImpactAnswer } from './affected.ts';
import { boxOf, noteOf } from '../graph/catalog-graph.ts';
import './impact.css';

/** A graph of more is not read by anyone; the list stays. */
const DRAWN = 60;
/** Rows of an owner that are shown at first. */
const SHORT = 20;
/** Owners whose on-call is looked up: so many fit an address. */
const ASKED = 100;

/** Who is affected when this does not work: how many, whose, how far away and on which way. */
export function Impact({ entityRef, name }: { entityRef: string; name: string }) {
  const answer = useData<ImpactAnswer>('/api/catalog/impact', {
    query: { ref: entityRef, limit: 2000, order: 'tier' },
    live: ['catalog.entity.changed', 'catalog.source.synced'],
    keep: true,
  });
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

function Affected({ items, truncated, entityRef, name }: { items: readonly Item[]; truncated: boolean; entityRef: string; name: string }) {
  const go = useGo();
  const { params, set } = useUrlState();
  const kind = params.get('kind');
  const lifecycle = params.get('lifecycle');
  const tier = params.get('tier');
  const shown = items.filter(
    (item) =>
      (kind === null || item.kind === kind) &&
      (lifecycle === null || item.lifecycle === lifecycle) &&
      (tier === null || (item.tier !== undefined && tierWords(item.tier) === tier)),
  );
  const by = new Map(items.map((item) => [item.ref, item.by]));
  const titles = new Map([[entityRef, name], ...items.map((item): [string, string] => [item.ref, item.title])]);
  // Whose worst hit matters most comes first; without tiers, who has most.
  const owners = [...Map.groupBy(shown, (item) => item.owner ?? '')].toSorted(
    ([a, x], [b, y]) => worst(x) - worst(y) || y.length - x.length || a.localeCompare(b),
  );
  const most = owners.filter(([owner]) => owner !== '').toSorted(([, x], [, y]) => y.length - x.length)[0];
  const top = shown[0]?.tierRank === undefined ? undefined : shown[0].tier;
  const teams = useOnCall(owners.map(([owner]) => owner));
  const put = (key: string) => (value: string) => set((next) => (value === '' ? next.delete(key) : next.set(key, value)));
  const clear = () =>
    set((next) => {
      next.delete('kind');
      next.delete('lifecycle');
      next.delete('tier');
    });
  return (
    <>
      <Strip label="What would be affected">
        <Metric
          caption="Affected"
          value={`${count(shown.length)}${truncated ? '+' : ''}`}
          note={shown.length === items.length ? undefined : `of ${count(items.length)}`}
        />
        {top === undefined ? null : (
          <Metric caption="Matter most" value={count(shown.filter((item) => item.tier === top).length)} note={tierWords(top)} />
        )}
        <Metric caption="Directly" value={count(shown.filter((item) => item.distance === 1).length)} note="one hop away" />
        <Metric
          caption="Teams"
          value={count(owners.filter(([owner]) => owner !== '').length)}
          note={most === undefined ? undefined : `${owners.length > 1 ? 'most ' : ''}${capital(nameOf(most[0]))}`}
        />
        <Metric caption="Furthest" value={shown.reduce((most, item) => Math.max(most, item.distance), 0)} unit=" hops" />
      </Strip>
      <div className="p-impact-tools">
        <Choice
          label="Tier"
          value={tier}
          onChange={put('tier')}
          of={items.flatMap((item) => (item.tier === undefined ? [] : tierWords(item.tier)))}
        />
        <Choice label="Kind" value={kind} onChange={put('kind')} of={items.map((item) => item.kind)} />
        <Choice label="Lifecycle" value={lifecycle} onChange={put('lifecycle')} of={items.flatMap((item) => item.lifecycle ?? [])} />
        <span className="p-grow" />
        <Button icon={IconDownload} onClick={() => downloadFrom(`/api/catalog/impact/export?ref=${encodeURIComponent(entityRef)}`)}>
          Export
        </Button>
        <Link className="p-button" href={`/catalog/graph?ref=${encodeURIComponent(entityRef)}&direction=incoming&depth=3`}>
          Explore
        </Link>
      </div>
      {shown.length === 0 ? (
        <EmptyFilter noun="affected entity" filters={[tier, kind, lifecycle].filter((one) => one !== null).length} onClear={clear} />
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
            onCall={teams.get(owner)}
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
  readonly onCall: OnCall | undefined;
  readonly held: readonly Item[];
  readonly way: (ref: string) => readonly string[];
  readonly titleOf: (ref: string) => string;
}

function Owner({ owner, onCall, held, way, titleOf }: OwnerProps) {
  const { params, set } = useUrlState();
  const open = params.getAll('open').includes(owner);
  const rows = open ? held : held.slice(0, SHORT);
  return (
    <Section
      title={owner === '' ? 'No owner' : capital(nameOf(owner))}
      note={held.length}
      more={
        owner === '' ? undefined : (
          <>
            {onCall === undefined ? null : (
              <span className="p-impact-call">
                {onCall.href === undefined ? `On call: ${onCall.title}` : <TextLink href={onCall.href}>{callWords(onCall.title)}</TextLink>}
              </span>
            )}
            <EntityLink entityRef={owner}>{owner.startsWith('user:') ? 'Open person' : 'Open team'}</EntityLink>
          </>
        )
      }
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
                {item.tier === undefined ? null : <Tag>{tierWords(item.tier)}</Tag>}{' '}
                {item.lifecycle === 'experimental' || item.lifecycle === 'deprecated' ? <Tag>{capital(item.lifecycle)}</Tag> : null}
                <small>
                  {noteOf(item)} · {reasonWords[item.reason](titleOf(item.by))}
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

type OnCall = NonNullable<Awaited<ReturnType<typeof listTeams>>['items'][number]['onCall']>;

/** Where to reach whoever is on call, by owner. */
function useOnCall(owners: readonly string[]): ReadonlyMap<string, OnCall> {
  const groups = owners.filter((owner) => owner.startsWith('group:')).slice(0, ASKED);
  const teams = useData<{ readonly items: readonly { readonly ref: string; readonly onCall?: OnCall }[] }>('/api/ownership/teams', {
    query: { refs: groups.toSorted().join(',') },
    keep: true,
    off: groups.length === 0,
  });
  return new Map((teams.data?.items ?? []).flatMap(({ ref, onCall }) => (onCall === undefined ? [] : [[ref, onCall] as const])));
}

/** "On call" where the link is called so, else which one: "On call: PagerDuty". */
const callWords = (title: string): string => (/on-?\s?call/i.test(title) ? title : `On call: ${title}`);

const worst = (items: readonly Item[]): number => Math.min(...items.map((item) => item.tierRank ?? Number.MAX_SAFE_INTEGER));

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
