import { listConfirmations, listTeams } from '@paved/client';
import { count, EntityLink, KeyValues, Link, Loaded, plural, Section, TextLink, useCall, type EntityPartProps } from '@paved/ui';
import { useMemo } from 'react';
import { teamRows } from '../../model/team-tree.ts';
import { LIVE, type Confirmation, type Team } from '../answers.ts';
import './ownership.css';

/** A team's place, its people with those of the teams below, what it owns, and how much of that it stands behind. */
export function Part({ entityRef }: EntityPartProps) {
  const teams = useCall(listTeams, undefined, { live: LIVE });
  const owned = useCall(listConfirmations, { query: { owner: entityRef, all: 'true', limit: 1000 } }, { live: LIVE });
  const rows = useMemo(() => teamRows<Team>(teams.data?.items ?? []), [teams.data]);
  const row = rows.find(({ team }) => team.ref === entityRef);
  const titles = new Map(rows.map(({ team }) => [team.ref, team.title]));
  return (
    <Section title="Ownership" more={<Link href="/teams">All teams</Link>}>
      <Loaded query={teams} what="Teams" skeleton={<div style={{ minHeight: 148 }} aria-busy="true" />}>
        {() =>
          row === undefined ? (
            <p className="p-13 p-t2">The list of teams does not have it yet.</p>
          ) : (
            <KeyValues
              items={[
                [
                  'Within',
                  row.path.length === 0
                    ? undefined
                    : row.path.map((ref, i) => (
                        <span key={ref}>
                          {i === 0 ? '' : ' › '}
                          <EntityLink entityRef={ref}>{titles.get(ref) ?? ref}</EntityLink>
                        </span>
                      )),
                ],
                ['People', peopleWords(row.team)],
                [
                  'Owns',
                  row.team.owns === 0 ? (
                    'nothing itself'
                  ) : (
                    <TextLink key="owns" href={`/catalog?${new URLSearchParams({ owner: entityRef })}`}>
                      {plural(row.team.owns, 'entity', 'entities')}
                    </TextLink>
                  ),
                ],
                ['Confirmed', <Confirmed key="confirmed" owner={entityRef} items={owned.data?.items} />],
                [
                  'On call',
                  row.team.onCall === undefined ? undefined : row.team.onCall.href === undefined ? (
                    row.team.onCall.title
                  ) : (
                    <TextLink key="call" href={row.team.onCall.href}>
                      {row.team.onCall.title}
                    </TextLink>
                  ),
                ],
              ]}
            />
          )
        }
      </Loaded>
    </Section>
  );
}

function peopleWords({ people, everybody }: Team): string {
  if (everybody === people) return plural(people, 'person', 'people');
  return people === 0 ? `${count(everybody)} in the teams below` : `${count(people)}, with the teams below ${count(everybody)}`;
}

function Confirmed({ owner, items }: { owner: string; items: readonly Confirmation[] | undefined }) {
  if (items === undefined) return <span aria-busy="true">…</span>;
  const asked = items.filter(({ trust }) => trust.state !== 'off');
  if (asked.length === 0) return <span className="p-t3">nothing to confirm</span>;
  const done = asked.filter(({ trust }) => trust.state === 'confirmed').length;
  const waiting = asked.filter(({ trust }) => trust.state === 'due' || trust.state === 'overdue').length;
  return (
    <>
      {count(done)} of {count(asked.length)}
      <div className="p-owned-bar" aria-hidden>
        <span style={{ width: `${(100 * done) / asked.length}%` }} />
      </div>
      {waiting === 0 ? null : (
        <TextLink href={`/ownership?${new URLSearchParams({ owner })}`}>{plural(waiting, 'entity waits', 'entities wait')}</TextLink>
      )}
    </>
  );
}
