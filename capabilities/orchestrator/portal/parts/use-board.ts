import { getEnvironmentBoard } from '@paved/client';
import { useCall } from '@paved/ui';
import { LIVE, type Cell } from '../shapes.ts';

/** The board, shared by every part of a page that needs it. */
export const useBoard = () => useCall(getEnvironmentBoard, undefined, { live: [...LIVE, 'catalog.entity.changed'] });

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
