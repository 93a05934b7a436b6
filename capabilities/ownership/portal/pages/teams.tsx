import { listConfirmations, listTeams } from '@paved/client';
import { count, EmptyFilter, LinkButton, Loaded, PageHeader, plural, State, useCall, useCrumbs, useKey, useUrlState } from '@paved/ui';
import { IconUsers } from '@tabler/icons-react';
import { useMemo, useRef } from 'react';
import { shownRows, teamRows } from '../../model/team-tree.ts';
import { LIVE, type Team } from '../answers.ts';
import { TeamTable } from '../parts/team-table.tsx';
import { waitingByOwner } from '../parts/waiting.ts';

/** Every team with its place, its people, what it owns and who is on call. */
export function Page() {
  useCrumbs([{ label: 'Teams' }]);
  const { params, set } = useUrlState();
  const search = params.get('q') ?? '';
  const teams = useCall(listTeams, undefined, { live: LIVE });
  const mine = useCall(listConfirmations, { query: { limit: 1000 } }, { live: LIVE });
  const field = useRef<HTMLInputElement>(null);
  useKey('/', 'Find a team', () => field.current?.focus());
  const rows = useMemo(() => teamRows<Team>(teams.data?.items ?? []), [teams.data]);
  const waiting = useMemo(() => waitingByOwner(mine.data?.items ?? []), [mine.data]);
  const found = shownRows(rows, { closed: new Set(), search });
  const write = (text: string) =>
    set((query) => {
      if (text === '') query.delete('q');
      else query.set('q', text);
    });
  const due = mine.data?.totalItems ?? 0;
  return (
    <>
      <PageHeader
        title="Teams"
        lede="Who works together, what they own, and whom to ask when it breaks."
        actions={
          <>
            <LinkButton href="/ownership/unowned">Without owner</LinkButton>
            <LinkButton href="/ownership" look={due > 0 ? 'primary' : 'default'}>
              {due > 0 ? `Confirm ${plural(due, 'entity', 'entities')}` : 'To confirm'}
            </LinkButton>
          </>
        }
      />
      <Loaded query={teams} what="Teams">
        {({ totalItems }) =>
          rows.length === 0 ? (
            <State
              icon={IconUsers}
              title="No teams yet"
              actions={
                <>
                  <LinkButton look="primary" href="/catalog/register">
                    Register a source
                  </LinkButton>
                  <LinkButton look="quiet" href="/catalog/ingestion?view=providers">
                    Connect a directory
                  </LinkButton>
                </>
              }
            >
              A team is a Group in the catalog; a person is a User that names its groups. They come from a file in Git, from your forge, or
              from your directory. What names a team as its owner then counts here, and its people are asked to confirm it.
            </State>
          ) : (
            <>
              <div className="p-row" style={{ marginBottom: 8 }}>
                <input
                  ref={field}
                  className="p-input sm"
                  type="search"
                  aria-label="Find a team"
                  placeholder="Find a team"
                  defaultValue={search}
                  style={{ flex: '1 1 200px', maxWidth: 320 }}
                  onChange={(event) => write(event.target.value)}
                />
              </div>
              {found.length === 0 ? (
                <EmptyFilter
                  noun="team"
                  filters={1}
                  onClear={() => {
                    if (field.current) field.current.value = '';
                    write('');
                  }}
                />
              ) : (
                <>
                  <TeamTable label="Teams" rows={rows} search={search} {...(waiting.size === 0 ? {} : { waiting })} keys />
                  <p className="p-tablefoot">{count(totalItems)} teams</p>
                </>
              )}
            </>
          )
        }
      </Loaded>
    </>
  );
}
