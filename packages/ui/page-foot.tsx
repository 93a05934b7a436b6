import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { useUrlState } from './url-state.ts';

interface PageFootProps {
  readonly pageInfo: { readonly nextCursor?: string | undefined };
  /** Words for the two ways; a list by time needs none. */
  readonly first?: string;
  readonly next?: string;
  /** How much there is. */
  readonly children?: ReactNode;
}

/** The foot of a list that is read page by page. The address keeps the place, in `cursor`: Back is the page before. */
export function PageFoot({ pageInfo: { nextCursor }, first = 'Newest', next = 'Older', children }: PageFootProps) {
  const { params, set } = useUrlState();
  const begun = params.has('cursor');
  if (children === undefined && !begun && nextCursor === undefined) return null;
  return (
    <div className="p-tablefoot">
      {children === undefined ? null : <span>{children}</span>}
      <span className="pages">
        {begun ? (
          <Button small onClick={() => set((query) => query.delete('cursor'))}>
            {first}
          </Button>
        ) : null}
        {nextCursor === undefined ? null : (
          <Button small onClick={() => set((query) => query.set('cursor', nextCursor), { push: true })}>
            {next}
          </Button>
        )}
      </span>
    </div>
  );
}
