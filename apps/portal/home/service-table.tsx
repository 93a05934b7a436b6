import { refOf, type Entity } from '@paved/kernel';
import { capital, DataTable, entityHref, Glyph, Link, RelativeTime, titleOf, type Column } from '@paved/ui';
import { useMemo } from 'react';
import { versionWords, type BoardAnswer } from './answers.ts';

/** The person's services with what runs of each in every environment. */
export function ServiceTable({ services, board }: { services: readonly Entity[]; board: BoardAnswer | undefined }) {
  const columns = useMemo((): readonly Column<Entity>[] => {
    const cells = new Map((board?.services ?? []).map((service) => [service.component, service.cells]));
    return [
      {
        id: 'name',
        head: 'Service',
        fill: true,
        sort: (entity) => titleOf(entity),
        cell: (entity) => (
          <span className="p-two">
            <Link className="p-name" href={entityHref(refOf(entity))}>
              {titleOf(entity)}
            </Link>
            <small className="p-trunc">{entity.metadata.description ?? capital(String(entity.spec?.['type'] ?? 'component'))}</small>
          </span>
        ),
      },
      ...(board?.environments ?? []).map((environment): Column<Entity> => ({
        id: environment.name,
        head: (
          <>
            <span className="hide-sm">{environment.title}</span>
            <span className="only-phone">
              {capital(environment.name.slice(0, 4))}
              <span className="p-vh"> {environment.title}</span>
            </span>
          </>
        ),
        cell: (entity) => {
          const cell = cells.get(refOf(entity))?.[environment.name];
          const moving = cell?.latest !== undefined && ['queued', 'planning', 'applying'].includes(cell.latest.status);
          if (!cell || (cell.deploymentId === undefined && !moving)) return <span className="p-t3">–</span>;
          return (
            <span className="p-status" style={{ color: 'inherit' }} title={cell.reason}>
              <Glyph status={moving ? 'progressing' : (cell.health ?? 'unknown')} />
              <span className="p-num hide-sm">{versionWords(cell.version ?? cell.latest?.version).slice(0, 16)}</span>
            </span>
          );
        },
      })),
      {
        id: 'deployed',
        head: 'Deployed',
        align: 'right',
        hide: 'sm',
        cell: (entity) => {
          const at = Object.values(cells.get(refOf(entity)) ?? {})
            .flatMap((cell) => (cell.deployedAt ? [cell.deployedAt] : []))
            .toSorted()
            .at(-1);
          return at ? <RelativeTime at={at} /> : <span className="p-t3">–</span>;
        },
      },
    ];
  }, [board]);
  return (
    <DataTable
      label="My services"
      rows={services}
      columns={columns}
      id={refOf}
      href={(entity) => entityHref(refOf(entity))}
      density="tall"
      keys
    />
  );
}
