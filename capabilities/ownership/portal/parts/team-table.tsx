import { Avatar, capital, count, DataTable, entityHref, Icon, IconButton, Link, TextLink, plural, type Column } from '@paved/ui';
import { IconChevronDown, IconChevronRight, IconExternalLink } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { shownRows, type TreeRow } from '../../model/team-tree.ts';
import type { Team } from '../answers.ts';
import './team-table.css';

/** A large organisation starts with two levels open. */
const OPEN_ALL = 200;

interface TeamTableProps {
  readonly label: string;
  readonly rows: readonly TreeRow<Team>[];
  readonly search?: string;
  /** Owner → how much of theirs waits for the reader. */
  readonly waiting?: ReadonlyMap<string, number>;
  readonly keys?: boolean;
}

const catalogOf = (ref: string): string => `/catalog?${new URLSearchParams({ owner: ref })}`;

/** Teams as a tree: who is in them, what they own, who is on call. */
export function TeamTable({ label, rows, search = '', waiting, keys = false }: TeamTableProps) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(
    () =>
      new Set(rows.length > OPEN_ALL ? rows.filter(({ depth, children }) => depth > 0 && children > 0).map(({ team }) => team.ref) : []),
  );
  const shown = useMemo(() => shownRows(rows, { closed, search }), [rows, closed, search]);
  const searching = search.trim() !== '';
  const set = (ref: string, open: boolean) =>
    setClosed((now) => {
      const next = new Set(now);
      if (open) next.delete(ref);
      else next.add(ref);
      return next;
    });
  const columns = useMemo((): readonly Column<TreeRow<Team>>[] => {
    const all: (Column<TreeRow<Team>> | undefined)[] = [
      {
        id: 'team',
        head: 'Team',
        fill: true,
        cell: ({ team, depth, children }) => (
          <span className="p-namecell p-team" style={{ paddingInlineStart: depth * 24 }}>
            {children === 0 || searching ? (
              <span className="fold" />
            ) : (
              <span className="fold">
                <IconButton
                  small
                  label={`${closed.has(team.ref) ? 'Open' : 'Close'} ${team.title}`}
                  aria-expanded={!closed.has(team.ref)}
                  icon={closed.has(team.ref) ? IconChevronRight : IconChevronDown}
                  onClick={() => set(team.ref, closed.has(team.ref))}
                />
              </span>
            )}
            <Avatar name={team.title} kind="team" small />
            <span className="p-trunc">
              <Link className="p-name" href={entityHref(team.ref)}>
                {team.title}
              </Link>
              <span className="under">{peopleWords(team)}</span>
            </span>
            {team.type === undefined ? null : <small>{capital(team.type)}</small>}
          </span>
        ),
      },
      {
        id: 'people',
        head: 'People',
        align: 'right',
        hide: 'sm',
        cell: ({ team }) =>
          team.everybody === team.people ? (
            count(team.people)
          ) : (
            <span title={`${plural(team.people, 'person', 'people')} in it, ${count(team.everybody)} with the teams below`}>
              {team.people === 0 ? '' : `${count(team.people)} of `}
              {count(team.everybody)}
            </span>
          ),
      },
      {
        id: 'owns',
        head: 'Owns',
        align: 'right',
        cell: ({ team }) =>
          team.owns === 0 ? (
            <span className="p-t3">0</span>
          ) : (
            <Link
              className="p-plain"
              href={catalogOf(team.ref)}
              aria-label={`${team.title} owns ${plural(team.owns, 'entity', 'entities')}`}
            >
              {count(team.owns)}
            </Link>
          ),
      },
      waiting === undefined
        ? undefined
        : {
            id: 'waiting',
            head: 'To confirm',
            align: 'right',
            hide: 'sm',
            cell: ({ team }) => {
              const n = waiting.get(team.ref) ?? 0;
              return n === 0 ? null : (
                <Link className="p-plain" href={`/ownership?${new URLSearchParams({ owner: team.ref })}`}>
                  {count(n)}
                  <span className="p-vh"> of {team.title} to confirm</span>
                </Link>
              );
            },
          },
      {
        id: 'oncall',
        head: 'On call',
        hide: 'sm',
        cell: ({ team: { onCall, title } }) =>
          onCall === undefined ? null : onCall.href === undefined ? (
            onCall.title
          ) : (
            <TextLink className="p-oncall" href={onCall.href}>
              {onCall.title}
              <span className="p-vh"> of {title}</span>
              <Icon of={IconExternalLink} size={14} />
            </TextLink>
          ),
      },
    ];
    return all.filter((column) => column !== undefined);
  }, [closed, searching, waiting]);
  return (
    <DataTable
      label={label}
      rows={shown}
      columns={columns}
      id={({ team }) => team.ref}
      href={({ team }) => entityHref(team.ref)}
      keys={keys}
      onArrow={({ team, children }, open) => children > 0 && set(team.ref, open)}
    />
  );
}

const peopleWords = ({ people, everybody, onCall }: Team): string =>
  [everybody === 0 ? 'nobody in it' : plural(Math.max(people, everybody), 'person', 'people'), onCall?.title].filter(Boolean).join(', ');
