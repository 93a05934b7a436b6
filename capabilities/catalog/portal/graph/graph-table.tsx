import { IconFocus2 } from '@tabler/icons-react';
import { DataTable, entityHref, EntityLink, Icon, IconButton, iconOf, Link, nameOf } from '@paved/ui';
import { noteOf, relationWord } from './catalog-graph.ts';
import type { ShownNode } from './shown-graph.ts';

type Row = ShownNode & { readonly level: number };

/** The graph as a table: each thing once, below what it hangs on. */
export function GraphTable({
  rows,
  hits,
  onFocus,
}: {
  rows: readonly Row[];
  hits: ReadonlySet<string> | undefined;
  onFocus: (ref: string) => void;
}) {
  const shown = hits === undefined ? rows : rows.filter((row) => hits.has(row.ref));
  return (
    <div className="p-explorer-table">
      <DataTable
        label="What is around it"
        rows={shown}
        id={(row) => row.ref}
        href={(row) => entityHref(row.ref)}
        keys
        columns={[
          {
            id: 'name',
            head: 'Name',
            fill: true,
            cell: (row) => (
              <span className="p-explorer-row" style={{ paddingLeft: hits === undefined ? Math.min(row.level, 6) * 20 : 0 }}>
                <Icon of={iconOf(row.kind, row.type)} />
                <span className="words">
                  <Link className="p-name" href={entityHref(row.ref)}>
                    {row.title}
                  </Link>
                  <small>{reason(row)}</small>
                </span>
              </span>
            ),
          },
          { id: 'what', head: 'What', hide: 'sm', cell: (row) => noteOf(row) },
          {
            id: 'owner',
            head: 'Owner',
            hide: 'sm',
            cell: (row) => (row.owner === undefined ? <span className="p-t3">none</span> : <EntityLink entityRef={row.owner} />),
          },
          {
            id: 'hops',
            head: 'Hops',
            align: 'right',
            hide: 'lg',
            cell: (row) => (row.level === 0 && row.by === undefined ? '' : row.depth),
          },
          {
            id: 'focus',
            head: '',
            align: 'right',
            cell: (row) => <IconButton small label={`Focus on ${row.title}`} icon={IconFocus2} onClick={() => onFocus(row.ref)} />,
          },
        ]}
      />
    </div>
  );
}

/** Why it stands here: "depends on checkout". */
function reason(row: Row): string {
  if (row.by === undefined) return row.level === 0 ? noteOf(row) : '';
  return row.by.from === row.ref
    ? `${relationWord(row.by.type)} ${nameOf(row.by.to)}`
    : `${nameOf(row.by.from)} ${relationWord(row.by.type)} it`;
}
