import {
  Board,
  capital,
  EmptyFilter,
  Link,
  Loaded,
  nameOf,
  PageHeader,
  plural,
  QueryField,
  Segments,
  SkeletonRows,
  State,
  statusWord,
  useCrumbs,
  useGo,
  useUrlState,
  entityHref,
  type BoardCell,
  type BoardLane,
} from '@paved/ui';
import { IconDatabase, IconLayoutKanban } from '@tabler/icons-react';
import { useCallback } from 'react';
import { planHref } from '../parts/plan-href.ts';
import { useBoard } from '../parts/use-board.ts';
import { versionWords, type BoardAnswer, type Cell, type EnvironmentSummary } from '../shapes.ts';

type Show = 'all' | 'differ' | 'trouble';
const trouble = (cell: Cell | undefined): boolean =>
  cell !== undefined && (['failed', 'degraded', 'unknown'].includes(cell.health ?? '') || cell.latest?.status === 'failed');

/** What runs where, and what is on its way. */
export function Page() {
  useCrumbs([{ label: 'Environments' }]);
  const { params, set } = useUrlState();
  const board = useBoard();
  const show = (params.get('show') ?? 'all') as Show;
  const text = params.get('q') ?? '';
  const setText = useCallback((value: string) => set((next) => (value === '' ? next.delete('q') : next.set('q', value))), [set]);
  return (
    <>
      <PageHeader
        title="Environments"
        lede="What runs where, and what is on its way. Updates by itself."
        more={[{ label: 'Data kept of deleted services', icon: IconDatabase, href: '/kept' }]}
      />
      <Loaded query={board} what="Environments" skeleton={<SkeletonRows label="Environments" rows={8} height={56} />}>
        {(data) => (
          <BoardView
            data={data}
            show={show}
            text={text}
            setText={setText}
            setShow={(next) => set((query) => (next === 'all' ? query.delete('show') : query.set('show', next)))}
            clear={() => set((query) => ['show', 'q'].forEach((key) => query.delete(key)))}
          />
        )}
      </Loaded>
    </>
  );
}

function BoardView({
  data,
  show,
  text,
  setText,
  setShow,
  clear,
}: {
  data: BoardAnswer;
  show: Show;
  text: string;
  setText: (text: string) => void;
  setShow: (show: Show) => void;
  clear: () => void;
}) {
  const go = useGo();
  const { environments } = data;
  if (environments.length === 0) {
    return (
      <State icon={IconLayoutKanban} title="No environments yet">
        An environment is a place services run, such as dev or production. It is an entity of kind Environment: register a catalog file that
        names one.
      </State>
    );
  }
  if (data.services.length === 0) {
    return (
      <State icon={IconLayoutKanban} title="Nothing is deployed yet">
        {environments.map((environment) => environment.title).join(', ')} {environments.length === 1 ? 'is' : 'are'} ready. Create a service
        and it appears here.
      </State>
    );
  }
  const differs = (service: BoardAnswer['services'][number]) =>
    environments.some(
      (environment) =>
        environment.promotesFrom !== undefined &&
        service.cells[environment.promotesFrom]?.deploymentId !== undefined &&
        !(service.cells[environment.name]?.same ?? false),
    );
  const inTrouble = (service: BoardAnswer['services'][number]) => Object.values(service.cells).some(trouble);
  const services = data.services
    .filter((service) => (show === 'differ' ? differs(service) : show === 'trouble' ? inTrouble(service) : true))
    .filter((service) => `${service.title} ${service.owner ?? ''} ${service.system ?? ''}`.toLowerCase().includes(text.toLowerCase()));
  const lane = (service: BoardAnswer['services'][number], environment: EnvironmentSummary): BoardLane => {
    const from = environment.promotesFrom;
    const cell = service.cells[environment.name];
    if (from === undefined) return { kind: 'none' };
    const before = service.cells[from];
    if (before?.deploymentId === undefined) return { kind: 'none' };
    if (cell?.same) return { kind: 'same' };
    if (before.health === 'failed') return { kind: 'blocked', reason: `${capital(from)} is failing; fix it there first` };
    const open = () => go(planHref({ component: service.component, environment: environment.name, mode: 'promote', from }));
    const n = cell?.ahead ?? 0;
    return {
      kind: 'ahead',
      label: cell?.deploymentId === undefined ? 'Promote' : n === 0 ? 'Differs' : `${n} ahead`,
      describe: `Preview promoting ${service.title} from ${from} to ${environment.name}`,
      open,
    };
  };
  return (
    <>
      <div className="p-row wrap" style={{ marginBottom: 20 }}>
        <Segments
          label="Which services"
          value={show}
          onChange={setShow}
          options={[
            { value: 'all', label: 'All', count: data.services.length },
            { value: 'differ', label: 'Differ', count: data.services.filter(differs).length },
            { value: 'trouble', label: 'Needs a look', count: data.services.filter(inTrouble).length },
          ]}
        />
        {data.services.length > 6 ? (
          <div style={{ flex: '0 1 360px', display: 'flex' }}>
            <QueryField tokens={[]} text={text} placeholder="Service, owner or system" onText={setText} onRemove={() => undefined} />
          </div>
        ) : null}
      </div>
      {services.length === 0 ? (
        <EmptyFilter noun="service" filters={(show === 'all' ? 0 : 1) + (text === '' ? 0 : 1)} onClear={clear} />
      ) : (
        <Board
          label="Services by environment"
          columns={environments.map((environment) => ({
            id: environment.name,
            title: environment.title,
            note: environment.description ?? `${environment.type}${environment.protected ? ' · protected' : ''}`,
          }))}
          rows={services.map((service) => ({
            id: service.component,
            group: service.system ? capital(nameOf(service.system)) : 'No system',
            name: (
              <Link className="p-name" href={entityHref(service.component)}>
                {service.title}
              </Link>
            ),
            cells: environments.map((environment) => cellOf(service.cells[environment.name])),
            lanes: environments.slice(1).map((environment) => lane(service, environment)),
          }))}
        />
      )}
      <span className="p-vh" aria-live="polite">
        {plural(services.length, 'service')}
      </span>
    </>
  );
}

/** The one thing worth saying under a version. */
function noteOf(cell: Cell): string | undefined {
  const { latest } = cell;
  if (latest && ['queued', 'planning', 'applying'].includes(latest.status)) return `${versionWords(latest.version)} on its way`;
  if (latest?.status === 'failed') return `${versionWords(latest.version)} failed: ${latest.error ?? 'see the run'}`;
  if (cell.health && cell.health !== 'healthy') return cell.reason ?? statusWord(cell.health);
  return cell.instances ? plural(cell.instances.ready, 'instance') : undefined;
}

function cellOf(cell: Cell | undefined): BoardCell | undefined {
  if (!cell || (cell.deploymentId === undefined && cell.latest === undefined)) return undefined;
  const moving = cell.latest && ['queued', 'planning', 'applying'].includes(cell.latest.status);
  return {
    status: cell.deploymentId === undefined ? (moving ? 'progressing' : 'failed') : (cell.health ?? 'unknown'),
    version: versionWords(cell.version ?? cell.latest?.version),
    at: cell.deployedAt,
    note: noteOf(cell),
  };
}
