import { healthStates, type Entity, type Health } from '@paved/kernel';
import type { Catalog } from '@paved/catalog';
import type { WorkloadFacts } from '../index.ts';
import type { Board } from './schemas.ts';
import type { BoardCell } from './views.ts';
import type { KnownEnvironment } from './world.ts';

/** The environment board: services by environments, each cell compared with the environment before. */
export async function boardOf(
  cells: readonly BoardCell[],
  environments: readonly KnownEnvironment[],
  catalog: Pick<Catalog, 'byRefs'>,
): Promise<Board> {
  const refs = [...new Set(cells.map((cell) => cell.component))];
  const entities = await catalog.byRefs(refs);
  const services = refs.flatMap((ref, i) => {
    const own = cells.filter((cell) => cell.component === ref);
    // A service that was deleted is history; one whose catalog entry is missing while it runs is not.
    if (entities[i] === undefined && own.every((cell) => cell.deployment === null && cell.latest === null)) return [];
    const byName = new Map(own.map((cell) => [cell.environment, cell]));
    return [
      {
        component: ref,
        ...namesOf(ref, entities[i]),
        cells: Object.fromEntries(
          environments.flatMap((environment) => {
            const cell = byName.get(environment.name);
            const before = environment.spec.promotesFrom === undefined ? undefined : byName.get(environment.spec.promotesFrom);
            return cell === undefined ? [] : [[environment.name, cellOf(cell, before)] as const];
          }),
        ),
      },
    ];
  });
  return {
    environments: environments.map(({ name, title, description, spec }) => ({
      name,
      title,
      ...(description === undefined ? {} : { description }),
      type: spec.type,
      order: spec.order,
      ...(spec.promotesFrom === undefined ? {} : { promotesFrom: spec.promotesFrom }),
      protected: spec.protected === true,
      counts: countsOf(cells.filter((cell) => cell.environment === name)),
    })),
    services: services.toSorted((a, b) => (a.title.toLowerCase() < b.title.toLowerCase() ? -1 : 1)),
  };
}

/** How many versions the environment before has shipped since what runs here; none when it was rolled back to an older one. */
function aheadOf(cell: BoardCell, before: BoardCell | undefined): number {
  if (before === undefined || before.health === null) return 0;
  const since = before.shipped.findIndex(({ set }) => set === cell.set);
  if (since < 0) return before.shipped.length;
  const now = before.shipped.find(({ set }) => set === before.set);
  return now !== undefined && now.first < (before.shipped[since]?.first ?? 0) ? 0 : since;
}

function cellOf(cell: BoardCell, before: BoardCell | undefined): Board['services'][number]['cells'][string] {
  const facts = (cell.facts ?? {}) as Partial<WorkloadFacts>;
  const { latest } = cell;
  return {
    ...(cell.health === null && cell.deployment === null ? {} : { health: cell.health ?? ('unknown' satisfies Health) }),
    ...optional('reason', cell.reason),
    ...optional('version', cell.version),
    ...optional('commit', cell.commit),
    ...optional('deploymentId', cell.deployment),
    ...optional('deployedAt', cell.deployedAt?.toISOString()),
    ...optional('url', cell.url),
    ...optional('instances', facts.instances),
    ...optional('restarts', facts.restarts),
    ahead: aheadOf(cell, before),
    same: before !== undefined && before.set !== null && before.set === cell.set,
    earlier: cell.shipped.some(({ set }) => set !== cell.set),
    ...(latest === null
      ? {}
      : {
          latest: { id: latest.id, status: latest.status, version: latest.version, mode: latest.mode, ...optional('error', latest.error) },
        }),
  };
}

const optional = <K extends string, T>(key: K, value: T | null | undefined): { [P in K]?: T } =>
  (value === null || value === undefined ? {} : { [key]: value }) as { [P in K]?: T };

function namesOf(ref: string, entity: Entity | undefined): { title: string; owner?: string; system?: string } {
  const target = (type: string): string | undefined => entity?.relations?.find((relation) => relation.type === type)?.targetRef;
  return {
    title: entity?.metadata.title ?? entity?.metadata.name ?? ref.split('/').at(-1) ?? ref,
    ...optional('owner', target('ownedBy')),
    ...optional('system', target('partOf')),
  };
}

function countsOf(cells: readonly BoardCell[]): Partial<Record<Health, number>> {
  const running = cells.filter((cell) => cell.deployment !== null);
  return Object.fromEntries(
    healthStates
      .map((health) => [health, running.filter((cell) => (cell.health ?? 'unknown') === health).length] as const)
      .filter(([, n]) => n > 0),
  );
}
