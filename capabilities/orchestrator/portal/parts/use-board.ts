import { getEnvironmentBoard, listDeployments } from '@paved/client';
import { repositoryOf, useCall } from '@paved/ui';
import type { Entity } from '@paved/kernel';
import { LIVE, type Cell } from '../shapes.ts';

/** The board, shared by every part of a page that needs it. */
export const useBoard = () => useCall(getEnvironmentBoard, undefined, { live: [...LIVE, 'catalog.entity.changed'] });

/** Whether a component's page tells how it runs: its repository is here, or something was deployed of it, however that went. */
export function useRuns(entity: Entity, ref: string): boolean {
  const { cells } = useService(ref);
  return (
    repositoryOf(entity) !== undefined || Object.values(cells).some((cell) => cell.latest !== undefined || cell.deploymentId !== undefined)
  );
}

/** A component's latest deployments, newest first, shared by the parts of its page; not asked for where it does not run here. */
export const useDeployments = (ref: string, runs: boolean) =>
  useCall(
    listDeployments,
    { query: { component: ref, limit: 200 } },
    { off: !runs, live: LIVE, concerns: (event) => event.subject === ref },
  );

/** The environments and one service's place in each. */
export function useService(ref: string) {
  const board = useBoard();
  const service = board.data?.services.find((entry) => entry.component === ref);
  const cells: Readonly<Record<string, Cell>> = service?.cells ?? {};
  return {
    board,
    environments: board.data?.environments ?? [],
    cells,
    deployed: Object.values(cells).some((cell) => cell.deploymentId !== undefined),
  };
}
