import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { Button } from './button.tsx';
import { count } from './time-words.ts';
import { useUrlState } from './url-state.ts';

/** How far into a list the address leads: its `offset`, from 0. */
export const offsetOf = (params: URLSearchParams): number => Math.max(0, Number(params.get('offset') ?? 0) || 0);

/** The foot of a list that is read by offset: which part of it is shown, and the ways to its neighbours. The address keeps the place. */
export function OffsetFoot({ limit, totalItems }: { readonly limit: number; readonly totalItems: number }) {
  const { params, set } = useUrlState();
  const offset = offsetOf(params);
  const turn = (to: number) => set((query) => (to <= 0 ? query.delete('offset') : query.set('offset', String(to))));
  return (
    <div className="p-tablefoot">
      <span>
        {count(offset + 1)}–{count(Math.min(offset + limit, totalItems))} of {count(totalItems)}
      </span>
      {totalItems > limit ? (
        <span className="pages">
          <Button
            small
            icon={IconChevronLeft}
            disabledReason={offset === 0 ? 'These are the first' : undefined}
            onClick={() => turn(offset - limit)}
          >
            Previous
          </Button>
          <Button
            small
            icon={IconChevronRight}
            disabledReason={offset + limit >= totalItems ? 'These are the last' : undefined}
            onClick={() => turn(offset + limit)}
          >
            Next
          </Button>
        </span>
      ) : null}
    </div>
  );
}
