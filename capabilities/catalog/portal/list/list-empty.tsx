import { count, EmptyFilter, LinkButton, State, useData } from '@paved/ui';
import { IconLayoutGrid } from '@tabler/icons-react';
import type { EntityPage } from '../catalog-query.ts';
import { fieldOf, valueWords } from './list-fields.ts';
import { selectionOf } from './list-query.ts';
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
              Register a source
            </LinkButton>
          </>
        }
      >
        The catalog lists everything that exists: services, teams, systems, environments. Create a service, import one from Git, or register
        a catalog file.
      </State>
    );
  }
  return <NoMatch state={state} n={n} onChange={onChange} />;
}

/** What would match without the condition that is likeliest too much: the text, else the one chosen last. */
function NoMatch({ state, n, onChange }: { state: ListState; n: number; onChange: (next: ListState) => void }) {
  const [id, values] = Object.entries(state.filters).at(-1) ?? [];
  const last = values?.at(-1);
  const wider =
    state.text !== ''
      ? { next: { ...state, text: '' }, words: `“${state.text}”` }
      : id === undefined || last === undefined
        ? undefined
        : { next: toggled(state, id, last), words: `“${fieldOf(id).word} ${valueWords(id, last)}”` };
  const without = useData<EntityPage>('/api/catalog/entities/by-query', {
    query: { ...selectionOf(wider?.next ?? state), limit: 0 },
    off: n < 2 || wider === undefined,
  }).data?.totalItems;
  return (
    <EmptyFilter
      noun={onlyKind(state)?.toLowerCase() ?? 'entity'}
      filters={n}
      onClear={() => onChange(cleared(state))}
      {...(without === undefined || wider === undefined
        ? {}
        : { hint: `${count(without)} ${without === 1 ? 'matches' : 'match'} without ${wider.words}.` })}
      {...(wider === undefined || n < 2 ? {} : { onDrop: () => onChange(wider.next) })}
    />
  );
}
