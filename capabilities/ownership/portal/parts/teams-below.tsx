import { listTeams } from '@paved/client';
import { Loaded, related, Section, SkeletonRows, useCall, type EntityPartProps } from '@paved/ui';
import { useMemo } from 'react';
import { teamRows } from '../../model/team-tree.ts';
import { LIVE, type Team } from '../answers.ts';
import { TeamTable } from './team-table.tsx';

/** The teams below a group with what they own; nothing for one that has none. */
export function Part({ entity, entityRef }: EntityPartProps) {
  const teams = useCall(listTeams, undefined, { live: LIVE });
  const below = useMemo(() => {
    const rows = teamRows<Team>(teams.data?.items ?? []).filter(({ path }) => path.includes(entityRef));
    return rows.map((row) => ({ ...row, depth: row.depth - 1 - row.path.indexOf(entityRef) }));
  }, [teams.data, entityRef]);
  return (
    <Section title="Owned by the teams below" note={below.length || undefined}>
      <Loaded
        query={teams}
        what="Teams"
        skeleton={<SkeletonRows label="Teams" rows={related(entity, 'parentOf').length + 1} height={40} />}
      >
        {() => <TeamTable label="Teams below" rows={below} />}
      </Loaded>
    </Section>
  );
}
