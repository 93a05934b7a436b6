import {
  ActorName,
  api,
  Button,
  count,
  DestroyDialog,
  Glyph,
  KeyValues,
  Loaded,
  Notice,
  PageHeader,
  plural,
  RelativeTime,
  Section,
  State,
  StatusPill,
  TextLink,
  toast,
  useChange,
  useCrumbs,
  useData,
  useGo,
  useMay,
  useRouteParams,
} from '@paved/ui';
import { formatDuration } from '@paved/kernel';
import { IconRefresh, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { ProblemList } from '../ingestion/problem-list.tsx';
import { lookOf, shortTarget, SOURCE_EVENTS, typeWord, type Source, type SourceProblem } from '../ingestion/source.ts';

/** One source: how reading it goes, what waits for a person, and what is wrong in it. */
export function Page() {
  const { id = '' } = useRouteParams();
  const source = useData<Source>(`/api/catalog/sources/${id}`, { live: SOURCE_EVENTS });
  useCrumbs([
    { label: 'Catalog', href: '/catalog?kind=Component' },
    { label: 'Sources', href: '/catalog/ingestion' },
    { label: source.data === undefined ? 'Source' : shortTarget(source.data.target).name },
  ]);
  return (
    <Loaded query={source} what="The source">
      {(data) => <OneSource source={data} />}
    </Loaded>
  );
}

function OneSource({ source }: { source: Source }) {
  const look = lookOf(source.state);
  const go = useGo();
  const mayRefresh = useMay('catalog.entity.refresh');
  const mayRemove = useMay('catalog.location.delete');
  const [removing, setRemoving] = useState(false);
  const problems = useData<{ items: readonly SourceProblem[]; totalItems: number }>('/api/catalog/problems', {
    query: { locationId: source.id, limit: 1000 },
    live: SOURCE_EVENTS,
  });
  const refresh = useChange<void, { runId: string }>(() => api.post(`/api/catalog/sources/${source.id}/refresh`), {
    refresh: ['/api/catalog/sources'],
    done: ({ runId }) =>
      toast('Reading the source', { status: 'progressing', action: { label: 'Open the run', run: () => go(`/runs/${runId}`) } }),
  });
  const remove = useChange<void>(() => api.delete(`/api/catalog/locations/${source.id}`), {
    refresh: ['/api/catalog'],
    done: () => {
      toast(`${shortTarget(source.target).name} removed`);
      go('/catalog/ingestion');
    },
  });
  return (
    <>
      <PageHeader
        title={shortTarget(source.target).name}
        pill={<StatusPill status={look.status}>{look.word}</StatusPill>}
        lede={<span className="p-mono p-ingestion-target">{source.target}</span>}
        actions={
          mayRefresh ? (
            <Button icon={IconRefresh} working={refresh.isPending} onClick={() => refresh.mutate()}>
              Read now
            </Button>
          ) : undefined
        }
        more={mayRemove ? [{ label: 'Remove the source', icon: IconTrash, danger: true, run: () => setRemoving(true) }] : []}
      />
      <div className="p-ingestion-notices">
        {source.failure === undefined || source.state === 'waiting' ? null : (
          <Notice tone="failed" icon={<Glyph status="failed" label={null} />}>
            <b>{source.failure.message}</b> {source.failure.fix} What it brought is kept
            {source.failures > 1 ? `; ${source.failures} reads failed in a row` : ''}.
          </Notice>
        )}
        {source.state === 'waiting' && source.nextReadAt !== undefined ? (
          <Notice>
            <b>Its host asked to be left alone.</b> It is read again <RelativeTime at={source.nextReadAt} />.
          </Notice>
        ) : null}
        {source.leftConfigAt === undefined ? null : (
          <Notice tone="waiting" icon={<Glyph status="unknown" label={null} />}>
            <b>The configuration does not name it any more</b> since <RelativeTime at={source.leftConfigAt} />. It is read on until someone
            removes it, or names it again in catalog.locations.
          </Notice>
        )}
        {source.pendingRemoval !== undefined && source.pendingRemoval.confirmedBy === undefined ? (
          <Removal source={source} removal={source.pendingRemoval} may={mayRemove} />
        ) : null}
      </div>
      <Section title="Reading">
        <KeyValues
          label="How it is read"
          items={[
            ['Type', typeWord(source.type)],
            [
              'Entities',
              source.stale === 0 ? (
                count(source.entities)
              ) : (
                <span key="entities">
                  {count(source.entities)}, <TextLink href={staleHref(source)}>{plural(source.stale, 'old version')} kept</TextLink>
                </span>
              ),
            ],
            [
              'Orphans',
              source.orphans === 0 ? undefined : (
                <TextLink key="orphans" href="/catalog/ingestion?view=orphans">
                  {count(source.orphans)}
                </TextLink>
              ),
            ],
            ['Last read', source.readAt === undefined ? 'not yet' : <RelativeTime key="read" at={source.readAt} />],
            ['Took', source.durationMs === undefined ? undefined : formatDuration(source.durationMs)],
            ['Changed', source.outcome === undefined ? undefined : changeWords(source.outcome)],
            [
              'Run',
              source.runId === undefined ? undefined : (
                <TextLink key="run" href={`/runs/${source.runId}`}>
                  Open the run
                </TextLink>
              ),
            ],
            ['Asked last', source.askedAt === undefined || source.watched ? undefined : <RelativeTime key="asked" at={source.askedAt} />],
            [
              'Asked again',
              source.watched ? (
                'when a file changes'
              ) : source.nextReadAt === undefined ? undefined : (
                <RelativeTime key="next" at={source.nextReadAt} />
              ),
            ],
            ['Kinds', source.kinds === undefined ? undefined : source.kinds.join(', ')],
            [
              'Added by',
              source.origin === 'config' ? (
                'the configuration'
              ) : source.origin.startsWith('provider:') ? (
                source.origin.slice(9)
              ) : (
                <ActorName key="actor" actor={{ ref: source.createdBy, displayName: 'Paved' }} />
              ),
            ],
          ]}
        />
      </Section>
      <Loaded query={problems} what="Problems">
        {({ items }) =>
          items.filter((problem) => problem.kind !== 'removal').length === 0 ? (
            source.state === 'ok' ? (
              <Section title="Problems">
                <State status="healthy" title="Every document is good" />
              </Section>
            ) : null
          ) : (
            <ProblemList problems={items.filter((problem) => problem.kind !== 'removal')} />
          )
        }
      </Loaded>
      <DestroyDialog
        opened={removing}
        onClose={() => setRemoving(false)}
        title="Remove this source?"
        keep="Keep it"
        destroy="Remove the source"
        working={remove.isPending}
        error={remove.error}
        onDestroy={() => remove.mutate()}
      >
        <p>
          {plural(source.entities, 'entity leaves', 'entities leave')} the catalog with their relations. The files themselves are not
          touched; registering the source again brings everything back.
        </p>
      </DestroyDialog>
    </>
  );
}

function Removal({ source, removal, may }: { source: Source; removal: NonNullable<Source['pendingRemoval']>; may: boolean }) {
  const [asking, setAsking] = useState(false);
  const confirm = useChange<void, { removed: number }>(() => api.post(`/api/catalog/sources/${source.id}/confirm-removal`), {
    refresh: ['/api/catalog'],
    done: ({ removed }) => {
      setAsking(false);
      toast(`${plural(removed, 'entity', 'entities')} removed`);
    },
  });
  return (
    <>
      <Notice
        tone="waiting"
        icon={<Glyph status="waiting" label={null} />}
        actions={may ? <Button onClick={() => setAsking(true)}>Confirm the removal</Button> : undefined}
      >
        <b>
          The source no longer names {count(removal.removes)} of {plural(removal.of, 'entity', 'entities')}.
        </b>{' '}
        They are kept until someone confirms that they go, since <RelativeTime at={removal.since} />.{' '}
        {may ? '' : 'A platform engineer can confirm it.'}
        <ul className="p-ingestion-refs p-mono" aria-label="What would go">
          {removal.refs.slice(0, 12).map((ref) => (
            <li key={ref}>{ref}</li>
          ))}
        </ul>
        {removal.removes > 12 ? `and ${count(removal.removes - 12)} more` : ''}
      </Notice>
      <DestroyDialog
        opened={asking}
        onClose={() => setAsking(false)}
        title={`Remove ${plural(removal.removes, 'entity', 'entities')}?`}
        keep="Keep them"
        destroy={`Remove ${plural(removal.removes, 'entity', 'entities')}`}
        working={confirm.isPending}
        error={confirm.error}
        onDestroy={() => confirm.mutate()}
      >
        <p>
          They leave the catalog with their relations. Their history stays. If the source was emptied by mistake, mend it instead: the next
          read finds them again.
        </p>
      </DestroyDialog>
    </>
  );
}

function changeWords(outcome: NonNullable<Source['outcome']>): string {
  const parts = [
    outcome.added > 0 ? `${count(outcome.added)} added` : '',
    outcome.updated > 0 ? `${count(outcome.updated)} updated` : '',
    outcome.removed > 0 ? `${count(outcome.removed)} removed` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** The list of what a source brought whose last good version is kept. */
const staleHref = ({ type, target }: { readonly type: string; readonly target: string }): string =>
  `/catalog?${new URLSearchParams({ ingestion: 'stale', 'metadata.annotations.backstage.io/managed-by-origin-location': `${type}:${target}` }).toString()}`;
