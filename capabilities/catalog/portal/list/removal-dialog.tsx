import { api, count, DestroyDialog, nameOf, plural, useChange, type ApiError } from '@paved/ui';
import { useEffect, useState } from 'react';
import type { BulkTarget } from './use-selection.ts';

interface Removal {
  readonly removed: readonly string[];
  readonly fromSource: readonly { readonly ref: string; readonly reason: string }[];
  readonly forbidden: readonly { readonly ref: string; readonly reason: string }[];
}

/** Says what goes and what stays, and why, before anything is removed. */
export function RemovalDialog({ target, onClose, onDone }: { target: BulkTarget; onClose: () => void; onDone: (removed: number) => void }) {
  const [plan, setPlan] = useState<Removal>();
  const [refused, setRefused] = useState<ApiError | null>(null);
  useEffect(() => {
    api.post<Removal>('/api/catalog/bulk/remove', { ...target, dryRun: true }).then(setPlan, setRefused);
  }, [target]);
  const remove = useChange<void, Removal>(() => api.post('/api/catalog/bulk/remove', { ...target }), {
    refresh: ['/api/catalog'],
    done: ({ removed }) => onDone(removed.length),
  });
  const n = plan?.removed.length ?? 0;
  return (
    <DestroyDialog
      opened
      onClose={onClose}
      title={
        plan === undefined
          ? 'Remove from the catalog?'
          : n === 0
            ? 'None of these can be removed here'
            : `Remove ${plural(n, 'entity', 'entities')}?`
      }
      keep={n === 0 ? 'Close' : 'Keep them'}
      destroy={n === 0 ? 'Remove' : `Remove ${count(n)}`}
      working={remove.isPending}
      error={remove.error ?? refused}
      blocked={plan === undefined ? 'What would go is being looked up' : n === 0 ? 'There is nothing to remove' : undefined}
      onDestroy={() => remove.mutate()}
    >
      {plan === undefined ? (
        refused ? null : (
          <p>Looking up what would go.</p>
        )
      ) : (
        <>
          {n > 0 ? <p>{names(plan.removed)} will be gone from the catalog, with what points to them. What runs is not touched.</p> : null}
          <Kept entries={plan.fromSource} why="named by a source: they would come back. Remove them there, or unregister the source." />
          <Kept entries={plan.forbidden} why={plan.forbidden[0]?.reason ?? ''} />
        </>
      )}
    </DestroyDialog>
  );
}

const SHOWN = 5;
function names(refs: readonly string[]): string {
  const shown = refs.slice(0, SHOWN).map(nameOf).join(', ');
  return refs.length > SHOWN ? `${shown} and ${refs.length - SHOWN} more` : shown;
}

function Kept({ entries, why }: { entries: Removal['fromSource']; why: string }) {
  if (entries.length === 0) return null;
  return (
    <p className="p-t2">
      <b>{plural(entries.length, 'stays', 'stay')}</b>, {why} <span className="p-t3">{names(entries.map((entry) => entry.ref))}</span>
    </p>
  );
}
