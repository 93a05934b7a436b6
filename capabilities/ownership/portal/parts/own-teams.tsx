import { listTeams } from '@paved/client';
import { Loaded, related, Section, SkeletonRows, useCall, type EntityPartProps } from '@paved/ui';
import { useMemo } from 'react';
import { teamRows } from '../../model/team-tree.ts';
import { LIVE, type Team } from '../answers.ts';
import { TeamTable } from './team-table.tsx';

/** The teams a person is in, those above included, and what they own. */
export function Part({ entity }: EntityPartProps) {
  const teams = useCall(listTeams, undefined, { live: LIVE });
  const rows = useMemo(() => {
    const direct = related(entity, 'memberOf').map((ref) => ref.toLowerCase());
    const all = teamRows<Team>(teams.data?.items ?? []);
    const mine = new Set(all.filter(({ team }) => direct.includes(team.ref)).flatMap(({ team, path }) => [team.ref, ...path]));
    return all.filter(({ team }) => mine.has(team.ref));
  }, [teams.data, entity]);
  return (
    <Section title="Owns through teams">
      <Loaded query={teams} what="Teams" skeleton={<SkeletonRows label="Teams" rows={3} height={40} />}>
        {() =>
          rows.length === 0 ? (
            <p className="p-13 p-t2">In no team that the catalog has, so nothing is theirs through one.</p>
          ) : (
            <TeamTable label="Teams of this person" rows={rows} />
          )
        }
      </Loaded>
    </Section>
  );
}
