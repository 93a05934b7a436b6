import { listRuns } from '@paved/client';
import {
  Button,
  count,
  EmptyFilter,
  Loaded,
  PageFoot,
  PageHeader,
  Segments,
  State,
  useCall,
  useCrumbs,
  useSession,
  useUrlState,
} from '@paved/ui';
import { IconPlayerPlay } from '@tabler/icons-react';
import { RunTable } from '../parts/run-table.tsx';
import { kinds, kindWords, RUN_EVENTS } from '../run-shape.ts';

const views = {
  all: { label: 'All', status: undefined },
  active: { label: 'Active', status: 'queued,running' },
  failed: { label: 'Failed', status: 'failed' },
  done: { label: 'Done', status: 'succeeded' },
} as const;
type View = keyof typeof views;

/** Everything that happened, newest first. */
export function Page() {
  useCrumbs([{ label: 'Runs' }]);
  const session = useSession();
  const { params, set } = useUrlState();
  const view = (params.get('view') ?? 'all') in views ? ((params.get('view') ?? 'all') as View) : 'all';
  const mine = params.get('mine') === 'true';
  const kind = params.get('kind') ?? undefined;
  const cursor = params.get('cursor') ?? undefined;
  const runs = useCall(
    listRuns,
    { query: { limit: 50, kind, status: views[view].status, actor: mine ? session?.actor.ref : undefined, cursor } },
    { live: RUN_EVENTS, keep: true },
  );
  const choose = (key: string, value: string | undefined) =>
    set((next) => {
      next.delete('cursor');
      if (value === undefined) next.delete(key);
      else next.set(key, value);
    });
  const filters = (view === 'all' ? 0 : 1) + (kind ? 1 : 0) + (mine ? 1 : 0);
  return (
    <>
      <PageHeader title="Runs" lede="Every golden path, pipeline, deployment and sync, with its steps and log." />
      <div className="p-row wrap" style={{ marginBottom: 12 }}>
        <Segments
          label="Which runs"
          value={view}
          onChange={(next) => choose('view', next === 'all' ? undefined : next)}
          options={(Object.keys(views) as View[]).map((key) => ({ value: key, label: views[key].label }))}
        />
        <select
          className="p-input sm"
          style={{ width: 'auto' }}
          aria-label="Kind of run"
          value={kind ?? ''}
          onChange={(event) => choose('kind', event.target.value || undefined)}
        >
          <option value="">All kinds</option>
          {[...new Set([...Object.keys(kinds), ...(kind ? [kind] : [])])].map((one) => (
            <option key={one} value={one}>
              {kindWords(one)}
            </option>
          ))}
        </select>
        <Button aria-pressed={mine} onClick={() => choose('mine', mine ? undefined : 'true')}>
          Started by me
        </Button>
      </div>
      <Loaded query={runs} what="Runs">
        {(page) =>
          page.items.length === 0 && filters === 0 ? (
            <State icon={IconPlayerPlay} title="Nothing ran yet">
              A run is anything that happens: a golden path, a pipeline, a deployment. Create a service and its first run appears here.
            </State>
          ) : page.items.length === 0 ? (
            <EmptyFilter
              noun="run"
              filters={filters}
              onClear={() => set((next) => ['view', 'kind', 'mine', 'cursor'].forEach((key) => next.delete(key)))}
            />
          ) : (
            <>
              <RunTable runs={page.items} keys />
              <PageFoot pageInfo={page.pageInfo}>
                {count(page.items.length)} of {count(page.totalItems)}
              </PageFoot>
            </>
          )
        }
      </Loaded>
    </>
  );
}
