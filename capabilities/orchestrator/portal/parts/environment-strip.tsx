import {
  Link,
  nameOf,
  RelativeTime,
  EnvironmentStripSkeleton,
  Status,
  statusOfRun,
  statusWord,
  Strip,
  TextLink,
  Glyph,
  type EntityPartProps,
} from '@paved/ui';
import { versionWords } from '../shapes.ts';
import { planHref } from './plan-href.ts';
import { useRuns, useService } from './use-board.ts';

/** What runs of the service in each environment, in promotion order. */
export function Part({ entity, entityRef }: EntityPartProps) {
  const runs = useRuns(entity, entityRef);
  const { board, environments, cells } = useService(entityRef);
  if (board.error || !runs) return null;
  if (!board.data) {
    return <EnvironmentStripSkeleton />;
  }
  if (environments.length === 0) return null;
  return (
    <Strip flow label="Environments">
      {environments.map((environment) => {
        const cell = cells[environment.name];
        const latest = cell?.latest;
        const moving = latest && (latest.status === 'queued' || latest.status === 'planning' || latest.status === 'applying');
        const from = environment.promotesFrom;
        const offers = !moving && from !== undefined && cells[from]?.deploymentId !== undefined && !(cell?.same ?? false);
        return (
          <div className="p-env" key={environment.name}>
            <div className="l1">
              <b>{environment.title}</b>
              {cell?.health ? (
                <Status status={cell.health}>
                  <span title={cell.reason}>{statusWord(cell.health)}</span>
                </Status>
              ) : (
                <span className="p-t3">Not deployed</span>
              )}
            </div>
            <div className="l2">
              {cell?.deploymentId ? (
                <>
                  <Link className="version" href={`/deployments/${cell.deploymentId}`}>
                    {versionWords(cell.version)}
                  </Link>
                  {cell.deployedAt ? (
                    <span className="p-t3">
                      <RelativeTime at={cell.deployedAt} />
                    </span>
                  ) : null}
                </>
              ) : null}
              {moving ? (
                <Link className="next p-status progressing" href={`/deployments/${latest.id}`}>
                  <Glyph status="progressing" label={null} /> {versionWords(latest.version)} on its way
                </Link>
              ) : latest && latest.status === 'failed' ? (
                <Link className="next p-status failed" href={`/deployments/${latest.id}`} title={latest.error}>
                  <Glyph status={statusOfRun('failed')} label={null} /> {versionWords(latest.version)} failed
                </Link>
              ) : offers ? (
                <Link
                  className="next p-link p-13"
                  href={planHref({ component: entityRef, environment: environment.name, mode: 'promote', from })}
                >
                  {cell?.deploymentId === undefined
                    ? `Promote from ${nameOf(from)}`
                    : cell.ahead > 0
                      ? `${nameOf(from)} is ${cell.ahead} ahead`
                      : `${nameOf(from)} differs`}
                </Link>
              ) : null}
            </div>
            <div className="l3">
              {cell?.url ? (
                <TextLink className="p-trunc" href={cell.url}>
                  {cell.url.replace(/^https?:\/\//, '')}
                </TextLink>
              ) : (
                cell?.reason && <span className="p-t3 p-trunc">{cell.reason}</span>
              )}
              {cell?.instances ? (
                <span className="p-t3 p-nowrap">
                  {cell.instances.ready} of {cell.instances.wanted} {cell.instances.wanted === 1 ? 'instance' : 'instances'}
                </span>
              ) : null}
            </div>
          </div>
        );
      })}
    </Strip>
  );
}
