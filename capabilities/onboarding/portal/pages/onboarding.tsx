import {
  api,
  BulkBar,
  Button,
  DataTable,
  Link,
  LinkButton,
  Loaded,
  nameOf,
  OffsetFoot,
  offsetOf,
  PageHeader,
  plural,
  Section,
  SkeletonRows,
  State,
  Status,
  Steady,
  TabLinks,
  toast,
  toastError,
  useChange,
  useCrumbs,
  useData,
  useGo,
  useMay,
  useUrlState,
  type Column,
} from '@paved/ui';
import { IconScan } from '@tabler/icons-react';
import { useState } from 'react';
import { ProposalPanel } from '../proposal-panel.tsx';
import type { Proposal, ProposalPage, ProposalState } from '../proposal.ts';
import { LastScan } from '../last-scan.tsx';
import { OwnerDialog } from '../owner-dialog.tsx';
import { ScanDialog } from '../scan-dialog.tsx';
import '../onboarding.css';

/** Proposals shown at once: what is chosen on a page is opened together. */
const PAGE = 100;
/** From here on a filter helps more than it stands in the way. */
const MANY = 12;

const states: readonly ProposalState[] = ['proposed', 'opened', 'merged', 'dismissed'];
const titles: Readonly<Record<ProposalState, string>> = {
  proposed: 'To review',
  opened: 'Opened',
  merged: 'Merged',
  dismissed: 'Dismissed',
};
const sure: Readonly<Record<Proposal['confidence'], string>> = { high: 'High', medium: 'Medium', low: 'Low' };

/** Proposed descriptions of repositories: looked over, edited, opened as pull requests, many at once. */
export function Page() {
  useCrumbs([{ label: 'Catalog', href: '/catalog?kind=Component' }, { label: 'Onboarding' }]);
  const { params, set } = useUrlState();
  const state = states.find((one) => one === params.get('state')) ?? 'proposed';
  const words = params.get('q') ?? '';
  const offset = offsetOf(params);
  const go = useGo();
  const query = useData<ProposalPage>('/api/onboarding/proposals', {
    query: { state, limit: PAGE, offset, ...(words === '' ? {} : { q: words }) },
    live: ['onboarding.proposal.changed'],
    keep: true,
  });
  const [scanning, setScanning] = useState(false);
  const [owning, setOwning] = useState(false);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const mayScan = useMay('onboarding.scan.create');
  const started = (runId: string, words: string): void => toast(words, { action: { label: 'Open run', run: () => go(`/runs/${runId}`) } });
  const open = useChange<readonly string[], { runId: string }>((ids) => api.post('/api/onboarding/pull-requests', { ids }), {
    refresh: ['/api/onboarding', '/api/runs'],
    done: ({ runId }, ids) => {
      setSelected(new Set());
      started(runId, `${plural(ids.length, 'pull request')} on the way`);
    },
    failed: toastError,
  });
  const look = mayScan ? (
    <Button look="primary" icon={IconScan} onClick={() => setScanning(true)}>
      Look through repositories
    </Button>
  ) : (
    <LinkButton href="/catalog/register">Register a source</LinkButton>
  );
  const chosen = params.get('open');
  const show = (id: string | undefined) => set((now) => (id === undefined ? now.delete('open') : now.set('open', id)));
  const columns: readonly Column<Proposal>[] = [
    {
      id: 'label',
      head: 'Repository',
      fill: true,
      sort: (row) => row.label,
      cell: (row) => (
        <button
          type="button"
          className="p-link p-name"
          aria-expanded={row.id === chosen}
          onClick={() => show(row.id === chosen ? undefined : row.id)}
        >
          {row.label}
        </button>
      ),
    },
    {
      id: 'describes',
      head: 'Describes',
      hide: 'lg',
      cell: (row) => <span className="p-t2">{described(row.refs)}</span>,
    },
    {
      id: 'owner',
      head: 'Owner',
      hide: 'sm',
      sort: (row) => row.ownerRef ?? '',
      cell: (row) => (row.ownerRef === undefined ? <span className="p-t3">Nobody found</span> : nameOf(row.ownerRef)),
    },
    {
      id: 'confidence',
      head: state === 'opened' || state === 'merged' ? 'Pull request' : 'Confidence',
      cell: (row) =>
        row.pullRequest !== undefined ? (
          <Link href={row.pullRequest.href} className="p-link">
            {row.pullRequest.number}
          </Link>
        ) : row.error !== undefined ? (
          <Status status="failed">Not opened</Status>
        ) : row.confidence === 'low' ? (
          <Status status="degraded">{sure.low}</Status>
        ) : (
          sure[row.confidence]
        ),
    },
  ];
  return (
    <>
      <PageHeader title="Onboarding" lede="Repositories that the catalog does not know yet, described by what is in them." actions={look} />
      <Steady>
        <LastScan onStarted={(runId) => started(runId, 'Looking again')} />
        <Loaded query={query} what="The proposals" skeleton={<SkeletonRows label="Proposals" rows={6} />}>
          {({ items, counts, totalItems }) => {
            const shown = items.find((one) => one.id === chosen);
            return (
              <>
                <TabLinks
                  label="States"
                  tabs={states.map((one) => ({
                    label: titles[one],
                    href: one === 'proposed' ? '/onboarding' : `/onboarding?state=${one}`,
                    note: counts[one],
                  }))}
                  current={state === 'proposed' ? '/onboarding' : `/onboarding?state=${state}`}
                />
                {counts[state] > MANY || words !== '' ? (
                  <input
                    type="search"
                    className="p-input"
                    style={{ maxWidth: 320, marginBottom: 8 }}
                    aria-label="Filter by repository"
                    placeholder="Filter by repository"
                    defaultValue={words}
                    onChange={(event) => {
                      const wanted = event.target.value.trim();
                      set((now) => {
                        now.delete('offset');
                        if (wanted === '') now.delete('q');
                        else now.set('q', wanted);
                      });
                    }}
                  />
                ) : null}
                {items.length === 0 && words !== '' ? (
                  <State icon={IconScan} title={`No repository here is called “${words}”`}>
                    The filter looks at the name of the repository.
                  </State>
                ) : items.length === 0 ? (
                  <State icon={IconScan} title={state === 'proposed' ? 'Nothing to review' : `Nothing ${state}`}>
                    {state === 'proposed'
                      ? 'Look through repositories: those that describe nothing yet get a proposal.'
                      : 'Proposals come here when they are reviewed.'}
                  </State>
                ) : (
                  <DataTable
                    label="Proposals"
                    rows={items}
                    columns={columns}
                    id={(row) => row.id}
                    {...(state === 'proposed' ? { selected, onSelect: setSelected } : {})}
                    keys
                  />
                )}
                {totalItems > PAGE ? <OffsetFoot limit={PAGE} totalItems={totalItems} /> : null}
                {shown === undefined ? null : (
                  <div key={shown.id} className="p-proposal-shown" ref={intoView}>
                    <Section title={shown.label}>
                      <ProposalPanel proposal={shown} onOpen={() => open.mutate([shown.id])} />
                    </Section>
                  </div>
                )}
                <BulkBar
                  selected={selected.size}
                  onClear={() => setSelected(new Set())}
                  actions={[
                    { label: 'Set owner', run: () => setOwning(true) },
                    {
                      label: selected.size === 1 ? 'Open pull request' : `Open ${selected.size} pull requests`,
                      run: () => open.mutate([...selected]),
                    },
                  ]}
                />
              </>
            );
          }}
        </Loaded>
      </Steady>
      {owning ? (
        <OwnerDialog
          ids={[...selected]}
          onClose={() => setOwning(false)}
          onDone={() => {
            setOwning(false);
            toast(`${plural(selected.size, 'proposal')} changed`);
          }}
        />
      ) : null}
      {scanning ? (
        <ScanDialog
          onClose={() => setScanning(false)}
          onStarted={(runId) => {
            setScanning(false);
            started(runId, 'Looking through repositories');
          }}
        />
      ) : null}
    </>
  );
}

/** `component till, api till-api`; a monorepo's many are counted. */
function described(refs: readonly string[]): string {
  const words = refs.map((ref) => `${ref.split(':')[0]} ${nameOf(ref)}`);
  return words.length <= MOST_NAMED
    ? words.join(', ')
    : `${words.slice(0, MOST_NAMED - 1).join(', ')} and ${words.length - MOST_NAMED + 1} more`;
}
const MOST_NAMED = 3;

/** Below a long list, what was chosen would open out of sight. */
function intoView(panel: HTMLElement | null): void {
  if (panel !== null && panel.getBoundingClientRect().top > window.innerHeight * 0.6) panel.scrollIntoView({ block: 'start' });
}
