import { EmptyFilter, LinkButton, State } from '@paved/ui';
import { IconLayoutGrid } from '@tabler/icons-react';
import { cleared, conditions, onlyKind, toggled, type ListState } from './list-state.ts';

/** Nothing exists yet, or nothing matches: says which, and the next step. */
export function ListEmpty({ state, onChange }: { state: ListState; onChange: (next: ListState) => void }) {
  const n = conditions(state);
  if (n === 0) {
    return (
      <State
        icon={IconLayoutGrid}
        title="The catalog is empty"
        actions={
          <>
            <LinkButton href="/create">Create a service</LinkButton>
            <LinkButton href="/catalog/register" look="quiet">
              Register a catalog file
            </LinkButton>
          </>
        }
      >
        The catalog lists everything that exists: services, teams, systems, environments. Create a service, import one from Git, or register
        a catalog file.
      </State>
    );
  }
  const [id, values] = Object.entries(state.filters).at(-1) ?? [];
  const last = values?.at(-1);
  return (
    <EmptyFilter
      noun={onlyKind(state)?.toLowerCase() ?? 'entity'}
      filters={n}
      onClear={() => onChange(cleared(state))}
      {...(id === undefined || last === undefined ? {} : { onDrop: () => onChange(toggled(state, id, last)) })}
    />
  );
}
