import { listTeams } from '@paved/client';
import { Section, useCall, type EntityPartProps } from '@paved/ui';
import { useMemo } from 'react';
import { teamRows } from '../../model/team-tree.ts';
import { LIVE, type Team } from '../answers.ts';
import { TeamTable } from './team-table.tsx';

/** The teams below a group with what they own; nothing for one that has none. */
export function Part({ entityRef }: EntityPartProps) {
  const teams = useCall(listTeams, undefined, { live: LIVE });
  const below = useMemo(() => {
    const rows = teamRows<Team>(teams.data?.items ?? []).filter(({ path }) => path.includes(entityRef));
    return rows.map((row) => ({ ...row, depth: row.depth - 1 - row.path.indexOf(entityRef) }));
  }, [teams.data, entityRef]);
  if (below.length === 0) return null;
  return (
    <Section title="Owned by the teams below" note={below.length}>
      <TeamTable label="Teams below" rows={below} />
    </Section>
  );
}
